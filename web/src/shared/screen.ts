/** What the reader's screen is like, asked the same way everywhere: phone or desk, and whether they want things to move. */
import { useSyncExternalStore } from "react";

function asked(question: string): () => boolean {
  const media = window.matchMedia(question);
  const subscribe = (listener: () => void) => {
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => media.matches);
}

export const usePhone = asked("(max-width: 767px)");
/** Whoever asked their system for less motion gets menus and dialogs at once. */
export const useLessMotion = asked("(prefers-reduced-motion: reduce)");
