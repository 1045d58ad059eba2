/** A pool's rules: for those who write them the editor, for all others the matrix in force, to be read. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Select } from "antd";
import { lazy, Suspense } from "react";
import { Link, useNavigate, useParams } from "react-router";

import type { Policy, Pool } from "../../api";
import { useNow } from "../../shared/clock";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { EmptyState, ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { poolQuery, usePools } from "../pools/api";
import { usePolicy } from "./api";
import { ClaimRules } from "./ClaimRules";
import { Matrix } from "./Matrix";
import { Versions } from "./Versions";
import { WORDS } from "./words";
import "./policy.css";

const PolicyEditor = lazy(() => import("./PolicyEditor"));

function InForce({ policy }: { policy: Policy }) {
  const t = useWords(WORDS);
  const now = useNow();
  const grace = policy.grace_until && new Date(policy.grace_until).getTime() > now ? policy.grace_until : null;
  return (
    <>
      {grace && <Alert type="info" showIcon title={t("grace", { when: dateTime(grace) })} style={{ marginBottom: 12 }} />}
      <section className="panel" style={{ overflow: "hidden" }}>
        <header>
          <h2>{t("matrix")}</h2>
        </header>
        <p className="soft how-read">{t("howRead")}</p>
        <Matrix policy={policy} />
      </section>
    </>
  );
}

function ReadOnly({ pool, policy }: { pool: Pool; policy: Policy | null }) {
  const t = useWords(WORDS);
  return (
    <>
      {policy ? (
        <InForce policy={policy} />
      ) : (
        <section className="panel">
          <EmptyState title={t("none")} text={`${t("noneText")}${t("noneReader")}`} />
        </section>
      )}
      <div className="handbook">
        <ClaimRules pool={pool} ladder={policy?.ladder} />
        {policy && <Versions pool={pool} />}
      </div>
    </>
  );
}

function PoolPicker({ poolId }: { poolId: string }) {
  const t = useWords(WORDS);
  const navigate = useNavigate();
  const pools = usePools();
  if (!pools.data || pools.data.length < 2) return null;
  return (
    <Select
      aria-label={t("otherPool")}
      value={poolId}
      style={{ minWidth: 140 }}
      onChange={(id) => void navigate(`/pools/${id}/policy`)}
      options={pools.data.map((pool) => ({ value: pool.id, label: pool.name }))}
    />
  );
}

function subOf(policy: Policy | null | undefined, t: ReturnType<typeof useWords<typeof WORDS>>): string {
  if (!policy) return "";
  const when = dateTime(policy.published_at);
  const published = policy.author ? t("publishedBy", { when, who: policy.author }) : t("publishedAt", { when });
  return `${t("version", { n: policy.number })} · ${published}`;
}

export default function PolicyPage() {
  const t = useWords(WORDS);
  const poolId = useParams().poolId ?? "";
  const pool = useQuery(poolQuery(poolId));
  const policy = usePolicy(poolId);
  if (pool.isError) return <ErrorState error={pool.error} retry={() => void pool.refetch()} />;
  const waiting = <section className="panel"><ListSkeleton rows={5} /></section>;
  return (
    <>
      <div className="page-head">
        <h1>{pool.data ? t("title", { name: pool.data.name }) : "…"}</h1>
        <span className="sub">{subOf(policy.data, t)}</span>
        <div className="acts">
          <PoolPicker poolId={poolId} />
          <Link to={`/pools/${poolId}`}>
            <Button>{t("settings")}</Button>
          </Link>
        </div>
      </div>
      {policy.isError ? (
        <ErrorState error={policy.error} retry={() => void policy.refetch()} />
      ) : !pool.data || policy.data === undefined ? (
        waiting
      ) : pool.data.rights.admin ? (
        <Suspense fallback={waiting}>
          <PolicyEditor key={poolId} pool={pool.data} policy={policy.data} />
        </Suspense>
      ) : (
        <ReadOnly pool={pool.data} policy={policy.data} />
      )}
    </>
  );
}
