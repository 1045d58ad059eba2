/** Reads and changes of people and departments. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { api, ok, type Department, type Person } from "../../api";
import { ME } from "../../shared/me";

export type Role = Person["roles"][number];
export const ROLE_ORDER: Role[] = ["rep", "manager", "admin", "auditor"];
export type PersonEdit = {
  name?: string;
  email?: string | null;
  department_id?: string;
  roles?: Role[];
};
export type DepartmentEdit = { name?: string; parent_id?: string; lead_ids?: string[] };

export function useDepartments() {
  return useQuery({
    queryKey: ["departments"],
    queryFn: () => ok(api.GET("/api/v1/departments")).then((answer) => answer.items),
    staleTime: 30_000,
  });
}

export function getPerson(id: string): Promise<Person> {
  return ok(api.GET("/api/v1/people/{person_id}", { params: { path: { person_id: id } } }));
}

/** Writes what changed of the version that was on the screen. */
export function patchPerson(person: Person, body: PersonEdit): Promise<Person> {
  const params = { path: { person_id: person.id }, header: { "If-Match": `"${person.version}"` } };
  return ok(api.PATCH("/api/v1/people/{person_id}", { params, body }));
}

/** `until`: the instant of being back. */
export function putLeave(person: Person, leave: { from: string; until: string; deputy_id?: string }): Promise<Person> {
  const params = { path: { person_id: person.id }, header: { "If-Match": `"${person.version}"` } };
  return ok(api.PUT("/api/v1/people/{person_id}/leave", { params, body: leave }));
}

/** Calls a planned leave off; one that has begun ends now. */
export function endLeave(person: Person): Promise<Person> {
  const params = { path: { person_id: person.id }, header: { "If-Match": `"${person.version}"` } };
  return ok(api.DELETE("/api/v1/people/{person_id}/leave", { params }));
}

export function patchDepartment(department: Department, body: DepartmentEdit): Promise<Department> {
  const params = { path: { department_id: department.id }, header: { "If-Match": `"${department.version}"` } };
  return ok(api.PATCH("/api/v1/departments/{department_id}", { params, body }));
}

/** In force and to come: who acts for the person, and for whom they act. */
export function deputiesQuery(personId: string) {
  return queryOptions({
    queryKey: ["people", personId, "deputies"],
    queryFn: () => ok(api.GET("/api/v1/people/{person_id}/deputies", { params: { path: { person_id: personId } } })).then((answer) => answer.items),
    staleTime: 0,
  });
}

export function removeDepartment(department: Department): Promise<unknown> {
  const params = { path: { department_id: department.id }, header: { "If-Match": `"${department.version}"` } };
  return ok(api.DELETE("/api/v1/departments/{department_id}", { params }));
}

export function newLink(personId: string) {
  return ok(api.POST("/api/v1/people/{person_id}/link", { params: { path: { person_id: personId } } }));
}

/** Who is where, who leads what, and what I may do myself. */
export async function refreshPeople(client: QueryClient): Promise<void> {
  await Promise.all([["people"], ["departments"], ME].map((queryKey) => client.invalidateQueries({ queryKey })));
}
