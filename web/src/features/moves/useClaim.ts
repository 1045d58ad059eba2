/** Claiming at once on the screen, with an honest roll-back that says who was faster. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";

import { Problem, type CustomerRow, type Me } from "../../api";
import { useWords } from "../../shared/i18n";
import { ME, refreshMeSoon } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { claimOne } from "./api";
import { WORDS } from "./words";

export type Claim = { state: "mine" } | { state: "asked"; request: string } | { state: "gone"; text: string };

const GONE = new Set(["already_claimed", "archived", "merged", "moved", "not_found"]);

function countOne(me: Me | undefined, poolId: string, n: number): Me | undefined {
  if (!me) return me;
  const more = <T extends { used: number }>(limit: T): T => ({ ...limit, used: limit.used + n });
  const pools = me.pools.map((pool) =>
    pool.id === poolId
      ? {
          ...pool,
          limits: {
            ...pool.limits,
            daily_quota: more(pool.limits.daily_quota),
            holding_cap: more(pool.limits.holding_cap),
            untouched_cap: more(pool.limits.untouched_cap),
          },
        }
      : pool,
  );
  return { ...me, pools };
}

/** `claims` says what became of each row; `claim(row)` claims one and counts it in the header before the answer is here. */
export function useClaim() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const t = useWords(WORDS);
  const problem = useProblemText();
  const [claims, setClaims] = useState<Record<string, Claim>>({});
  const mark = (id: string, claim: Claim | null) =>
    setClaims((before) => {
      const { [id]: _old, ...rest } = before;
      return claim ? { ...rest, [id]: claim } : rest;
    });
  const claim = async (row: Pick<CustomerRow, "id" | "name" | "pool">): Promise<boolean> => {
    mark(row.id, { state: "mine" });
    void client.cancelQueries({ queryKey: ME });
    client.setQueryData<Me>(ME, (me) => countOne(me, row.pool.id, 1));
    try {
      const { request } = await claimOne(row.id);
      if (request) {
        client.setQueryData<Me>(ME, (me) => countOne(me, row.pool.id, -1));
        mark(row.id, { state: "asked", request });
        message.info(t("claimAsked", { name: row.name }), 6);
        void client.invalidateQueries({ queryKey: ["requests"] });
        return false;
      }
      message.success(t("done_claim", { name: row.name }));
      for (const queryKey of [["customers"], ["customer", row.id], ["pools"]]) void client.invalidateQueries({ queryKey });
      refreshMeSoon(client);
      return true;
    } catch (error) {
      refreshMeSoon(client);
      // The line broke after the claim, and the repeated one found it done.
      if (error instanceof Problem && error.code === "already_yours") return true;
      client.setQueryData<Me>(ME, (me) => countOne(me, row.pool.id, -1));
      const text = problem(error);
      const gone = error instanceof Problem && GONE.has(error.code);
      mark(row.id, gone ? { state: "gone", text } : null);
      message.warning(text, 6);
      return false;
    }
  };
  return { claims, claim };
}
