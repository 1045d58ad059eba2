/** Points, seasons, leaderboards and earned quota. */
import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";

import { api, ok, type EarnedRule, type PointRules, type Season } from "../../api";

export const RULES = ["first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect"] as const;
export type Rule = (typeof RULES)[number];
export type By = "person" | "team";
const KEY = "incentives";
const matching = (version: number) => ({ "If-Match": `"${version}"` });

function getBoard(by: By, season: string | undefined, after?: string, limit = 50) {
  return ok(api.GET("/api/v1/incentives/leaderboard", { params: { query: { by, season, after, limit } } }));
}

/** Its first page also says which season, one's own place and the longest bar: read at once, so that they agree. */
export function boardQuery(by: By, season: string | undefined) {
  return infiniteQueryOptions({
    queryKey: [KEY, "board", by, season ?? ""],
    queryFn: ({ pageParam }) => getBoard(by, season, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    // An empty board fills by itself once somebody's points are counted.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.season && state.data.pages[0].top === 0 ? 15_000 : false),
  });
}

/** One's own place, for a line on the home page. */
export const minePlaceQuery = queryOptions({
  queryKey: [KEY, "mine"],
  queryFn: () => getBoard("person", undefined, undefined, 1),
  staleTime: 300_000,
});

export const pointsKey = (person: string, season: string | undefined) => [KEY, "points", person, season ?? ""];

export function getPoints(person_id: string, season: string | undefined, after?: string) {
  return ok(api.GET("/api/v1/incentives/points", { params: { query: { person_id, season, after } } }));
}

export const rulesQuery = queryOptions({ queryKey: [KEY, "rules"], queryFn: () => ok(api.GET("/api/v1/incentives/rules")) });

/** Whether anything earns points at all. */
export const anyOn = (rules: PointRules) => RULES.some((rule) => rules[rule].on);

export const seasonsQuery = queryOptions({
  queryKey: [KEY, "seasons"],
  queryFn: async () => (await ok(api.GET("/api/v1/incentives/seasons"))).items,
});
export const earnedQuery = queryOptions({
  queryKey: [KEY, "earned"],
  queryFn: async () => (await ok(api.GET("/api/v1/incentives/earned"))).items,
});

export function putRules(version: number, body: PointRules) {
  return ok(api.PUT("/api/v1/incentives/rules", { params: { header: matching(version) }, body }));
}

export type SeasonDays = { name: string; first_day: string; last_day: string };

export function saveSeason(known: Season | null, body: SeasonDays) {
  return known
    ? ok(api.PUT("/api/v1/incentives/seasons/{season_id}", { params: { path: { season_id: known.id }, header: matching(known.version) }, body }))
    : ok(api.POST("/api/v1/incentives/seasons", { body }));
}

export function removeSeason(id: string) {
  return ok(api.DELETE("/api/v1/incentives/seasons/{season_id}", { params: { path: { season_id: id } } }));
}

export function putEarned(pool_id: string, version: number, body: EarnedRule) {
  return ok(api.PUT("/api/v1/incentives/earned/{pool_id}", { params: { path: { pool_id }, header: matching(version) }, body }));
}

export function previewEarned(pool_id: string, body: EarnedRule) {
  return ok(api.POST("/api/v1/incentives/earned/{pool_id}/preview", { params: { path: { pool_id } }, body }));
}

export async function refresh(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: [KEY] });
}
