/** When claiming is open: windows in words, and what is wrong with a list of them. */
import type { ClaimWindow } from "../../api";
import { useLocale, useWords, type Pair } from "../../shared/i18n";

const WORDS = {
  working: ["工作日", "Working days"],
  every: ["每天", "Every day"],
  week: ["周{days}", "{days}"],
  day1: ["一", "Mon"],
  day2: ["二", "Tue"],
  day3: ["三", "Wed"],
  day4: ["四", "Thu"],
  day5: ["五", "Fri"],
  day6: ["六", "Sat"],
  day7: ["日", "Sun"],
  wholeDay: ["全天", "all day"],
  always: ["不限时间", "always open"],
  noDays: ["时段 {n}：请选择星期", "Window {n}: choose the days"],
  order: ["时段 {n}：结束时间要晚于开始时间", "Window {n}: it must end after it begins"],
  overlap: ["时段 {a} 和时段 {b} 重叠了，请合并或错开", "Windows {a} and {b} overlap; merge them or move them apart"],
} as const satisfies Record<string, Pair>;

export const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof WEEK)[number];
export const from = (window: ClaimWindow): string => window.from ?? "00:00";
export const until = (window: ClaimWindow): string => window.until ?? "24:00";

export function useDayName(): (day: number) => string {
  const t = useWords(WORDS);
  return (day) => t(`day${day as Weekday}`);
}

/** Runs of three days and more are told as one: "周一至周五" is what people say. */
function runsOf(days: number[]): number[][] {
  const runs: number[][] = [];
  for (const day of [...days].sort()) {
    const last = runs.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [run] : run.map((day) => [day])));
}

/** "工作日 09:00–18:00；周六 10:00–12:00". */
export function useWindowsText(): (windows: ClaimWindow[]) => string {
  const t = useWords(WORDS);
  const name = useDayName();
  const zh = useLocale() === "zh-CN";
  const days = (given: ClaimWindow["days"]) => {
    if (given === "working") return t("working");
    if (given.length === 7) return t("every");
    const told = runsOf(given).map((run) => (run.length > 1 ? `${name(run[0] ?? 1)}${zh ? "至周" : "–"}${name(run.at(-1) ?? 1)}` : name(run[0] ?? 1)));
    return t("week", { days: told.join(zh ? "、" : ", ") });
  };
  const hours = (window: ClaimWindow) => (from(window) === "00:00" && until(window) === "24:00" ? t("wholeDay") : `${from(window)}–${until(window)}`);
  return (windows) => (windows.length ? windows.map((window) => `${days(window.days)} ${hours(window)}`).join(zh ? "；" : "; ") : t("always"));
}

function meet(a: ClaimWindow, b: ClaimWindow): boolean {
  const sameDay = a.days === "working" || b.days === "working" || a.days.some((day) => (b.days as number[]).includes(day));
  return sameDay && from(a) < until(b) && from(b) < until(a);
}

/** As the server: each ends after it begins, and no two are open at once. Working days may be any day of the week. */
export function useWindowFaults(): (windows: ClaimWindow[]) => string[] {
  const t = useWords(WORDS);
  return (windows) => [
    ...windows.flatMap((window, index) => (window.days.length ? [] : [t("noDays", { n: index + 1 })])),
    ...windows.flatMap((window, index) => (until(window) > from(window) ? [] : [t("order", { n: index + 1 })])),
    ...windows.flatMap((a, first) => windows.flatMap((b, second) => (second > first && meet(a, b) ? [t("overlap", { a: first + 1, b: second + 1 })] : []))),
  ];
}
