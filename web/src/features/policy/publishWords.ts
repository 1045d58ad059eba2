import type { Pair } from "../../shared/i18n";

export const PUBLISH_WORDS = {
  file: ["选择文件", "Choose a file"],
  document: ["规则文本", "The rules"],
  line: ["第 {n} 行", "Line {n}"],
  howTo: ["怎么写", "How to write it"],
  unread: ["读不了这个文件", "This file can't be read"],
} as const satisfies Record<string, Pair>;

/** What conditions may speak of besides the customer's fields. */
export const FACTS: Record<string, Pair> = {
  last_win_at: ["最近成交时间", "last win"],
  last_follow_up_at: ["最近有效跟进（本任）", "last follow-up that counts"],
  last_activity_at: ["最近一次记录", "last activity of any kind"],
  first_contact_at: ["首次跟进（本任）", "first contact"],
  has_open_deal: ["有进行中的商机", "has an open deal"],
  recycle_count: ["掉公海次数", "times recycled"],
  spell_no: ["第几任负责人", "number of owners so far"],
  created_at: ["创建时间", "created"],
  entered_pool_at: ["进公海时间", "entered the pool"],
  owner_department: ["负责人所在部门（编号）", "owner's department (id)"],
};
export const FIELD_FACTS = ["level", "source", "industry", "region", "stage", "kind", "name", "tags", "amount", "contract_end", "website", "uscc"] as const;
export const OPERATORS: { words: Pair; list: string }[] = [
  { words: ["文字", "Text"], list: "eq · ne · in · not_in · contains · starts_with" },
  { words: ["数字", "Number"], list: "eq · ne · lt · le · gt · ge · between" },
  { words: ["日期和时间", "Date and time"], list: "within_days · older_than_days · before · on_or_after" },
  { words: ["是/否", "Yes/no"], list: "is_true · is_false" },
  { words: ["标签", "Tags"], list: "has_any · has_all · has_none" },
  { words: ["都可以", "All"], list: "is_missing · is_present" },
];
