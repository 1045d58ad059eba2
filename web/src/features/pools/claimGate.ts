/** What stands in the way of claiming before anybody asks: opening hours, a freeze, a request that waits. The server decides. */
import { useQuery } from "@tanstack/react-query";

import type { CustomerRow, MyPool } from "../../api";
import { useNow } from "../../shared/clock";
import { useWaiting } from "../requests/api";
import { poolQuery } from "./api";

export type Gate = {
  /** When claiming opens, where it is closed now; null where that isn't within a month. */
  closed: { until: string | null } | null;
  /** Whether customers are frozen when they enter. */
  freezes: boolean;
  /** Until when a customer is frozen; null where it isn't. */
  frozen: (row: Pick<CustomerRow, "entered_pool_at">) => string | null;
  /** The reader's own request for a customer. */
  asked: (id: string) => string | undefined;
};

const HOUR = 3_600_000;

export function useClaimGate(mine: MyPool): Gate {
  const now = useNow();
  const { data: pool } = useQuery(poolQuery(mine.id));
  const waiting = useWaiting("claim", Boolean(pool?.approval));
  const freeze = mine.exempt ? 0 : (pool?.freeze_hours ?? 0);
  const { closed } = mine;
  return {
    // `me` is some minutes old at most; the hour may have struck since.
    closed: closed && (!closed.until || Date.parse(closed.until) > now) ? closed : null,
    freezes: freeze > 0,
    frozen: ({ entered_pool_at }) => {
      const until = freeze && entered_pool_at ? Date.parse(entered_pool_at) + freeze * HOUR : 0;
      return until > now ? new Date(until).toISOString() : null;
    },
    asked: (id) => waiting.get(id),
  };
}
