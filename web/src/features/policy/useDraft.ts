/** The draft on the screen: every change is saved by itself, over exactly the version it was made on, and never over another's. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { Problem } from "../../api";
import { draftKey, draftQuery, saveDraft, type Draft } from "./api";
import type { PolicyDocument } from "./rules";

const PAUSE = 900; // ms after the last change

export type Conflict = { author: string | null; updated_at: string | null; gone: boolean };
export type DraftState = {
  document: PolicyDocument;
  /** The draft as last saved or loaded; null: there is none. */
  draft: Draft | null;
  status: "saved" | "waiting" | "saving" | "failed";
  error: unknown;
  conflict: Conflict | null;
  change: (document: PolicyDocument) => void;
  /** Saves what is not saved yet; the draft, or null where saving failed. */
  flush: () => Promise<Draft | null>;
  /** Shows what the server has instead of mine. */
  takeTheirs: () => Promise<void>;
};

const text = (value: unknown) => (typeof value === "string" ? value : null);

/** `begun`: the rules that a draft would begin from; `basedOn` their number. */
export function useDraft(poolId: string, loaded: Draft | null, begun: PolicyDocument, basedOn: number | null): DraftState {
  const client = useQueryClient();
  const [document, setDocument] = useState(loaded?.document ?? begun);
  const [draft, setDraft] = useState(loaded);
  const [status, setStatus] = useState<DraftState["status"]>("saved");
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  // What the running save and the timer need is the newest, not what it was when they began.
  const now = useRef({ document, saved: document, draft, stopped: false, running: null as Promise<Draft | null> | null, timer: 0, basedOn });
  now.current.basedOn = draft ? draft.based_on : basedOn;

  const hold = useCallback((next: Draft | null) => {
    now.current.draft = next;
    setDraft(next);
    client.setQueryData(draftKey(poolId), next);
  }, [client, poolId]);

  const write = useCallback(async (): Promise<Draft | null> => {
    const state = now.current;
    while (state.saved !== state.document && !state.stopped) {
      const sending = state.document;
      setStatus("saving");
      try {
        const saved = await saveDraft(poolId, sending, state.basedOn, state.draft?.version ?? null);
        state.saved = sending;
        hold(saved);
        setError(null);
      } catch (caught) {
        const stale = caught instanceof Problem && (caught.status === 412 || caught.status === 404);
        if (stale) {
          state.stopped = true;
          setConflict({ author: text(caught.data.author), updated_at: text(caught.data.updated_at), gone: caught.status === 404 });
        }
        setError(caught);
        setStatus("failed");
        return null;
      }
    }
    if (!state.stopped) setStatus("saved");
    return state.stopped ? null : state.draft;
  }, [hold, poolId]);

  const flush = useCallback(async (): Promise<Draft | null> => {
    const state = now.current;
    window.clearTimeout(state.timer);
    state.running ??= write().finally(() => {
      state.running = null;
    });
    return state.running;
  }, [write]);

  const change = useCallback((next: PolicyDocument) => {
    const state = now.current;
    if (next === state.document) return;
    state.document = next;
    setDocument(next);
    if (state.stopped) return;
    setStatus("waiting");
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => void flush(), PAUSE);
  }, [flush]);

  const show = useCallback((next: PolicyDocument, from: Draft | null) => {
    const state = now.current;
    window.clearTimeout(state.timer);
    Object.assign(state, { document: next, saved: next, stopped: false });
    setDocument(next);
    hold(from);
    setConflict(null);
    setError(null);
    setStatus("saved");
  }, [hold]);

  const takeTheirs = useCallback(async () => {
    const theirs = await client.fetchQuery(draftQuery(poolId));
    show(theirs?.document ?? begun, theirs);
  }, [begun, client, poolId, show]);

  // Somebody published while nothing was being edited here: what is shown follows.
  useEffect(() => {
    const state = now.current;
    if (!state.draft && state.saved === state.document && state.document !== begun) show(begun, null);
  }, [begun, show]);

  useEffect(() => {
    const state = now.current;
    const leaving = (event: BeforeUnloadEvent) => state.saved !== state.document && !state.stopped && event.preventDefault();
    window.addEventListener("beforeunload", leaving);
    return () => {
      window.removeEventListener("beforeunload", leaving);
      if (state.saved !== state.document && !state.stopped) void flush();
    };
  }, [flush]);

  return { document, draft, status, error, conflict, change, flush, takeTheirs };
}
