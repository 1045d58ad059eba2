/** "今日 7/20 · 持有 143/200 · 待联系 3/10": what is left, always in sight; a click says which rule gives the numbers. */
import { Popover } from "antd";
import { Link } from "react-router";

import type { Limit, MyPool } from "../../api";
import { useWords } from "../i18n";
import { useCurrentPool } from "../me";
import { WORDS } from "./words";

const KEYS = ["daily_quota", "holding_cap", "untouched_cap"] as const;
// The lock quota is no limit of claiming: it stands in the details alone.
const DETAILS = [...KEYS, "lock_quota"] as const;
const NAMES = { daily_quota: "today", holding_cap: "holding", untouched_cap: "untouched", lock_quota: "locked" } as const;
const RULES = { daily_quota: "todayRule", holding_cap: "holdingRule", untouched_cap: "untouchedRule", lock_quota: "lockedRule" } as const;

function tone({ used, limit }: Limit): string {
  if (limit === null) return "";
  if (used >= limit) return "full";
  return used >= limit * 0.9 ? "near" : "";
}

/** The same numbers with their rules, one under the other; also the body of the home page's box. */
export function LimitsDetail({ pool }: { pool: MyPool }) {
  const t = useWords(WORDS);
  return (
    <div className="why">
      {DETAILS.map((key) => {
        const { used, limit } = pool.limits[key];
        return (
          <div key={key} style={{ marginBottom: 12 }}>
            <div className="row between">
              <b>{t(NAMES[key])}</b>
              <span className="num">
                {used}/{limit ?? t("noLimit")}
                {limit !== null && <span className="muted"> · {used >= limit ? t("full") : t("left", { n: limit - used })}</span>}
              </span>
            </div>
            {limit !== null && (
              <div style={{ height: 6, borderRadius: 3, background: "var(--line)", margin: "6px 0", overflow: "hidden" }}>
                <div
                  style={{
                    width: `${Math.min(100, limit ? (100 * used) / limit : 100)}%`,
                    height: "100%",
                    background: used >= limit ? "#b3402f" : used >= limit * 0.9 ? "#c98a1b" : "var(--sea)",
                  }}
                />
              </div>
            )}
            <div className="small muted">{t(RULES[key])}</div>
          </div>
        );
      })}
      <Link to={`/handbook/${pool.id}`}>{t("rules")}</Link>
    </div>
  );
}

export function LimitsBar() {
  const t = useWords(WORDS);
  const pool = useCurrentPool();
  if (!pool?.rights.claim) return null;
  return (
    <Popover trigger="click" placement="bottomLeft" title={t("limitsTitle", { pool: pool.name })} content={<LimitsDetail pool={pool} />}>
      <button type="button" className="plain limits" data-testid="limits">
        {KEYS.map((key, index) => (
          <span key={key} className={tone(pool.limits[key])}>
            {index > 0 && <i>· </i>}
            {t(NAMES[key])}{" "}
            <b>
              {pool.limits[key].used}/{pool.limits[key].limit ?? "∞"}
            </b>
          </span>
        ))}
      </button>
    </Popover>
  );
}
