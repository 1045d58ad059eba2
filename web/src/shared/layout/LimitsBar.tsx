/** "今日 7/20 · 持有 143/200 · 待联系 3/10": what is left, always in sight; a click says which rule gives the numbers. */
import { Popover } from "antd";
import { lazy, Suspense } from "react";

import type { Limit } from "../../api";
import { useWords } from "../i18n";
import { useCurrentPool } from "../me";
import { WORDS } from "./words";

const LimitsDetail = lazy(() => import("./LimitsDetail").then((found) => ({ default: found.LimitsDetail })));
const KEYS = ["daily_quota", "holding_cap", "untouched_cap"] as const;
const NAMES = { daily_quota: "today", holding_cap: "holding", untouched_cap: "untouched" } as const;
const NO_LIMIT = 1_000_000;

function tone({ used, limit }: Limit): string {
  if (used >= limit) return "full";
  return used >= limit * 0.9 ? "near" : "";
}

export function LimitsBar() {
  const t = useWords(WORDS);
  const pool = useCurrentPool();
  if (!pool?.rights.claim) return null;
  const detail = (
    <Suspense fallback={<div className="why" style={{ minHeight: 320 }} />}>
      <LimitsDetail pool={pool} />
    </Suspense>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" title={t("limitsTitle", { pool: pool.name })} content={detail} destroyOnHidden styles={{ container: { maxHeight: "calc(100vh - 80px)", overflowY: "auto" } }}>
      <button type="button" className="plain limits" data-testid="limits">
        {KEYS.map((key, index) => {
          const limit = pool.limits[key];
          const none = pool.exempt || limit.limit >= NO_LIMIT;
          return (
            <span key={key} className={none ? "" : tone(limit)}>
              {index > 0 && <i>· </i>}
              {t(NAMES[key])}{" "}
              <b>
                {limit.used}/{none ? "∞" : limit.limit}
              </b>
            </span>
          );
        })}
      </button>
    </Popover>
  );
}
