/** The rules that may differ by person: in which order they are shown, their numbers in words. */
import type { LimitOf, LimitSubject, RuleName } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { ROLES, useNames } from "../../../shared/names";
import { limitText } from "../settings";
import type { Scope } from "./api";
import { LIMIT_WORDS } from "./words";

export const RULES: readonly RuleName[] = ["daily_quota", "holding_cap", "untouched_cap", "min_interval", "lock_quota", "reveal_quota"];
export const COMPANY_RULES: readonly RuleName[] = ["holding_cap"];
/** The pool's own number of a rule. */
export const OWN = {
  daily_quota: "daily_quota",
  holding_cap: "holding_cap",
  untouched_cap: "untouched_cap",
  min_interval: "min_interval_seconds",
  lock_quota: "lock_quota",
  reveal_quota: "reveal_quota",
} as const satisfies Record<RuleName, string>;

/** What a rule is called: the one company-wide rule says that it is. */
export function useRuleName(scope: Scope): (rule: RuleName) => string {
  const t = useWords(LIMIT_WORDS);
  return (rule) => t(scope ? rule : "company_cap");
}

/** "14", "30 秒", "不限". */
export function useLimitValue(): (rule: LimitOf["rule"], value: number) => string {
  const t = useWords(LIMIT_WORDS);
  return (rule, value) => {
    if (rule !== "min_interval") return limitText(value, t("noLimit"));
    return value ? t("seconds", { n: value.toLocaleString("en-US") }) : t("noInterval");
  };
}

/** Whom a limit is for, by name. */
export function useSubjectName(): (subject: LimitSubject) => string {
  const name = useNames();
  return ({ kind, role, name: called, id }) => (kind === "role" ? name(ROLES, role) : (called ?? `#${id}`));
}
