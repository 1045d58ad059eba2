/** The stream of one pool: open while the page is in sight, again after a broken line. */
import type { components } from "../../../api/schema";

export type Left = components["schemas"]["LeftPool"];
export type Entered = components["schemas"]["EnteredPool"];
export type LineState = "live" | "waiting" | "off";
export type Hearing = {
  onLeft: (left: Left[]) => void;
  onEntered: (entered: Entered[]) => void;
  /** Something was missed: the list must be read again. */
  onMissed: () => void;
  /** The server answers with something else than a stream: perhaps a session or a right has ended. */
  onRefused: () => void;
  onState: (state: LineState) => void;
};

// What the server tells again to whoever begins to listen; after a longer pause the list is read anew.
const REMEMBERED = 8_000;
const RETRY = 20_000;

/** Opens the stream; the answer ends it. */
export function listen(poolId: string, hearing: Hearing): () => void {
  let source: EventSource | null = null;
  let retry: number | undefined;
  let hiddenAt = 0;

  const close = () => {
    window.clearTimeout(retry);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    hearing.onState("waiting");
    const opened = new EventSource(`/api/v1/pools/${poolId}/live`);
    source = opened;
    const on = <T,>(name: string, tell: (data: T) => void) =>
      opened.addEventListener(name, (event) => tell(JSON.parse((event as MessageEvent<string>).data) as T));
    on<Left[]>("left", hearing.onLeft);
    on<Entered[]>("entered", hearing.onEntered);
    on("reset", hearing.onMissed);
    opened.onopen = () => hearing.onState("live");
    opened.onerror = () => {
      if (opened.readyState !== EventSource.CLOSED) return hearing.onState("waiting");
      // The browser gives up on an answer that is no stream; the network or the server may be back later.
      hearing.onState("off");
      hearing.onRefused();
      retry = window.setTimeout(() => {
        hearing.onMissed();
        open();
      }, RETRY * (1 + Math.random()));
    };
  };
  const onVisibility = () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      close();
    } else if (!source) {
      if (Date.now() - hiddenAt > REMEMBERED) hearing.onMissed();
      open();
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    close();
  };
}
