/** Times as people read them: relative beside absolute, always in the company's time zone. */
import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

import { getLocale, type Locale } from "./i18n";

dayjs.extend(utc);
dayjs.extend(timezone);

let zone = "Asia/Shanghai";

/** The tenant's time zone, set once the session is known. */
export function setZone(name: string): void {
  zone = name;
}

function parts(at: string, options: Intl.DateTimeFormatOptions, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(new Date(at));
}

/** "2026-09-30 10:00" in zh, "Sep 30, 2026, 10:00" in en. */
export function dateTime(at: string | null | undefined, locale: Locale = getLocale()): string {
  if (!at) return "–";
  if (locale === "zh-CN") return dayjs(at).tz(zone).format("YYYY-MM-DD HH:mm");
  return parts(at, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }, locale);
}

/** The same without the year, for what is near: "09-30 10:00", "Sep 30, 10:00". */
export function nearTime(at: string, locale: Locale = getLocale()): string {
  if (locale === "zh-CN") return dayjs(at).tz(zone).format("MM-DD HH:mm");
  return parts(at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }, locale);
}

/** The local date of an instant, or a plain date as it stands. */
export function day(at: string | null | undefined, locale: Locale = getLocale()): string {
  if (!at) return "–";
  const local = at.length === 10 ? dayjs(at) : dayjs(at).tz(zone);
  return locale === "zh-CN" ? local.format("YYYY-MM-DD") : local.format("MMM D, YYYY");
}

/** The last whole day before an instant that is the end of a day: "until 10 December", not "until the 11th, 00:00". */
export function lastDay(until: string | null | undefined): string {
  return until ? day(new Date(Date.parse(until) - 1).toISOString()) : "–";
}

/** Until when something holds: the last day where it ends with one, else the instant. */
export function untilText(until: string | null | undefined): string {
  return until && dayjs(until).tz(zone).format("HH:mm:ss") !== "00:00:00" ? dateTime(until) : lastDay(until);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 天前", "in 2 hours"; "刚刚 / just now" within a minute. */
export function relative(at: string, now: number, locale: Locale = getLocale()): string {
  const away = new Date(at).getTime() - now;
  for (const [unit, size] of UNITS) {
    if (Math.abs(away) >= size) {
      const said = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" }).format(Math.trunc(away / size), unit);
      // "3 天前" as everywhere else on the page, not "3天前".
      return locale === "zh-CN" ? said.replace(/^(\d+)/, "$1 ") : said;
    }
  }
  return locale === "zh-CN" ? "刚刚" : "just now";
}

/** The hour of the day, 0 to 23, where the company is. */
export function hourOf(now: number): number {
  return dayjs(now).tz(zone).hour();
}

/** The company's date at an instant: "2026-09-30". */
export function dateHere(at: string | number): string {
  return dayjs(at).tz(zone).format("YYYY-MM-DD");
}

/** The first instant of a date where the company is. */
export function startOfDate(date: string): string {
  return dayjs.tz(date, zone).toISOString();
}

/** Whole days between an instant and now, at least 0. */
export function daysSince(at: string, now: number): number {
  return Math.max(0, Math.floor((now - new Date(at).getTime()) / 86_400_000));
}

/** Today's date where the company is. */
export function todayHere(): string {
  return dayjs().tz(zone).format("YYYY-MM-DD");
}

/** The end of the n-th day from today where the company is, as an instant. */
export function endOfDayIn(days: number): string {
  return dayjs().tz(zone).startOf("day").add(days + 1, "day").toISOString();
}

/** What a picker shows as wall time, meant in the company's zone, as the instant that the server wants. */
export function toInstant(value: Dayjs): string {
  return dayjs.tz(value.format("YYYY-MM-DDTHH:mm"), zone).toISOString();
}

/** An instant as wall time of the company's zone, for a picker. */
export function toPicker(at: string): Dayjs {
  return dayjs(dayjs(at).tz(zone).format("YYYY-MM-DDTHH:mm"));
}
