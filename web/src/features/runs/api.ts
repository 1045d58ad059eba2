/** Reads of sweeps: the list and one, asked for again while it is at work. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, type Run } from "../../api";

export const POLL = 1_500;

export function isAtWork(run: Run): boolean {
  return run.state === "selecting" || run.state === "moving";
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: () => ok(api.GET("/api/v1/recycle-runs/{run_id}", { params: { path: { run_id: id } } })),
    refetchInterval: (query) => (query.state.data && isAtWork(query.state.data) ? POLL : false),
  });
}
