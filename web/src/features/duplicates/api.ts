/** Whether what is typed into a form is there already, and asking for it. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, type Duplicate, type NewCustomer } from "../../api";

/** The fields by which a customer is known again. */
export type Typed = Pick<NewCustomer, "kind" | "name" | "phones" | "emails" | "uscc">;

export function typedOf({ kind, name, phones, emails, uscc }: Partial<NewCustomer>): Typed {
  return { kind, name: name?.trim() ?? "", phones: phones ?? [], emails: emails ?? [], uscc };
}

/** Asked quietly while somebody types: without an answer nothing is said. */
export function matchesQuery(typed: Typed | null) {
  return queryOptions({
    queryKey: ["duplicates", typed],
    queryFn: async (): Promise<Duplicate[]> => {
      const { name, phones, emails, uscc } = typed as Typed;
      if (!name && !phones?.length && !emails?.length && !uscc) return [];
      const body = { ...(typed as Typed), phones: phones ?? [], emails: emails ?? [] };
      return (await ok(api.POST("/api/v1/customers/duplicates/check", { body }))).matches;
    },
    enabled: typed !== null,
    retry: false,
    staleTime: 0,
    placeholderData: (before: Duplicate[] | undefined) => before,
  });
}

export function askFor(typed: Typed, note: string, customer_id: string | null) {
  const body = { ...typed, phones: typed.phones ?? [], emails: typed.emails ?? [], note, customer_id };
  return ok(api.POST("/api/v1/customers/duplicates/requests", { body }));
}
