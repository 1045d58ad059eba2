/** Faults by the place they belong to, and their words. */
import { fill, useLocale, useWords, type Pair } from "../../shared/i18n";
import { TIMERS, useNames } from "../../shared/names";
import { FAULT_WORDS } from "./faultWords";
import type { Fault } from "./shapes";

type Words = ReturnType<typeof useWords<typeof FAULT_WORDS>>;

/** "segments[0].when.all[1]" → ["segments", 0, "when", "all", 1]. */
export function steps(path: string): (string | number)[] {
  return (path.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The faults of this node and of everything below it. */
export function under(faults: Fault[], path: string): Fault[] {
  return faults.filter((fault) => fault.path === path || (fault.path.startsWith(path) && /^[.[]/.test(fault.path.slice(path.length))));
}

function nameOf(document: Record<string, unknown> | null, index: number): string {
  const segments = document?.segments;
  const name: unknown = Array.isArray(segments) ? (segments[index] as { name?: unknown } | null)?.name : undefined;
  if (typeof name === "string") return name;
  if (name && typeof name === "object") return String((name as Record<string, unknown>).zh ?? (name as Record<string, unknown>).en ?? "");
  return "";
}

function placeWord(t: Words, step: string): string {
  const key = `at_${step}`;
  return key in FAULT_WORDS ? t(key as keyof typeof FAULT_WORDS) : step;
}

/** "分组 1「A 级客户」 › 条件 › 第 2 项 › 字段"; `from`: how many steps of the path go without saying. */
export function usePlace(): (fault: Fault, document: Record<string, unknown> | null, from?: number) => string {
  const t = useWords(FAULT_WORDS);
  const name = useNames();
  return (fault, document, from = 0) => {
    const way = steps(fault.path);
    if (!way.length) return t("at_whole");
    const parts: string[] = [];
    for (const [index, step] of way.entries()) {
      if (index < from) continue;
      const before = way[index - 1];
      if (typeof step === "number") {
        const label = before === "segments" ? nameOf(document, step) : "";
        const word = before === "segments" ? (label ? "at_segmentNamed" : "at_segment") : "at_item";
        parts.push(t(word, { n: step + 1, name: label }));
      } else if (step === "segments") {
        if (way.length === 1) parts.push(t("at_segments"));
      } else if (before === "timers") parts.push(name(TIMERS, step));
      else if (step !== "all" && step !== "any" && !(step === "timers" && way.length > index + 1)) parts.push(placeWord(t, step));
    }
    return parts.join(" › ");
  };
}

/** What is wrong, in words: of the text, or (`clicked`) for who has no text before them. */
export function useFaultText(clicked = false): (fault: Fault) => string {
  const t = useWords(FAULT_WORDS);
  const chinese = useLocale() === "zh-CN";
  const typed = (value: unknown) => {
    const key = `type_${String(value)}`;
    return key in FAULT_WORDS ? t(key as keyof typeof FAULT_WORDS) : String(value);
  };
  return ({ code, data }) => {
    const values = Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [
        key,
        key === "expected" || key === "got" ? typed(value) : Array.isArray(value) ? value.join(chinese ? "、" : ", ") : String(value),
      ]),
    );
    const key = (clicked && `click_${code}` in FAULT_WORDS ? `click_${code}` : code) as keyof typeof FAULT_WORDS;
    const pair: Pair | undefined = FAULT_WORDS[key];
    return pair ? fill(chinese ? pair[0] : pair[1], values) : t("other", { code });
  };
}
