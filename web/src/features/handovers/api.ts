/** Looking at hand-overs, carrying one out, and reading their records. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, type HandOverIn } from "../../api";
import { POLL } from "../runs/api";
import { isUndoing } from "../undo/UndoPanel";

export function previewQuery(personId: string, body: HandOverIn) {
  return queryOptions({
    queryKey: ["hand-overs", "preview", personId, body],
    queryFn: () => ok(api.POST("/api/v1/people/{person_id}/hand-over/preview", { params: { path: { person_id: personId } }, body })),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** What deactivating would do by the company's rule. */
export function leavingQuery(personId: string) {
  return queryOptions({
    queryKey: ["hand-overs", "leaving", personId],
    queryFn: () => ok(api.GET("/api/v1/people/{person_id}/deactivate/preview", { params: { path: { person_id: personId } } })),
    staleTime: 0,
    gcTime: 0,
  });
}

export function handOver(personId: string, body: HandOverIn) {
  return ok(api.POST("/api/v1/people/{person_id}/hand-over", { params: { path: { person_id: personId } }, body }));
}

/** Read under "runs", so that asking for its undo reads it again. */
export function handOverQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "hand-over", id],
    queryFn: () => ok(api.GET("/api/v1/hand-overs/{hand_over_id}", { params: { path: { hand_over_id: id } } })),
    refetchInterval: (query) => (isUndoing(query.state.data?.undo ?? null) ? POLL : false),
  });
}
