/** Reads of pools, shared by the pages that show or choose one. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ok } from "../../api";

export function usePools() {
  return useQuery({ queryKey: ["pools"], queryFn: () => ok(api.GET("/api/v1/pools")).then((answer) => answer.items), staleTime: 60_000 });
}

/** One pool with scopes, limits, reasons. */
export function poolQuery(id: string) {
  return queryOptions({
    queryKey: ["pools", id],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}", { params: { path: { pool_id: id } } })),
    staleTime: 60_000,
    enabled: id !== "",
  });
}
