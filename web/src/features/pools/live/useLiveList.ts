/** The list of a pool, kept honest: gone rows stay in place and can't be chosen; it is read again when nobody points at it. */
import { useEffect, useRef } from "react";

import type { CustomerRow, Total } from "../../../api";
import type { Pages } from "../../../shared/pages";
import type { useSelection } from "../../../shared/useSelection";
import type { Claim } from "../../moves/useClaim";
import type { LivePool } from "./useLivePool";

type Listed = { live: LivePool; pages: Pages<CustomerRow>; claims: Record<string, Claim>; selection: ReturnType<typeof useSelection>; filtered: boolean };

const UNTOUCHED = 3_000; // milliseconds without a pointer, until rows may move
const READ_AGAIN = [10_000, 20_000] as const; // hundreds may have the same list open
const ALL_GONE = [300, 1_500] as const;
const MOST_PAGES = 2; // whoever has scrolled further reads on where they are

function between([from, until]: readonly [number, number]): number {
  return from + Math.random() * (until - from);
}

function usePointed(): () => boolean {
  const last = useRef(0);
  useEffect(() => {
    const note = () => {
      last.current = Date.now();
    };
    const kinds = ["pointerdown", "pointermove", "wheel", "keydown", "touchmove"] as const;
    kinds.forEach((kind) => window.addEventListener(kind, note, { passive: true }));
    return () => kinds.forEach((kind) => window.removeEventListener(kind, note));
  }, []);
  return () => Date.now() - last.current < UNTOUCHED;
}

export function useLiveList({ live, pages, claims, selection, filtered }: Listed) {
  const listed = new Set(pages.rows.map((row) => row.id));
  const entered = new Set(live.entered);
  // One's own knowledge is newer, unless the customer came back since.
  const own = Object.entries(claims).filter(([id, claim]) => claim.state === "mine" || !(entered.has(id) || id in live.gone));
  const known: Record<string, Claim> = { ...live.gone, ...Object.fromEntries(own) };
  const rowState = (row: CustomerRow) => {
    const state = known[row.id]?.state;
    // What was asked for still lies in the pool.
    return state === "asked" ? undefined : state;
  };
  const goneRows = pages.rows.filter((row) => rowState(row) === "gone" || rowState(row) === "mine").length;
  const othersRows = pages.rows.filter((row) => rowState(row) === "gone").length;
  const newcomers = live.entered.filter((id) => !listed.has(id)).length;

  const chosen = selection.ids.filter((id) => known[id] === undefined);
  const drop = !selection.all && chosen.length < selection.ids.length;
  useEffect(() => {
    if (drop) selection.onChange(chosen);
  });

  const pointed = usePointed();
  const again = useRef<() => boolean>(() => false);
  again.current = () => {
    if (pages.fetched > MOST_PAGES || selection.ids.length > 0 || (goneRows < pages.rows.length && pointed())) return false;
    pages.restart();
    return true;
  };
  const changed = goneRows > 0 || live.missed;
  const allGone = goneRows > 0 && goneRows === pages.rows.length;
  useEffect(() => {
    if (!changed) return undefined;
    let timer: number;
    const wait = (range: readonly [number, number]) => {
      timer = window.setTimeout(() => again.current() || wait([2_000, 4_000]), between(range));
    };
    wait(allGone ? ALL_GONE : READ_AGAIN);
    return () => window.clearTimeout(timer);
  }, [changed, allGone]);

  const left = filtered ? goneRows : Object.keys(live.gone).length;
  const total: Total | undefined = pages.total && !pages.total.capped ? { ...pages.total, count: Math.max(0, pages.total.count - left) } : pages.total;
  const refresh = () => {
    window.scrollTo({ top: 0 });
    pages.restart();
  };
  return { known, rowState, total, bar: { entered: newcomers, left: othersRows, missed: live.missed, onRefresh: refresh } };
}
