/** The page of one pool's settings, and of a new pool. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { ErrorState } from "../../shared/States";
import { poolQuery } from "./api";
import { PoolSettings } from "./PoolSettings";

export default function PoolEdit() {
  const { poolId } = useParams();
  const pool = useQuery({ ...poolQuery(poolId ?? ""), staleTime: 0 });
  if (!poolId) return <PoolSettings key="new" pool={null} />;
  if (pool.isError) return <ErrorState error={pool.error} retry={() => void pool.refetch()} />;
  if (!pool.data) return <section className="panel"><ListSkeleton /></section>;
  return <PoolSettings key={pool.data.id} pool={pool.data} />;
}
