/** A pool's settings as a form holds them: to and from the server's shape, what changed, what two people changed. */
import type { ClaimWindow, Pool, PoolInput, ReturnReason, Subject } from "../../api";

/** From here on a limit limits nobody. */
export const NO_LIMIT = 1_000_000;
export const FOLLOW_UP_KINDS = ["call", "visit", "meeting", "message", "email", "note"] as const;
export const MASKED_FIELDS = ["phones", "emails", "wechat", "contacts", "address", "website", "uscc"] as const;
export const MODES = ["list", "next_best", "draw"] as const;
export const RIGHTS = ["see", "claim", "admins"] as const;

export type Right = (typeof RIGHTS)[number];
export type Reason = { code?: string; zh?: string; en?: string };
const PLAIN = [
  "name",
  "daily_quota",
  "holding_cap",
  "holding_exempt_won_days",
  "untouched_cap",
  "cooldown_holders",
  "cooldown_days",
  "follow_up_kinds",
  "follow_up_min_note",
  "backdate_hours",
  "release_elsewhere",
  "transfer_needs_acceptance",
  "masked_fields",
  "lock_grace_days",
  "return_grace_days",
  "notice_floor",
  "lock_quota",
  "lock_most_days",
  "extension_limit",
  "extension_most_days",
  "appeal_days",
  "mode",
  "claim_windows",
  "freeze_hours",
  "min_interval_seconds",
  "holding_exempt",
  "approval",
  "exempt_admins",
  "hide_claimers",
  "offer_minutes",
  "decline_cost",
  "decline_wait_minutes",
  "draw_most_wishes",
  "reveal_quota",
  "follow_up_unclaimed",
  "hide_earlier_notes",
  "collaborators_count",
] as const;
export const KEYS = [...PLAIN, "return_reasons", ...RIGHTS] as const;
export type Key = (typeof KEYS)[number];
export type Values = Pick<Pool, (typeof PLAIN)[number]> & { return_reasons: Reason[] } & Record<Right, Subject[]>;

/** What a new pool begins with: the server's defaults, said on the screen instead of found out afterwards. */
export const FRESH: Values = {
  name: "",
  daily_quota: 20,
  holding_cap: 200,
  holding_exempt_won_days: null,
  untouched_cap: 10,
  cooldown_holders: 2,
  cooldown_days: 7,
  follow_up_kinds: ["call", "visit", "meeting", "message", "email"],
  follow_up_min_note: 0,
  backdate_hours: 48,
  release_elsewhere: false,
  transfer_needs_acceptance: true,
  masked_fields: ["phones", "emails", "wechat", "contacts"],
  lock_grace_days: 2,
  return_grace_days: 2,
  notice_floor: true,
  lock_quota: 20,
  lock_most_days: 90,
  extension_limit: 1,
  extension_most_days: 14,
  appeal_days: 7,
  mode: "list",
  claim_windows: [],
  freeze_hours: 0,
  min_interval_seconds: 0,
  holding_exempt: null,
  approval: null,
  exempt_admins: false,
  hide_claimers: false,
  offer_minutes: 10,
  decline_cost: 1,
  decline_wait_minutes: 0,
  draw_most_wishes: 20,
  reveal_quota: 0,
  follow_up_unclaimed: false,
  hide_earlier_notes: false,
  collaborators_count: false,
  return_reasons: [
    { code: "no_answer", zh: "联系不上", en: "can't be reached" },
    { code: "no_need", zh: "暂无需求", en: "no need for now" },
    { code: "wrong_fit", zh: "不是目标客户", en: "not a target customer" },
    { code: "competitor", zh: "已选竞品", en: "chose a competitor" },
    { code: "other", zh: "其他", en: "other" },
  ],
  see: [],
  claim: [{ kind: "all" }],
  admins: [],
};

export function limitText(limit: number, none: string): string {
  return limit >= NO_LIMIT ? none : limit.toLocaleString("en-US");
}

export function valuesOf(pool: Pool): Values {
  const plain = Object.fromEntries(PLAIN.map((key) => [key, pool[key]])) as Pick<Pool, (typeof PLAIN)[number]>;
  const { see, claim, admins } = pool.scopes;
  return { ...plain, return_reasons: pool.return_reasons, see: see ?? [], claim: claim ?? [], admins: admins ?? [] };
}

/** What a policy's file holds of a pool: all but its name and who may do what. */
export function fileSettings(pool: Pool): Record<string, unknown> {
  const { name: _name, see: _see, claim: _claim, admins: _admins, ...kept } = valuesOf(pool);
  return kept;
}

function subjectKey(subject: Subject): string {
  return `${subject.kind}:${subject.id ?? ""}:${subject.role ?? ""}`;
}

/** A condition comes back from the server with its keys in another order than it was clicked together. */
function sorted(_key: string, value: unknown): unknown {
  if (!value || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function windowKey({ days, from, until }: ClaimWindow): string {
  return `${days === "working" ? days : [...days].sort().join("")} ${from} ${until}`;
}

/** The same for two values that mean the same: the order of kinds, fields, windows and subjects says nothing. */
function plainText(key: Key, value: Values[Key]): string {
  if (key === "see" || key === "claim" || key === "admins") return (value as Subject[]).map(subjectKey).sort().join();
  if (key === "follow_up_kinds" || key === "masked_fields") return [...(value as string[])].sort().join();
  if (key === "return_reasons") return JSON.stringify((value as Reason[]).map((reason) => [reason?.code, reason?.zh, reason?.en]));
  if (key === "claim_windows") return (value as ClaimWindow[]).map(windowKey).sort().join();
  return JSON.stringify(value ?? null, sorted);
}

/** The settings in which two states differ. */
export function differing(a: Values, b: Values): Key[] {
  return KEYS.filter((key) => plainText(key, a[key]) !== plainText(key, b[key]));
}

/** Mine on top of theirs: what I have not touched becomes what they saved. */
export function rebased(base: Values, mine: Values, theirs: Values): Values {
  const touched = new Set<Key>(differing(base, mine));
  return Object.fromEntries(KEYS.map((key) => [key, touched.has(key) ? mine[key] : theirs[key]])) as Values;
}

/** A code for a new reason, made from its English words; the ones in use stay as they are, for the history's sake. */
export function withCodes(reasons: Reason[]): ReturnReason[] {
  const used = new Set(reasons.map((reason) => reason.code).filter(Boolean));
  return reasons.map((reason) => {
    const { zh = "", en = "" } = reason;
    if (reason.code) return { code: reason.code, zh: zh.trim(), en: en.trim() };
    const slug = en.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 34) || "reason";
    let code = slug;
    for (let n = 2; used.has(code); n += 1) code = `${slug}_${n}`;
    used.add(code);
    return { code, zh: zh.trim(), en: en.trim() };
  });
}

function subjects(given: Subject[]): Subject[] {
  return given.map(({ kind, id, role }) => ({ kind, id: id ?? null, role: role ?? null }));
}

/** What goes to the server: the settings named by `keys`, no others. */
export function bodyOf(values: Values, keys: readonly Key[]): Omit<PoolInput, "name"> & { name?: string } {
  const plain = Object.fromEntries(PLAIN.filter((key) => keys.includes(key)).map((key) => [key, values[key]]));
  const scopes = Object.fromEntries(RIGHTS.filter((right) => keys.includes(right)).map((right) => [right, subjects(values[right])]));
  return {
    ...plain,
    ...(keys.includes("name") ? { name: values.name.trim() } : {}),
    ...(keys.includes("return_reasons") ? { return_reasons: withCodes(values.return_reasons) } : {}),
    ...(Object.keys(scopes).length ? { scopes } : {}),
  };
}
