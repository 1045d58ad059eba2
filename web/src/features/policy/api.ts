/** A pool's policy in force; a pool without one answers 404 about the policy, which is no fault of the page. */
import { useQuery } from "@tanstack/react-query";

import { api, ok, Problem, type Policy } from "../../api";

export const policyKey = (poolId: string) => ["pools", poolId, "policy"] as const;

/** `null`: the pool has no policy yet. */
export function usePolicy(poolId: string) {
  return useQuery({
    queryKey: policyKey(poolId),
    queryFn: async (): Promise<Policy | null> => {
      try {
        return await ok(api.GET("/api/v1/pools/{pool_id}/policy", { params: { path: { pool_id: poolId } } }));
      } catch (error) {
        if (error instanceof Problem && error.status === 404 && error.data.what === "policy") return null;
        throw error;
      }
    },
  });
}
