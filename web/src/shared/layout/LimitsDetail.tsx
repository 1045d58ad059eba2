/** What is left of each limit, one under the other, with what sets it: "why 14 and not 20?". */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import type { Limit, LimitOf, MyPool } from "../../api";
import { limitsOfQuery } from "../../features/pools/limits/api";
import { Ladder, useWhyTitle } from "../../features/pools/limits/Ladder";
import { useLocale, useWords } from "../i18n";
import { byText } from "../limitBy";
import { useMe } from "../me";
import { WORDS } from "./words";

const KEYS = ["daily_quota", "holding_cap", "company_cap", "untouched_cap", "lock_quota", "reveal_quota"] as const;
/** Those that a pool may free its admins from. */
const OF_CLAIMS: readonly string[] = ["daily_quota", "holding_cap", "company_cap", "untouched_cap"];
const NAMES = { daily_quota: "today", holding_cap: "holding", company_cap: "companyHolding", untouched_cap: "untouched", lock_quota: "locked", reveal_quota: "revealed" } as const;
const RULES = {
  daily_quota: "todayRule",
  holding_cap: "holdingRule",
  company_cap: "companyRule",
  untouched_cap: "untouchedRule",
  lock_quota: "lockedRule",
  reveal_quota: "revealedRule",
} as const;
const NO_LIMIT = 1_000_000;

function Bar({ used, limit }: Limit) {
  const share = limit ? (100 * used) / limit : 100;
  const colour = used >= limit ? "#b3402f" : used >= limit * 0.9 ? "#c98a1b" : "var(--sea)";
  return (
    <div style={{ height: 6, borderRadius: 3, background: "var(--line)", margin: "6px 0", overflow: "hidden" }}>
      <div style={{ width: `${Math.min(100, share)}%`, height: "100%", background: colour }} />
    </div>
  );
}

type LineProps = { rule: (typeof KEYS)[number]; limit: Limit; free: boolean; item: LimitOf | undefined };

function Line({ rule, limit: given, free, item }: LineProps) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const why = useWhyTitle()(item);
  const { used, limit, by } = given;
  const none = free || limit >= NO_LIMIT;
  return (
    <div style={{ marginBottom: 12 }} data-testid={`limit-${rule}`}>
      <div className="row between">
        <b>{t(NAMES[rule])}</b>
        <span className="num">
          {used}/{none ? t("noLimit") : limit}
          {!none && <span className="muted"> · {used >= limit ? t("full") : t("left", { n: limit - used })}</span>}
        </span>
      </div>
      {!none && <Bar {...given} />}
      <div className="small muted">{t(RULES[rule])}</div>
      {!free && !open && by.kind !== "pool" && <div className="small" style={{ marginTop: 2 }}>{byText(by, locale)}</div>}
      {!free && why && (
        <button type="button" className="plain small" style={{ color: "var(--sea)", marginTop: 2 }} aria-expanded={open} onClick={() => setOpen(!open)} data-testid="why-limit">
          {why}
        </button>
      )}
      {open && item && <Ladder item={item} />}
    </div>
  );
}

export function LimitsDetail({ pool }: { pool: MyPool }) {
  const t = useWords(WORDS);
  const me = useMe();
  const shown = KEYS.flatMap((rule) => {
    const limit = pool.limits[rule];
    // Where nothing may be uncovered there is nothing to count.
    return !limit || (rule === "reveal_quota" && !limit.limit && limit.by.kind === "pool") ? [] : [{ rule, limit }];
  });
  const differs = shown.some(({ limit }) => limit.by.kind !== "pool" && limit.by.kind !== "company");
  const why = useQuery({ ...limitsOfQuery(pool.id, me.person.id), enabled: differs });
  return (
    <div className="why">
      {pool.exempt && <p className="small" style={{ marginBottom: 12 }}>{t("exempt")}</p>}
      {shown.map(({ rule, limit }) => (
        <Line key={rule} rule={rule} limit={limit} free={pool.exempt && OF_CLAIMS.includes(rule)} item={why.data?.items.find((each) => each.rule === rule)} />
      ))}
      <Link to={`/handbook/${pool.id}`}>{t("rules")}</Link>
    </div>
  );
}
