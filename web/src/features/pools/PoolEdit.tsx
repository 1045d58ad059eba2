/** The page of one pool's settings and of its limits for some, and of a new pool. */
import { useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { lazy, Suspense } from "react";
import { useParams } from "react-router";

import type { Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { ErrorState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { poolQuery } from "./api";
import { LIMIT_WORDS } from "./limits/words";
import { PoolHead } from "./PoolHead";
import { PoolSettings } from "./PoolSettings";

const LimitsTab = lazy(() => import("./limits/LimitsTab"));
const TABS = ["settings", "limits"] as const;

function PoolTabs({ pool }: { pool: Pool }) {
  const t = useWords(LIMIT_WORDS);
  const [url, setUrl] = useUrlState();
  const limits = (
    <Suspense fallback={<section className="panel"><ListSkeleton /></section>}>
      <LimitsTab pool={pool} />
    </Suspense>
  );
  return (
    <>
      <PoolHead pool={pool} />
      <Tabs
        activeKey={oneOf(TABS, url.tab) ?? "settings"}
        onChange={(tab) => setUrl({ tab: tab === "settings" ? undefined : tab })}
        items={[
          { key: "settings", label: t("tabSettings"), children: <PoolSettings key={pool.id} pool={pool} /> },
          { key: "limits", label: t("tabLimits"), children: limits },
        ]}
      />
    </>
  );
}

export default function PoolEdit() {
  const { poolId } = useParams();
  const pool = useQuery({ ...poolQuery(poolId ?? ""), staleTime: 0 });
  if (!poolId) {
    return (
      <>
        <PoolHead pool={null} />
        <PoolSettings key="new" pool={null} />
      </>
    );
  }
  if (pool.isError) return <ErrorState error={pool.error} retry={() => void pool.refetch()} />;
  if (!pool.data) return <section className="panel"><ListSkeleton /></section>;
  return <PoolTabs pool={pool.data} />;
}
