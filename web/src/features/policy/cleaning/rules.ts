/** The cleaning part of a policy document as its editor reads and changes it; what it doesn't know stays as it is. */
import type { Condition } from "../conditions";
import type { Name, PolicyDocument } from "../rules";

export type Rule = Record<string, unknown>;
export type Every = "day" | "week" | "month";
export type Action = "archive" | "move" | "reverify";
export const ACTIONS: Action[] = ["archive", "move", "reverify"];
export const MOST_RULES = 20;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cleaningOf(document: PolicyDocument): Record<string, unknown> {
  return isObject(document.cleaning) ? document.cleaning : {};
}

export function rulesOf(document: PolicyDocument): Rule[] {
  const { rules } = cleaningOf(document);
  return Array.isArray(rules) ? rules.map((rule) => (isObject(rule) ? rule : {})) : [];
}

export function everyOf(document: PolicyDocument): Every | null {
  const { every } = cleaningOf(document);
  return every === "day" || every === "week" || every === "month" ? every : null;
}

/** A document without rules says nothing of cleaning. */
export function withRules(document: PolicyDocument, rules: Rule[]): PolicyDocument {
  if (!rules.length) return Object.fromEntries(Object.entries(document).filter(([key]) => key !== "cleaning"));
  return { ...document, cleaning: { every: everyOf(document), ...cleaningOf(document), rules } };
}

export function withEvery(document: PolicyDocument, every: Every | null): PolicyDocument {
  return { ...document, cleaning: { ...cleaningOf(document), every, rules: rulesOf(document) } };
}

export type Deed = { action: Action; reason?: string; pool?: string; login?: string };

/** What a rule does; null where the document says nothing that is known. `login` undefined: the pool's admins. */
export function deedOf(rule: Rule): Deed | null {
  const deed = isObject(rule.do) ? rule.do : {};
  if ("archive" in deed) return { action: "archive", reason: typeof deed.archive === "string" ? deed.archive : "" };
  if ("move" in deed) return { action: "move", pool: isObject(deed.move) && deed.move.pool !== undefined ? String(deed.move.pool) : "" };
  if ("reverify" in deed) return { action: "reverify", login: isObject(deed.reverify) ? String(deed.reverify.person ?? "") : undefined };
  return null;
}

export function withDeed(rule: Rule, deed: Deed): Rule {
  if (deed.action === "archive") return { ...rule, do: { archive: deed.reason ?? "" } };
  if (deed.action === "move") return { ...rule, do: { move: { pool: deed.pool ?? "" } } };
  return { ...rule, do: { reverify: deed.login === undefined ? "pool_admins" : { person: deed.login } } };
}

export function moved(rules: Rule[], from: number, to: number): Rule[] {
  const rule = rules[from];
  if (!rule || to < 0 || to >= rules.length) return rules;
  const rest = rules.filter((_, index) => index !== from);
  return [...rest.slice(0, to), rule, ...rest.slice(to)];
}

export type Ready = { key: "often" | "unreachable" | "old" | "blank"; name: Name; when?: Condition; deed: Deed };

/** What one usually begins with. */
export const READY: Ready[] = [
  {
    key: "often",
    name: { zh: "多次收回仍无人联系", en: "Recycled again and again" },
    when: { all: [{ fact: "recycle_count", is: "ge", value: 4 }, { fact: "last_activity_at", is: "is_missing" }] },
    deed: { action: "archive", reason: "多次收回仍无人联系" },
  },
  {
    key: "unreachable",
    name: { zh: "没有电话也没有邮箱", en: "No phone and no e-mail" },
    when: { all: [{ fact: "has_phone", is: "is_false" }, { fact: "has_email", is: "is_false" }] },
    deed: { action: "reverify" },
  },
  {
    key: "old",
    name: { zh: "在公海超过两年", en: "In the pool for two years" },
    when: { fact: "entered_pool_at", is: "older_than_days", value: 730 },
    deed: { action: "archive", reason: "在公海超过两年" },
  },
  { key: "blank", name: { zh: "新规则", en: "" }, deed: { action: "archive", reason: "" } },
];
