/** Revealing a pooled customer: what was masked stays in clear on the screen, and the quota counts down at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { api, ok, type CustomerRow, type Me, type RevealedFields } from "../../api";
import { ME, useCan, useMe } from "../../shared/me";
import { useProblemText } from "../../shared/problems";

const revealedKey = (id: string) => ["revealed", id];

function counted(me: Me | undefined, poolId: string, left: RevealedFields["left"]): Me | undefined {
  if (!me) return me;
  const pools = me.pools.map((pool) =>
    pool.id === poolId ? { ...pool, limits: { ...pool.limits, reveal_quota: { ...pool.limits.reveal_quota, ...left } } } : pool,
  );
  return { ...me, pools };
}

/** `revealed`: the clear values once they were asked for; `left`: how many more today; `offered`: whether one may ask. */
export function useReveal(customer: Pick<CustomerRow, "id" | "state" | "masked" | "pool">) {
  const client = useQueryClient();
  const can = useCan();
  const me = useMe();
  const problem = useProblemText();
  const { message } = App.useApp();
  const key = revealedKey(customer.id);
  // Never fetched by itself: it is only kept here, so that the list and the customer's page know it both.
  const { data: revealed } = useQuery<RevealedFields>({ queryKey: key, queryFn: () => Promise.reject(new Error("asked for by hand")), enabled: false });
  const quota = me.pools.find((pool) => pool.id === customer.pool.id)?.limits.reveal_quota;
  const reveal = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/customers/{customer_id}/reveals", { params: { path: { customer_id: customer.id } }, body: {} })),
    onSuccess: (found) => {
      client.setQueryData(key, found);
      client.setQueryData<Me>(ME, (before) => counted(before, customer.pool.id, found.left));
    },
    onError: (error) => {
      message.warning(problem(error), 6);
      void client.invalidateQueries({ queryKey: ME });
    },
  });
  const masked = customer.state === "pooled" && customer.masked.length > 0;
  return {
    revealed: masked ? revealed : undefined,
    left: quota ? Math.max(0, quota.limit - quota.used) : 0,
    offered: masked && can("customers.reveal") && (quota?.limit ?? 0) > 0,
    reveal: () => reveal.mutate(),
    pending: reveal.isPending,
  };
}

/** The customer with what was revealed in place of what was masked. */
export function inClear<T extends object>(customer: T, revealed: RevealedFields | undefined): T {
  if (!revealed) return customer;
  const { id: _id, left: _left, ...values } = revealed;
  return { ...customer, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) };
}
