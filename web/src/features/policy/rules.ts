/** The policy document as the editor reads and changes it. What the editor doesn't know stays as it is. */

export const TIMER_NAMES = ["first_contact", "follow_up", "deal", "won", "holding", "contract"] as const;
export const UNITS = ["days", "working_days", "hours", "working_hours"] as const;
export const LADDER = [7, 3, 1];
/** As the server: about twenty years each. */
export const LONGEST: Record<Unit, number> = { hours: 175_000, days: 7_300, working_days: 5_000, working_hours: 40_000 };

export type TimerName = (typeof TIMER_NAMES)[number];
export type Unit = (typeof UNITS)[number];
export type Length = { n: number; unit: Unit };
export type PolicyDocument = Record<string, unknown>;
export type Segment = Record<string, unknown>;
export type Name = { zh: string; en: string };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function segmentsOf(document: PolicyDocument): Segment[] {
  const { segments } = document;
  return Array.isArray(segments) ? segments.map((segment) => (isObject(segment) ? segment : {})) : [];
}

export function withSegments(document: PolicyDocument, segments: Segment[]): PolicyDocument {
  return { ...document, segments };
}

/** One text for both languages reads as the Chinese name; the English one is empty then. */
export function nameOf(segment: Segment): Name {
  const { name } = segment;
  if (typeof name === "string") return { zh: name, en: "" };
  if (!isObject(name)) return { zh: "", en: "" };
  return { zh: typeof name.zh === "string" ? name.zh : "", en: typeof name.en === "string" ? name.en : "" };
}

export function withName(segment: Segment, { zh, en }: Name): Segment {
  if (!en.trim()) return { ...segment, name: zh };
  return { ...segment, name: zh.trim() ? { zh, en } : { en } };
}

/** Reads what the server reads: "3 working days", "3 working_days", {n, unit}; null where it is none of these. */
export function readLength(given: unknown): Length | null {
  if (isObject(given)) {
    const { n, unit } = given;
    return typeof n === "number" && UNITS.includes(unit as Unit) ? { n, unit: unit as Unit } : null;
  }
  const found = typeof given === "string" ? /^\s*(\d{1,9})\s+(working[_ ])?(hour|day)s?\s*$/.exec(given) : null;
  return found ? { n: Number(found[1]), unit: `${found[2] ? "working_" : ""}${found[3]}s` as Unit } : null;
}

export function lengthText({ n, unit }: Length): string {
  return `${n} ${unit.replace("_", " ")}`;
}

/** `undefined`: the timer doesn't run; else what the document says, readable or not. */
export function timerOf(segment: Segment, timer: string): unknown {
  const given = isObject(segment.timers) ? segment.timers[timer] : undefined;
  return given === null ? undefined : given;
}

export function withTimer(segment: Segment, timer: string, length: Length | null): Segment {
  const others = isObject(segment.timers) ? Object.entries(segment.timers).filter(([name]) => name !== timer) : [];
  const all = new Map<string, unknown>(length ? [...others, [timer, lengthText(length)]] : others);
  // In the order of the columns, so that the text reads like the matrix.
  const order = [...TIMER_NAMES.filter((name) => all.has(name)), ...[...all.keys()].filter((name) => !TIMER_NAMES.includes(name as TimerName))];
  return { ...segment, timers: Object.fromEntries(order.map((name) => [name, all.get(name)])) };
}

export function usedTimers(segments: Segment[]): TimerName[] {
  return TIMER_NAMES.filter((timer) => segments.some((segment) => timerOf(segment, timer) !== undefined));
}

/** The pool that customers of this row go to, by name or id as the document says it; null: back to their own. */
export function targetOf(segment: Segment): string | null {
  return isObject(segment.target) && segment.target.pool !== undefined ? String(segment.target.pool) : null;
}

export function withTarget(segment: Segment, pool: string | null): Segment {
  return { ...segment, target: pool === null ? "home" : { pool } };
}

export function without(segment: Segment, key: string): Segment {
  return Object.fromEntries(Object.entries(segment).filter(([name]) => name !== key));
}

/** Moves a row; "everyone else" stays last. */
export function moved(segments: Segment[], from: number, to: number): Segment[] {
  const row = segments[from];
  const end = segments.length - 2;
  if (!row || from > end || to < 0 || to > end || from === to) return segments;
  const rest = segments.filter((_, index) => index !== from);
  return [...rest.slice(0, to), row, ...rest.slice(to)];
}

/** Puts a row above "everyone else", or below the row `after`. */
export function inserted(segments: Segment[], row: Segment, after?: number): Segment[] {
  const at = after === undefined ? Math.max(0, segments.length - 1) : Math.min(after + 1, segments.length - 1);
  return [...segments.slice(0, at), row, ...segments.slice(at)];
}

/** A name that no row has yet: "A 级客户 2". */
export function freeName(segments: Segment[], wanted: Name): Name {
  const taken = new Set(segments.map((segment) => nameOf(segment).zh || nameOf(segment).en));
  let n = 1;
  const numbered = (text: string) => (n === 1 || !text ? text : `${text} ${n}`);
  while (taken.has(numbered(wanted.zh || wanted.en))) n += 1;
  return { zh: numbered(wanted.zh), en: numbered(wanted.en) };
}

/** The days of the ladder; what isn't a list reads as the default, which the server's fault then explains. */
export function ladderOf(document: PolicyDocument): number[] {
  const given = isObject(document.warnings) ? document.warnings.days : undefined;
  return Array.isArray(given) ? given.filter((day): day is number => typeof day === "number") : LADDER;
}

export function withLadder(document: PolicyDocument, days: number[]): PolicyDocument {
  return { ...document, warnings: { days: [...days].sort((a, b) => b - a) } };
}

/** Rules that keep everything where it is: what an empty page begins with. */
export function blankDocument(name: Name): PolicyDocument {
  return { segments: [{ name, timers: {} }] };
}

/** A publication's grace as the server reads it. */
export function graceText(workingDays: number | null): string | null {
  return workingDays ? `${workingDays} working_days` : null;
}
