/** The calls behind requests, and what must be read again after one. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { api, ok, type Request } from "../../api";
import { ME } from "../../shared/me";

export type Box = "to_decide" | "mine" | "decided";
export type Kind = Request["kind"];
export type Answer = "accept" | "decline" | "withdraw";

export function requestQuery(id: string) {
  return queryOptions({
    queryKey: ["requests", "one", id],
    queryFn: () => ok(api.GET("/api/v1/requests/{request_id}", { params: { path: { request_id: id } } })),
  });
}

export function extensionQuery(customerId: string) {
  return queryOptions({
    queryKey: ["customer", customerId, "extension"],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}/extension", { params: { path: { customer_id: customerId } } })),
    staleTime: 0,
  });
}

export function appealQuery(customerId: string) {
  return queryOptions({
    queryKey: ["customer", customerId, "appeal"],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}/appeal", { params: { path: { customer_id: customerId } } })),
    staleTime: 0,
  });
}

/** Which of the reader's own requests of a kind wait, by customer: what was asked for already isn't offered again. */
export function useWaiting(kind: Kind, enabled = true): Map<string, string> {
  const { data } = useQuery({
    queryKey: ["requests", "waiting", kind],
    queryFn: () => ok(api.GET("/api/v1/requests", { params: { query: { box: "mine", kind, limit: 200 } } })),
    enabled,
  });
  return new Map((data?.items ?? []).flatMap((each) => (each.state === "open" && each.customer ? [[each.customer.id, each.id]] : [])));
}

export type Given = { answer: Answer; note?: string; days?: number; confirm_over_cap?: boolean };

export function sendAnswer(id: string, { answer, note = "", days, confirm_over_cap }: Given) {
  const params = { path: { request_id: id } };
  if (answer === "accept") return ok(api.POST("/api/v1/requests/{request_id}/accept", { params, body: { note, days, confirm_over_cap } }));
  if (answer === "decline") return ok(api.POST("/api/v1/requests/{request_id}/decline", { params, body: { note } }));
  return ok(api.POST("/api/v1/requests/{request_id}/withdraw", { params, body: { note } }));
}

export function sendMany(decision: "accept" | "decline", ids: string[], note: string) {
  return ok(api.POST("/api/v1/requests/decisions", { body: { ids, decision, note } }));
}

/** An answer may move a customer, and changes what waits. */
export async function refreshRequests(client: QueryClient): Promise<void> {
  const keys = [["requests"], ["customers"], ["customer"], ["pool-customers"], ["inbox"], ME];
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}
