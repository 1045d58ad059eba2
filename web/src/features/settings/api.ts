/** Reads and changes of the company's settings and its calendar. */
import { useQuery, type QueryClient } from "@tanstack/react-query";

import { api, ok, type Calendar, type Tenant, type TenantEdit } from "../../api";
import { ME } from "../../shared/me";

export const TENANT = ["tenant"] as const;
export const CALENDAR = ["calendar"] as const;
export type Day = Calendar["days"][number];

export function useTenant() {
  return useQuery({ queryKey: TENANT, queryFn: () => ok(api.GET("/api/v1/tenant")) });
}

/** `year` left out: the present one, where the company is. */
export function useCalendar(year: number | undefined) {
  return useQuery({ queryKey: [...CALENDAR, year], queryFn: () => ok(api.GET("/api/v1/calendar", { params: { query: { year } } })), placeholderData: (before) => before });
}

export function useCountries(enabled: boolean) {
  return useQuery({ queryKey: [...CALENDAR, "countries"], queryFn: () => ok(api.GET("/api/v1/calendar/countries")), staleTime: Infinity, enabled });
}

/** Writes what changed of the version that was on the screen. */
export function patchTenant(tenant: Tenant, body: TenantEdit): Promise<Tenant> {
  return ok(api.PATCH("/api/v1/tenant", { params: { header: { "If-Match": `"${tenant.version}"` } }, body }));
}

/** Where the customers of whoever leaves go from now on. */
export function putLeaverRule(tenant: Tenant, body: { rule: Tenant["leaver_rule"]; pool_id?: string }): Promise<Tenant> {
  return ok(api.PUT("/api/v1/tenant/leaver-rule", { params: { header: { "If-Match": `"${tenant.version}"` } }, body }));
}

export function setDay(date: string, works: boolean, note: string) {
  return ok(api.PUT("/api/v1/calendar/days", { body: { date, works, note: note.trim() || null } }));
}

export function removeDay(date: string) {
  return ok(api.DELETE("/api/v1/calendar/days/{date}", { params: { path: { date } } }));
}

/** Deadlines follow the calendar, so every countdown on the screen is asked for anew. */
export async function refreshAll(client: QueryClient): Promise<void> {
  await Promise.all([client.invalidateQueries(), client.invalidateQueries({ queryKey: ME })]);
}
