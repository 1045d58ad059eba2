/** What has happened in the pool since its list was read: who is gone, who is new. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useReducer, useRef, useState } from "react";

import { useWords } from "../../../shared/i18n";
import { refreshMeSoon, useMe } from "../../../shared/me";
import type { Claim } from "../../moves/useClaim";
import { listen, type Entered, type Left, type LineState } from "./stream";
import { WORDS } from "./words";

type Heard = { gone: Record<string, { left: Left; at: number }>; entered: Record<string, number>; missedAt: number };
type News = { left: Left[] } | { entered: Entered[] } | { missed: true } | { readFrom: number };

const NOTHING: Heard = { gone: {}, entered: {}, missedAt: 0 };

function without<T>(record: Record<string, T>, ids: readonly string[]): Record<string, T> {
  const out = new Set(ids);
  return Object.fromEntries(Object.entries(record).filter(([id]) => !out.has(id)));
}

function hear(heard: Heard, news: News): Heard {
  const at = Date.now();
  if ("left" in news) {
    const gone = Object.fromEntries(news.left.map((left) => [left.id, { left, at }]));
    return { ...heard, gone: { ...heard.gone, ...gone }, entered: without(heard.entered, Object.keys(gone)) };
  }
  if ("entered" in news) {
    const ids = news.entered.map((each) => each.id);
    return { ...heard, gone: without(heard.gone, ids), entered: { ...heard.entered, ...Object.fromEntries(ids.map((id) => [id, at])) } };
  }
  if ("missed" in news) return { ...heard, missedAt: at };
  // What was heard before the list was asked for is in it.
  const from = news.readFrom;
  return {
    gone: Object.fromEntries(Object.entries(heard.gone).filter(([, each]) => each.at >= from)),
    entered: Object.fromEntries(Object.entries(heard.entered).filter(([, each]) => each >= from)),
    missedAt: heard.missedAt >= from ? heard.missedAt : 0,
  };
}

export type LivePool = {
  state: LineState;
  /** What became of rows, in the words of their claim button. */
  gone: Record<string, Claim>;
  entered: readonly string[];
  missed: boolean;
  /** Wraps the reading of a page: what was told before the first one was asked for is known to be in it. */
  reading: <T>(after: string | undefined, page: Promise<T>) => Promise<T>;
};

export function useLivePool(poolId: string): LivePool {
  const client = useQueryClient();
  const t = useWords(WORDS);
  const mine = useMe().person.id;
  const [state, setState] = useState<LineState>("waiting");
  const [heard, tell] = useReducer(hear, NOTHING);
  useEffect(() => {
    const hearing = {
      onLeft: (left: Left[]) => {
        tell({ left });
        if (left.some((each) => each.owner?.id === mine)) refreshMeSoon(client);
      },
      onEntered: (entered: Entered[]) => tell({ entered }),
      onMissed: () => tell({ missed: true }),
      onRefused: () => refreshMeSoon(client),
      onState: setState,
    };
    return listen(poolId, hearing);
  }, [client, mine, poolId]);
  const reading = useRef(async <T,>(after: string | undefined, page: Promise<T>) => {
    const readFrom = Date.now();
    const read = await page;
    if (after === undefined) tell({ readFrom });
    return read;
  });
  const gone = useMemo(() => {
    const claim = ({ how, owner }: Left): Claim => {
      if (owner?.id === mine) return { state: "mine" };
      const named = owner || !(how === "claimed" || how === "assigned");
      return { state: "gone", text: t(named ? how : `${how}:hidden`, { name: owner?.name ?? "" }) };
    };
    return Object.fromEntries(Object.entries(heard.gone).map(([id, { left }]) => [id, claim(left)]));
  }, [heard.gone, mine, t]);
  return { state, gone, entered: useMemo(() => Object.keys(heard.entered), [heard.entered]), missed: heard.missedAt > 0, reading: reading.current };
}
