/** Reads of what falls soon and of a pool's next days. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok } from "../../api";

export const AHEAD = [3, 7, 30] as const;
export type Ahead = (typeof AHEAD)[number];

/** Under "customers", so that every move and follow-up has it read again. */
export function fallingQuery(scope: "mine" | "team", days: Ahead, limit: number, ownerId?: string) {
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
