/** What each of one's people has on their hands. */
import { api, ok, type Load, type Me, type Workload } from "../../api";
import { oneOf } from "../../shared/urlState";

export const SORTS = [
  "name", "-name", "held", "-held", "claimed", "-claimed", "untouched", "-untouched", "oldest", "-oldest",
  "falling", "-falling", "tasks", "-tasks", "overdue", "-overdue", "requests", "-requests", "leave", "-leave",
] as const; // prettier-ignore
export type Sort = (typeof SORTS)[number];
export type Asked = { pool_id: string; department_id?: string; sort: Sort };

export function sortOf(text: string | undefined): Sort {
  return oneOf(SORTS, text) ?? "-held";
}

/** Under "customers", so that every move and every answer to a request has it read again. */
export const WORKLOAD = ["customers", "workload"] as const;
export const keyOf = (asked: Asked) => [...WORKLOAD, asked];

export function workloadPage(asked: Asked, after: string | undefined): Promise<Workload> {
  return ok(api.GET("/api/v1/team/workload", { params: { query: { ...asked, limit: 50, after } } }));
}

/** Above a cap that binds them: of the pool, or of the company over all pools; by how many. */
export function overBy({ held, company, exempt }: Load): number {
  return exempt ? 0 : Math.max(0, held.used - held.limit, company ? company.used - company.limit : 0);
}

/** Where the customers of one of these people are listed. */
export function listOf(me: Me, personId: string): string {
  const all = me.person.roles.includes("admin") || me.person.roles.includes("auditor");
  return `/customers?scope=${all ? "all&state=owned" : "team"}&owner_id=${personId}`;
}
