/** Fair use: a period, a pool, and the five facts. */
import { DatePicker, Segmented } from "antd";
import dayjs from "dayjs";
import { useState } from "react";

import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { usePhone } from "../../shared/screen";
import { todayHere } from "../../shared/time";
import { oneOf, useUrlState, type UrlState } from "../../shared/urlState";
import { FACTS, type Asked } from "./api";
import { FactPanel } from "./FactPanel";
import { WORDS } from "./words";

const PERIODS = ["7", "30", "90"] as const;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** The question as it stands in the URL. An address may say anything: what is no date or number is left out. */
function askedOf(url: UrlState): Asked {
  const own = DATE.test(url.from ?? "") && DATE.test(url.to ?? "");
  const days = oneOf(PERIODS, url.days) ?? "30";
  const today = todayHere();
  const n = Number(url.n);
  return {
    from: own ? url.from : dayjs(today).subtract(Number(days) - 1, "day").format("YYYY-MM-DD"),
    to: own ? url.to : today,
    pool_id: /^\d+$/.test(url.pool ?? "") ? url.pool : undefined,
    n: Number.isInteger(n) && n > 0 ? n : undefined,
  };
}

function Period({ asked }: { asked: Asked }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const [url, setUrl] = useUrlState();
  const own = Boolean(url.from && url.to);
  const [choosing, setChoosing] = useState(own);
  const change = (value: string) => {
    setChoosing(value === "own");
    if (value !== "own") setUrl({ days: value === "30" ? undefined : value, from: undefined, to: undefined });
  };
  return (
    <>
      <Segmented
        aria-label={t("period")}
        value={choosing ? "own" : (oneOf(PERIODS, url.days) ?? "30")}
        onChange={change}
        options={[...PERIODS.map((n) => ({ value: n as string, label: t("lastDays", { n }) })), { value: "own", label: t("ownPeriod") }]}
      />
      {choosing && (
        <DatePicker.RangePicker
          allowClear={false}
          value={[dayjs(asked.from), dayjs(asked.to)]}
          disabledDate={(day) => day.isAfter(dayjs(todayHere()), "day")}
          onChange={(range) => range?.[0] && range[1] && setUrl({ from: range[0].format("YYYY-MM-DD"), to: range[1].format("YYYY-MM-DD"), days: undefined })}
          style={phone ? { width: 240 } : undefined}
        />
      )}
    </>
  );
}

export function FairUse() {
  const t = useWords(WORDS);
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const fact = oneOf(FACTS, url.fact) ?? FACTS[0];
  const asked = askedOf(url);
  return (
    <>
      <div className="filters">
        {fact === "hoarding" ? <span className="soft">{t("asOfNow")}</span> : <Period asked={asked} />}
        <FilterChip label={t("pool")} value={asked.pool_id} options={me.pools.map((pool) => ({ value: pool.id, label: pool.name }))} onChange={(pool) => setUrl({ pool })} />
      </div>
      <div className="facts-of">
        <Segmented
          value={fact}
          onChange={(next) => setUrl({ fact: next === FACTS[0] ? undefined : next, n: undefined })}
          options={FACTS.map((each) => ({ value: each, label: t(each) }))}
          data-testid="facts"
        />
      </div>
      <p className="facts-say soft small">{t("factsOnly")}</p>
      <FactPanel key={fact} fact={fact} asked={asked} onN={(n) => setUrl({ n: n ? String(n) : undefined })} />
      {fact === "ping_pong" && <FactPanel fact="exchanges" asked={{ ...asked, n: undefined }} />}
    </>
  );
}
