/** Reads and edits of one customer. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, type Customer, type CustomerEdit } from "../../api";
import type { Field, FieldValue } from "./fields";

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}", { params: { path: { customer_id: id } } })),
  });
}

/** Writes one field of the version that was on the screen; a version that is no longer the newest is refused. */
export function patchCustomer(customer: Customer, field: Field, value: FieldValue): Promise<Customer> {
  return ok(
    api.PATCH("/api/v1/customers/{customer_id}", {
      params: { path: { customer_id: customer.id }, header: { "If-Match": `"${customer.version}"` } },
      // Each field's input yields the kind of value that its field holds.
      body: { [field]: value } as CustomerEdit,
    }),
  );
}
