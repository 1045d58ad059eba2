/** The calls behind the moves, one customer at a time or many at once, and what must be read again after one. */
import type { QueryClient } from "@tanstack/react-query";

import { api, ok, type BatchAnswer, type Matching } from "../../api";
import { ME } from "../../shared/me";

export type MoveName = "claim" | "release" | "assign" | "transfer" | "move_pool" | "archive" | "restore" | "lock" | "unlock" | "protect" | "unprotect";
export type MoveInput = { reason?: string; note?: string; owner_id?: string; pool_id?: string; until?: string; confirm_over_cap?: boolean };
export type Named = { id: string; name: string; pool?: { id: string; name: string } };
/** Which customers a move is about: those named, or all that match a list's filters. */
export type Target = { customers: Named[]; matching?: Matching; count: string; byManager?: boolean };
export type Outcome = "moved" | "requested";
/** A claim that needs a yes first became this request. */
export type Claimed = { request: string | null };

export async function claimOne(id: string): Promise<Claimed> {
  const answer = await ok(api.POST("/api/v1/customers/{customer_id}/claim", { params: { path: { customer_id: id } }, body: {} }));
  return { request: "request_id" in answer ? answer.request_id : null };
}

export async function moveOne(move: MoveName, id: string, input: MoveInput): Promise<Outcome> {
  const params = { path: { customer_id: id } };
  const { reason = "", note, owner_id = "", pool_id = "", until = "", confirm_over_cap = false } = input;
  switch (move) {
    case "claim":
      return (await claimOne(id)).request ? "requested" : "moved";
    case "release":
      await ok(api.POST("/api/v1/customers/{customer_id}/release", { params, body: { reason, note, pool_id: pool_id || undefined } }));
      return "moved";
    case "assign":
      await ok(api.POST("/api/v1/customers/{customer_id}/assign", { params, body: { owner_id, confirm_over_cap } }));
      return "moved";
    case "move_pool":
      await ok(api.POST("/api/v1/customers/{customer_id}/move-pool", { params, body: { pool_id } }));
      return "moved";
    case "archive":
      await ok(api.POST("/api/v1/customers/{customer_id}/archive", { params, body: { reason } }));
      return "moved";
    case "restore":
      await ok(api.POST("/api/v1/customers/{customer_id}/restore", { params, body: { pool_id: pool_id || undefined } }));
      return "moved";
    case "lock":
      await ok(api.POST("/api/v1/customers/{customer_id}/lock", { params, body: { until } }));
      return "moved";
    case "unlock":
      await ok(api.POST("/api/v1/customers/{customer_id}/unlock", { params, body: {} }));
      return "moved";
    case "protect":
      await ok(api.POST("/api/v1/customers/{customer_id}/protect", { params, body: { until, reason } }));
      return "moved";
    case "unprotect":
      await ok(api.POST("/api/v1/customers/{customer_id}/unprotect", { params, body: {} }));
      return "moved";
    case "transfer": {
      const body = { owner_id, note, confirm_over_cap };
      const answer = await ok(api.POST("/api/v1/customers/{customer_id}/transfer", { params, body }));
      return answer.request_id ? "requested" : "moved";
    }
  }
}

export function moveMany(move: MoveName, target: Target, input: MoveInput): Promise<BatchAnswer> {
  const which = target.matching ? { matching: target.matching } : { customer_ids: target.customers.map((each) => each.id) };
  return ok(api.POST("/api/v1/moves", { body: { move, ...which, ...input } }));
}

/** A move changes lists, the customer, what is left of the limits, and requests. */
export async function refreshAfterMove(client: QueryClient): Promise<void> {
  await Promise.all(
    [["customers"], ["pool-customers"], ["customer"], ["requests"], ["pools"], ME].map((queryKey) => client.invalidateQueries({ queryKey })),
  );
}
