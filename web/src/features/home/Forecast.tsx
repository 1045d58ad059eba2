/** The next thirty days of a pool: how many customers go back on each if nothing happens. Bars from zero, a sentence, a table. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select, Tooltip } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link } from "react-router";

import type { Forecast as Data } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useLocale, useWords } from "../../shared/i18n";
import { choosePool, useCurrentPool, useMe } from "../../shared/me";
import { ErrorState } from "../../shared/States";
import { day } from "../../shared/time";
import { forecastQuery } from "./api";
import "./home.css";
import { WORDS } from "./words";

type Bar = { key: string; label: string; count: number; late?: boolean; weekend?: boolean };

function useBars(): (data: Data) => Bar[] {
  const t = useWords(WORDS);
  const zh = useLocale() === "zh-CN";
  return (data) => [
    ...(data.due_now ? [{ key: "now", label: t("dueNow"), count: data.due_now, late: true }] : []),
    ...data.days.map(({ date, count }) => ({
      key: date,
      label: dayjs(date).format(zh ? "M月D日" : "MMM D"),
      count,
      weekend: [0, 6].includes(dayjs(date).day()),
    })),
  ];
}

/** The next round number, so that the highest bar leaves some air. */
function ceiling(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return Math.max(4, Math.ceil(most / step) * step);
}

function Bars({ bars, label }: { bars: Bar[]; label: string }) {
  const t = useWords(WORDS);
  const top = ceiling(Math.max(...bars.map((bar) => bar.count)));
  return (
    <div className="forecast" role="img" aria-label={label} data-testid="forecast">
      <div className="axis small muted num" aria-hidden="true">
        <span>{top}</span>
        <span>{top / 2}</span>
        <span>0</span>
      </div>
      <div className="bars">
        {bars.map((bar, index) => (
          <Tooltip key={bar.key} title={t("bar", { label: bar.label, n: bar.count })}>
            <div className={bar.weekend ? "slot weekend" : "slot"}>
              <i className={bar.late ? "late" : ""} style={{ height: `${(100 * bar.count) / top}%` }} />
              {(index % 7 === 3 || bar.late) && <span className="small muted nowrap">{bar.label}</span>}
            </div>
          </Tooltip>
        ))}
      </div>
    </div>
  );
}

/** A plain table: the list's own would weigh more than the rest of this page. */
function Days({ bars }: { bars: Bar[] }) {
  const t = useWords(WORDS);
  return (
    <div className="forecast-days" data-testid="forecast-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("date")}</th>
            <th scope="col">{t("howMany")}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.key}>
              <td className="num">{bar.late ? bar.label : day(bar.key)}</td>
              <td className="num">{bar.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useSentence(): (data: Data) => string {
  const t = useWords(WORDS);
  return (data) => {
    if (data.policy_number === null) return t("noRules");
    const coming = data.days.reduce((sum, each) => sum + each.count, 0);
    const most = data.days.reduce((best, each) => (each.count > best.count ? each : best), { date: "", count: 0 });
    const said = [coming ? t("forecastSays", { n: coming, date: day(most.date), most: most.count }) : t("forecastNone")];
    if (data.due_now) said.push(t("forecastDue", { n: data.due_now }));
    said.push(t(data.whole ? "forecastIf" : "forecastPart"));
    return said.join("");
  };
}

export function Forecast() {
  const t = useWords(WORDS);
  const me = useMe();
  const current = useCurrentPool();
  const [table, setTable] = useState(false);
  const query = useQuery({ ...forecastQuery(current?.id ?? ""), enabled: Boolean(current) });
  const bars = useBars();
  const sentence = useSentence();
  if (!current) return null;
  const data = query.data;
  return (
    <section className="panel">
      <header className="wrap">
        <h2>{t("forecast")}</h2>
        <span className="acts row">
          {me.pools.length > 1 && (
            <Select
              size="small"
              value={current.id}
              options={me.pools.map((pool) => ({ value: pool.id, label: pool.name }))}
              onChange={choosePool}
              style={{ minWidth: 120 }}
              popupMatchSelectWidth={false}
              aria-label={t("forecastPool")}
            />
          )}
          {data?.policy_number && (
            <Button type="link" size="small" onClick={() => setTable(!table)}>
              {t(table ? "asBars" : "asTable")}
            </Button>
          )}
        </span>
      </header>
      <div className="body">
        {query.isPending && <ListSkeleton rows={3} />}
        {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
        {data && (
          <>
            {data.policy_number !== null && !table && <Bars bars={bars(data)} label={sentence(data)} />}
            {table && <Days bars={bars(data)} />}
            <p className="small soft" style={{ marginTop: 10 }} data-testid="forecast-sentence">
              {sentence(data)}{" "}
              {data.policy_number !== null && <Link to={`/pools/${current.id}/policy`}>{t("byRules", { n: data.policy_number })}</Link>}
            </p>
          </>
        )}
      </div>
    </section>
  );
}
