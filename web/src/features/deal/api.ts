/** Reads of offers and draws, and what must be read again after one is answered. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { api, ok, type Draw, type DrawDetail } from "../../api";
import { refreshAfterMove } from "../moves/api";

export function nextBestQuery(poolId: string) {
  return queryOptions({
    queryKey: ["offers", poolId],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/offers/mine", { params: { path: { pool_id: poolId } } })),
    refetchInterval: 30_000,
  });
}

/** An offer was dealt or answered: the panel, and what a claim changes. */
export async function refreshOffers(client: QueryClient, poolId: string): Promise<void> {
  await Promise.all([client.invalidateQueries({ queryKey: ["offers", poolId] }), refreshAfterMove(client)]);
}

/** The newest draws of a pool; asked more often while one is being dealt. */
export function useDraws(poolId: string, enabled = true) {
  return useQuery({
    enabled,
    queryKey: ["draws", poolId],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/draws", { params: { path: { pool_id: poolId }, query: { limit: 20 } } })).then((page) => page.items),
    refetchInterval: ({ state }) => (state.data?.some(isDue) ? 3_000 : 30_000),
  });
}

export function drawQuery(id: string) {
  return queryOptions({
    queryKey: ["draw", id],
    queryFn: () => ok(api.GET("/api/v1/draws/{draw_id}", { params: { path: { draw_id: id } } })),
    refetchInterval: ({ state }) => (state.data && isDue(state.data) ? 3_000 : false),
  });
}

export function recordQuery(id: string) {
  return queryOptions({
    queryKey: ["draw", id, "record"],
    queryFn: () => ok(api.GET("/api/v1/draws/{draw_id}/record", { params: { path: { draw_id: id } } })),
    staleTime: Infinity,
  });
}

/** Closed by the clock, and not dealt as far as we know. */
function isDue(draw: Draw): boolean {
  return draw.state === "closing" || ((draw.state === "open" || draw.state === "planned") && Date.parse(draw.closes_at) <= Date.now());
}

/** The draw that people may take part in now or next. */
export function currentDraw(draws: Draw[]): Draw | undefined {
  const coming = draws.filter((draw) => draw.state === "planned").sort((a, b) => a.opens_at.localeCompare(b.opens_at));
  return draws.find((draw) => draw.state === "open") ?? draws.find((draw) => draw.state === "closing") ?? coming[0];
}

export function putWishes(draw: Pick<DrawDetail, "id">, ids: string[]) {
  return ok(api.PUT("/api/v1/draws/{draw_id}/wishes", { params: { path: { draw_id: draw.id } }, body: { customer_ids: ids } }));
}

export async function refreshDraws(client: QueryClient): Promise<void> {
  await Promise.all([["draws"], ["draw"]].map((queryKey) => client.invalidateQueries({ queryKey })));
}
