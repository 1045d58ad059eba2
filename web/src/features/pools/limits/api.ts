/** Limits for some, overrides for one, and why somebody's limit is what it is. A scope is a pool, or null: the company. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api, ok, type NewLimit, type NewOverride, type Override, type ScopedLimit } from "../../../api";
import { ME } from "../../../shared/me";

export type Scope = string | null;
export type OverrideState = "current" | "past";

export function limitsQuery(scope: Scope) {
  return queryOptions({
    queryKey: ["limits", scope, "scoped"],
    queryFn: async (): Promise<ScopedLimit[]> =>
      (await (scope ? ok(api.GET("/api/v1/pools/{pool_id}/limits", { params: { path: { pool_id: scope } } })) : ok(api.GET("/api/v1/tenant/limits")))).items,
    staleTime: 0,
  });
}

export function limitsOfQuery(poolId: string, personId: string) {
  return queryOptions({
    queryKey: ["limits", poolId, "of", personId],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/limits/of/{person_id}", { params: { path: { pool_id: poolId, person_id: personId } } })),
    staleTime: 0,
  });
}

export const overridesKey = (scope: Scope, state: OverrideState) => ["limits", scope, "overrides", state];

export function getOverrides(scope: Scope, state: OverrideState, after: string | undefined) {
  const query = { state, after };
  return scope ? ok(api.GET("/api/v1/pools/{pool_id}/overrides", { params: { path: { pool_id: scope }, query } })) : ok(api.GET("/api/v1/tenant/overrides", { params: { query } }));
}

export function addLimit(scope: Scope, body: NewLimit): Promise<ScopedLimit> {
  return scope ? ok(api.POST("/api/v1/pools/{pool_id}/limits", { params: { path: { pool_id: scope } }, body })) : ok(api.POST("/api/v1/tenant/limits", { body }));
}

export function changeLimit(scope: Scope, id: string, body: { value: number; accept_over_cap: boolean }): Promise<ScopedLimit> {
  return scope
    ? ok(api.PATCH("/api/v1/pools/{pool_id}/limits/{limit_id}", { params: { path: { pool_id: scope, limit_id: id } }, body }))
    : ok(api.PATCH("/api/v1/tenant/limits/{limit_id}", { params: { path: { limit_id: id } }, body }));
}

export function removeLimit(scope: Scope, id: string): Promise<unknown> {
  return scope
    ? ok(api.DELETE("/api/v1/pools/{pool_id}/limits/{limit_id}", { params: { path: { pool_id: scope, limit_id: id } } }))
    : ok(api.DELETE("/api/v1/tenant/limits/{limit_id}", { params: { path: { limit_id: id } } }));
}

export function grantOverride(scope: Scope, body: NewOverride): Promise<Override> {
  return scope ? ok(api.POST("/api/v1/pools/{pool_id}/overrides", { params: { path: { pool_id: scope } }, body })) : ok(api.POST("/api/v1/tenant/overrides", { body }));
}

export function revokeOverride(scope: Scope, id: string): Promise<Override> {
  return scope
    ? ok(api.POST("/api/v1/pools/{pool_id}/overrides/{override_id}/revoke", { params: { path: { pool_id: scope, override_id: id } } }))
    : ok(api.POST("/api/v1/tenant/overrides/{override_id}/revoke", { params: { path: { override_id: id } } }));
}

/** A limit changes what is left, in the header too. */
export async function refreshLimits(client: QueryClient): Promise<void> {
  await Promise.all([["limits"], ME].map((queryKey) => client.invalidateQueries({ queryKey })));
}
