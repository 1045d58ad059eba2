/** Reads of what falls soon and of a pool's next days. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok } from "../../api";
import { useUrlState } from "../../shared/urlState";

export const AHEAD = [3, 7, 30] as const;
export type Ahead = (typeof AHEAD)[number];

/** How far ahead the page looks, kept in its address. */
export function useAhead(): [Ahead, (days: Ahead) => void] {
  const [url, setUrl] = useUrlState();
  const days = AHEAD.find((each) => String(each) === url.days) ?? 7;
  return [days, (next) => setUrl({ days: next === 7 ? undefined : String(next) })];
}

/** Under "customers", so that every move and follow-up has it read again. */
export function fallingQuery(scope: "mine" | "team" | "acting_for", days: Ahead, limit: number, ownerId?: string) {
  return queryOptions({
    queryKey: ["customers", "falling", scope, days, limit, ownerId ?? ""],
    queryFn: () => ok(api.GET("/api/v1/falling", { params: { query: { scope, days, limit, owner_id: ownerId } } })),
    refetchInterval: 300_000,
  });
}

export function forecastQuery(poolId: string) {
  return queryOptions({
    queryKey: ["customers", "forecast", poolId],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/forecast", { params: { path: { pool_id: poolId } } })),
    staleTime: 60_000,
  });
}
