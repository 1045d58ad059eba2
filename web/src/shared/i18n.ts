/** Two languages side by side: each feature keeps its words as pairs `[中文, English]`, `useWords` picks the reader's. */
import { useCallback, useSyncExternalStore } from "react";

import type { Words } from "../api";

export type Locale = "zh-CN" | "en-US";
export type Pair = readonly [zh: string, en: string];
export type Values = Record<string, string | number>;

const KEY = "gonghai.locale";
const listeners = new Set<() => void>();

function first(): Locale {
  const kept = localStorage.getItem(KEY);
  if (kept === "zh-CN" || kept === "en-US") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

let current: Locale = first();
document.documentElement.lang = current;

export function getLocale(): Locale {
  return current;
}

/** Switches the language of the whole page at once and remembers it on this device. */
export function setLocale(locale: Locale): void {
  if (locale === current) return;
  current = locale;
  localStorage.setItem(KEY, locale);
  document.documentElement.lang = locale;
  listeners.forEach((listener) => listener());
}

export function useLocale(): Locale {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, getLocale);
}

/** Fills `{n}` with the value, `{n?s}` with "s" unless it is one, `{n?are:is}` with the one or the other. */
export function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)(?:\?([^:}]*)(?::([^}]*))?)?\}/g, (place, name: string, many?: string, one = "") => {
    if (many === undefined) return String(values[name] ?? place);
    return Number(values[name]) === 1 ? one : many;
  });
}

export function pick(pair: Pair, locale: Locale, values?: Values): string {
  return fill(locale === "zh-CN" ? pair[0] : pair[1], values);
}

/** The words of one feature in the reader's language: `const t = useWords(words); t("claim", { n: 3 })`. */
export function useWords<T extends Record<string, Pair>>(words: T): (key: keyof T, values?: Values) => string {
  const locale = useLocale();
  return useCallback((key, values) => pick(words[key] as Pair, locale, values), [words, locale]);
}

/** The reader's half of a pair that the server sent. */
export function useServerWords(): (words: Words | null | undefined) => string {
  const locale = useLocale();
  return useCallback((words) => (words ? (locale === "zh-CN" ? words.zh : words.en) : ""), [locale]);
}
