/** Reads of the handbook, and confirming that one has read it. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ok } from "../../api";

export const HANDBOOKS = ["handbooks"] as const;

export function useHandbooks() {
  return useQuery({ queryKey: HANDBOOKS, queryFn: () => ok(api.GET("/api/v1/handbooks")).then((answer) => answer.items), staleTime: 60_000 });
}

export function handbookQuery(poolId: string, number?: number) {
  return queryOptions({
    queryKey: [...HANDBOOKS, poolId, number],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/handbook", { params: { path: { pool_id: poolId }, query: { number } } })),
    staleTime: 60_000,
  });
}

export function confirmReading(poolId: string, edition: string) {
  return ok(api.POST("/api/v1/pools/{pool_id}/handbook/acknowledge", { params: { path: { pool_id: poolId } }, body: { edition } }));
}

export function useWhoConfirmed(poolId: string, enabled: boolean) {
  return useQuery({
    queryKey: [...HANDBOOKS, poolId, "confirmed"],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/handbook/acknowledgements", { params: { path: { pool_id: poolId } } })),
    enabled,
  });
}
