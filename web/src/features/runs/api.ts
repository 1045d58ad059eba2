/** Reads of sweeps and cleanings, asked for again while they, or their undoing, are at work. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, type CleaningRun, type Run } from "../../api";
import { isUndoing } from "../undo/UndoPanel";

export const POLL = 1_500;

export function isAtWork(run: Run | CleaningRun): boolean {
  return run.state === "selecting" || run.state === "warning" || run.state === "moving";
}

/** Whether what the page shows of a run may still change. */
export function isMoving(run: Run | CleaningRun | undefined): boolean {
  return run !== undefined && (isAtWork(run) || isUndoing(run.undo));
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: () => ok(api.GET("/api/v1/recycle-runs/{run_id}", { params: { path: { run_id: id } } })),
    refetchInterval: (query) => (isMoving(query.state.data) ? POLL : false),
  });
}

export function cleaningQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "cleaning", id],
    queryFn: () => ok(api.GET("/api/v1/cleaning-runs/{run_id}", { params: { path: { run_id: id } } })),
    refetchInterval: (query) => (isMoving(query.state.data) ? POLL : false),
  });
}
