/** One ticking clock for all countdowns on the page, so that a table of fifty chips needs one timer. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): number {
  // Nobody was listening, so the kept instant may be old; within a second it stays the same, as React asks.
  if (!timer && Date.now() - now > 1000) now = Date.now();
  return now;
}

/** Milliseconds since the epoch, renewed every half minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
