/** How a pool looks in the list of pools, at a desk and on a phone. */
import { Link } from "react-router";

import type { PoolSummary } from "../../api";
import type { Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { EDIT_WORDS } from "./editWords";
import { limitText } from "./settings";
import { WORDS } from "./words";

const COUNTED = 10_000;

function pooledText({ pooled }: PoolSummary): string {
  return pooled > COUNTED ? `${COUNTED.toLocaleString("en-US")}+` : pooled.toLocaleString("en-US");
}

function RightsPill({ pool }: { pool: PoolSummary }) {
  const e = useWords(EDIT_WORDS);
  const { admin, claim } = pool.rights;
  return (
    <span className="row wrap" style={{ gap: 6 }}>
      {claim && <span className="pill sea">{e("mayClaim")}</span>}
      {admin && <span className="pill">{e("mayAdmin")}</span>}
      {!claim && !admin && <span className="pill">{e("maySee")}</span>}
    </span>
  );
}

function Rules({ pool }: { pool: PoolSummary }) {
  const t = useWords(WORDS);
  return (
    <Link to={`/pools/${pool.id}/policy`}>
      {pool.policy_version === null ? <span className="pill sand">{t("noPolicy")}</span> : t("policyVersion", { n: pool.policy_version })}
    </Link>
  );
}

function useLimitsLine(): (pool: PoolSummary) => string {
  const t = useWords(WORDS);
  const e = useWords(EDIT_WORDS);
  return (pool) => {
    const cooled = pool.cooldown_holders > 0 && pool.cooldown_days > 0;
    return [
      t("limitsLine", {
        daily: limitText(pool.daily_quota, t("none")),
        holding: limitText(pool.holding_cap, t("none")),
        untouched: limitText(pool.untouched_cap, t("none")),
        days: cooled ? pool.cooldown_days : 0,
      }),
      pool.rights.claim ? "" : e("notYou"),
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

export function usePoolsColumns(): Column<PoolSummary>[] {
  const t = useWords(WORDS);
  const e = useWords(EDIT_WORDS);
  const line = useLimitsLine();
  return [
    {
      key: "name",
      title: t("pool"),
      width: 200,
      render: (pool) => (
        <Link to={`/pool/${pool.id}`} style={{ fontWeight: 600 }}>
          {pool.name}
        </Link>
      ),
    },
    { key: "rights", title: e("myRights"), width: 160, render: (pool) => <RightsPill pool={pool} /> },
    { key: "pooled", title: t("inPool"), width: 100, align: "right", render: (pool) => <span className="num">{pooledText(pool)}</span> },
    { key: "policy", title: t("rules"), width: 120, render: (pool) => <Rules pool={pool} /> },
    { key: "limits", title: e("limits"), render: (pool) => <span className="soft" title={line(pool)}>{line(pool)}</span> },
    { key: "act", title: "", width: 130, align: "right", render: (pool) => <PoolActs pool={pool} /> },
  ];
}

function PoolActs({ pool }: { pool: PoolSummary }) {
  const t = useWords(WORDS);
  return (
    <span className="row" style={{ justifyContent: "flex-end", gap: 16 }}>
      <Link to={`/pools/${pool.id}/policy`}>{t("rules")}</Link>
      <Link to={`/pools/${pool.id}`}>{t("settings")}</Link>
    </span>
  );
}

export function PoolsCard({ pool }: { pool: PoolSummary }) {
  const t = useWords(WORDS);
  const line = useLimitsLine();
  return (
    <div className="card">
      <Link to={`/pool/${pool.id}`} className="title">
        {pool.name}
      </Link>
      <RightsPill pool={pool} />
      <div className="meta">
        <span className="num">
          {t("inPool")} {pooledText(pool)}
        </span>
        <Rules pool={pool} />
      </div>
      <div className="meta">{line(pool)}</div>
      <div className="acts">
        <PoolActs pool={pool} />
      </div>
    </div>
  );
}
