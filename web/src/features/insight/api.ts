/** Facts on fair use: which there are, how they are asked for, and the list behind a row. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok } from "../../api";
import type { components } from "../../api/schema";

export type FactTable = components["schemas"]["FactTable"];
export type FactRow = components["schemas"]["FactRow"];
export type FactItem = components["schemas"]["FactItem"];
export type Stay = components["schemas"]["Stay"];
export type Fact = FactTable["fact"];
/** Local days, both included; nothing of them: the last thirty. `n`: the fact's own length. */
export type Asked = { from?: string; to?: string; pool_id?: string; n?: number };

export const FACTS = ["ping_pong", "claim_and_release", "late_empty_follow_ups", "backdated", "hoarding"] as const satisfies Fact[];

const PATHS = {
  ping_pong: "/api/v1/insight/ping-pong",
  exchanges: "/api/v1/insight/exchanges",
  claim_and_release: "/api/v1/insight/claim-and-release",
  late_empty_follow_ups: "/api/v1/insight/late-empty-follow-ups",
  backdated: "/api/v1/insight/backdated",
  hoarding: "/api/v1/insight/hoarding",
} as const satisfies Record<Fact, string>;

export function factQuery(fact: Fact, asked: Asked) {
  return queryOptions({
    queryKey: ["insight", fact, asked],
    queryFn: () => ok<FactTable>(api.GET(PATHS[fact], { params: { query: asked } })),
    staleTime: 60_000,
  });
}

/** Whose list a row has: those named, and whether people of other teams were in it. */
export function whose(row: FactRow) {
  return { person_id: row.people.flatMap((one) => (one ? [one.id] : [])), others: row.people.includes(null) };
}

export const keyOf = (row: FactRow) => row.people.map((one) => one?.id ?? "").join(" ");

export function factItems(fact: Fact, asked: Asked, row: FactRow, after: string | undefined) {
  const query = { ...asked, ...whose(row), limit: 50, after };
  return ok(api.GET(`${PATHS[fact]}/items`, { params: { query } }));
}

/** Where the list is had as a file. */
export function csvUrl(fact: Fact, asked: Asked, row: FactRow): string {
  const { person_id, others } = whose(row);
  const pairs = Object.entries({ ...asked, others }).flatMap(([key, value]) => (value ? [[key, String(value)]] : []));
  return `${PATHS[fact]}/items.csv?${new URLSearchParams([...pairs, ...person_id.map((id) => ["person_id", id])]).toString()}`;
}
