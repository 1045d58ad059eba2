/** What sets a limit, in words: the company, the pool, a role, a department, the person's own, an override. */
import { pick, type Locale, type Pair } from "./i18n";
import { ROLES } from "./names";
import { untilText } from "./time";

export type SetBy = { kind: string; id?: string | null; name?: string | null; why?: string | null; until?: string | null; earned?: unknown };

const WORDS: Record<string, Pair> = {
  pool: ["公海统一规定", "the pool's own setting"],
  company: ["全公司统一规定", "the company's setting"],
  role: ["按角色「{name}」的规定", "the limit of the role “{name}”"],
  department: ["按部门「{name}」的规定", "the limit of the department “{name}”"],
  person: ["{name}单独规定", "a limit of {name}’s own"],
  override: ["{name}批准的临时调整，至 {until}", "an override by {name}, until {until}"],
  "override:earned": ["系统按规则奖励，至 {until}", "earned by rule, until {until}"],
  "override:nobody": ["临时调整，至 {until}", "an override, until {until}"],
};

export function byText(by: SetBy, locale: Locale): string {
  const override = by.earned ? "override:earned" : by.name ? "override" : "override:nobody";
  const pair = WORDS[by.kind === "override" ? override : by.kind];
  const role = by.kind === "role" ? ROLES[by.id ?? by.name ?? ""] : undefined;
  return pair ? pick(pair, locale, { name: role ? pick(role, locale) : (by.name ?? ""), until: untilText(by.until) }) : "";
}
