/** Opens the dialogs of the moves from anywhere: `useDialogs().move("release", target)`. They load when first needed. */
import { createContext, lazy, Suspense, useContext, useMemo, useState, type ReactNode } from "react";

import type { BatchAnswer } from "../../api";
import type { MoveName, Named, Target } from "./api";

const MoveDialog = lazy(() => import("./MoveDialog"));
const ResultsDrawer = lazy(() => import("./ResultsDrawer"));
const FollowUpDialog = lazy(() => import("../activities/FollowUpDialog"));
const GiveDialog = lazy(() => import("../tasks/GiveDialog"));
const ASKING = {
  extension: lazy(() => import("../requests/ExtensionDialog")),
  appeal: lazy(() => import("../requests/AppealDialog")),
  archive: lazy(() => import("../requests/ArchiveRequestDialog")),
};

/** What one may ask for about a customer: more time, it back, its archiving. */
export type Asked = keyof typeof ASKING;

export type Results = { title: string; answer: BatchAnswer; names: Named[] };
type Opened =
  | { kind: "move"; move: MoveName; target: Target; onDone?: () => void }
  | { kind: "results"; results: Results }
  | { kind: "followUp"; customer: Named; onDone?: () => void }
  | { kind: "give"; target: Target; onDone?: () => void }
  | { kind: "ask"; asked: Asked; customer: Named; onDone?: () => void };
type Openers = {
  move: (move: MoveName, target: Target, onDone?: () => void) => void;
  results: (results: Results) => void;
  followUp: (customer: Named, onDone?: () => void) => void;
  /** Tasks about these customers. */
  give: (target: Target, onDone?: () => void) => void;
  ask: (asked: Asked, customer: Named, onDone?: () => void) => void;
};

const Context = createContext<Openers | null>(null);

export function useDialogs(): Openers {
  const openers = useContext(Context);
  if (!openers) throw new Error("useDialogs outside Dialogs");
  return openers;
}

export function Dialogs({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const openers = useMemo<Openers>(
    () => ({
      move: (move, target, onDone) => setOpened({ kind: "move", move, target, onDone }),
      results: (results) => setOpened({ kind: "results", results }),
      followUp: (customer, onDone) => setOpened({ kind: "followUp", customer, onDone }),
      give: (target, onDone) => setOpened({ kind: "give", target, onDone }),
      ask: (asked, customer, onDone) => setOpened({ kind: "ask", asked, customer, onDone }),
    }),
    [],
  );
  const close = () => setOpened(null);
  const Ask = opened?.kind === "ask" ? ASKING[opened.asked] : null;
  return (
    <Context.Provider value={openers}>
      {children}
      <Suspense fallback={null}>
        {opened?.kind === "move" && <MoveDialog move={opened.move} target={opened.target} onDone={opened.onDone} onClose={close} />}
        {opened?.kind === "results" && <ResultsDrawer results={opened.results} onClose={close} />}
        {opened?.kind === "followUp" && <FollowUpDialog customer={opened.customer} onDone={opened.onDone} onClose={close} />}
        {opened?.kind === "give" && <GiveDialog target={opened.target} onDone={opened.onDone} onClose={close} />}
        {Ask && opened?.kind === "ask" && <Ask customer={opened.customer} onDone={opened.onDone} onClose={close} />}
      </Suspense>
    </Context.Provider>
  );
}
