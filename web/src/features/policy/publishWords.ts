import type { Pair } from "../../shared/i18n";

export const PUBLISH_WORDS = {
  title: ["发布「{name}」的规则", "Publish rules for “{name}”"],
  intro: [
    "规则写成一份 YAML 或 JSON 文本。可以直接改下面的内容、粘贴，或选一个文件。发布前会整份检查，有错不会生效。",
    "Rules are one text in YAML or JSON: edit it here, paste it, or choose a file. It is checked as a whole; with a fault nothing changes.",
  ],
  file: ["选择文件", "Choose a file"],
  current: ["放入现行规则", "Insert the rules in force"],
  example: ["放入示例", "Insert the example"],
  document: ["规则文本", "The rules"],
  note: ["版本说明", "What changed and why"],
  noteHint: ["所有人在规则页上都能看到，比如「旺季前收紧未跟进时限」。", "Everybody reads it on the rules page."],
  grace: ["宽限到（可选）", "Grace until (optional)"],
  graceHint: ["缩短时限时用：已在计时的客户，在这一天结束前不会掉公海，大家来得及跟进。", "For shorter clocks: customers whose clock is running stay until the end of this day."],
  publish: ["检查并发布", "Check and publish"],
  cancel: ["取消", "Cancel"],
  sure: ["立即对这个公海的所有客户生效", "In force at once for all customers of this pool"],
  sureText: ["倒计时马上按新规则算；已到期的客户会在下一次回收时掉公海。", "Countdowns follow the new rules at once; customers already due go with the next run."],
  published: ["第 {n} 版已生效", "Version {n} is in force"],
  faults: ["有 {n} 处要改，规则没有发布", "{n} faults; nothing was published"],
  faultOne: ["有 1 处要改，规则没有发布", "One fault; nothing was published"],
  line: ["第 {n} 行", "Line {n}"],
  howTo: ["怎么写", "How to write it"],
  unread: ["读不了这个文件", "This file can't be read"],
  // where a fault is
  at_segment: ["分群 {n}", "segment {n}"],
  at_segmentNamed: ["分群 {n}「{name}」", "segment {n} “{name}”"],
  at_segments: ["分群列表", "the list of segments"],
  at_whole: ["整份规则", "the whole document"],
  at_name: ["名称", "name"],
  at_when: ["条件", "condition"],
  at_item: ["第 {n} 项", "part {n}"],
  at_not: ["取反", "negation"],
  at_fact: ["字段", "fact"],
  at_is: ["比较方式", "operator"],
  at_value: ["值", "value"],
  at_timers: ["时限", "timers"],
  at_target: ["去向", "target"],
  // the faults
  yaml: ["格式读不懂：检查这里的缩进、冒号和括号。（{reason}）", "This can't be read: {reason}"],
  not_a_policy: ["规则要以 segments: 开头，下面是分群列表。", "Rules begin with segments: and list the segments below it."],
  unknown_key: ["没有这个键。可用的有：{allowed}", "There is no such key. Known: {allowed}"],
  segments_missing: ["至少要有一个分群。", "At least one segment is needed."],
  too_many_segments: ["分群太多，最多 {limit} 个。", "Too many segments; at most {limit}."],
  not_a_segment: ["分群要有 name、timers 等键。", "A segment has keys such as name and timers."],
  name_missing: ["分群要有名称，可以写 name: 名称，或中英文都写。", "A segment needs a name, or one in each language."],
  name_taken: ["分群名称重复：「{name}」。", "Two segments are named “{name}”."],
  last_segment_is_everyone_else: ["最后一个分群接收其余所有客户，不能写 when。", "The last segment takes everyone else: it has no when."],
  condition_missing: ["除最后一个外，每个分群都要写 when。", "Every segment but the last needs a when."],
  not_timers: ["timers 下面要写「时限: 长度」，例如 follow_up: 30 days。", "Under timers write timer: length, such as follow_up: 30 days."],
  unknown_timer: ["没有这种时限。可用的有：{allowed}", "There is no such timer. Known: {allowed}"],
  length_invalid: ["长度写成 30 days、3 working days、12 hours 或 4 working hours。", "A length reads 30 days, 3 working days, 12 hours or 4 working hours."],
  pool_unknown: ["没有叫「{pool}」的公海。写 home，或 {pool: 公海名称}。", "There is no pool “{pool}”. Write home, or {pool: its name}."],
  too_deep: ["条件嵌套太深，最多 {limit} 层。", "Nested too deep; at most {limit} levels."],
  too_many_leaves: ["条件太多，最多 {limit} 个。", "Too many conditions; at most {limit}."],
  not_a_condition: ["条件写成 {fact: …, is: …, value: …}，或 all、any、not。", "A condition is {fact: …, is: …, value: …}, or all, any, not."],
  empty: ["这里不能为空。", "This can't be empty."],
  wrong_type: ["这里要写{expected}，现在是{got}。", "Expected {expected}, found {got}."],
  unknown_fact: ["没有「{fact}」这个字段，可用的字段见下面的「怎么写」。", "There is no fact “{fact}”; see How to write it below."],
  unknown_operator: ["没有「{operator}」这种比较。这里可用：{allowed}", "There is no operator “{operator}”. Here: {allowed}"],
  operator_unfit: ["这个字段不能用「{operator}」。可用：{allowed}", "“{operator}” does not fit this fact. It takes: {allowed}"],
  value_unwanted: ["「{operator}」不需要 value，删掉这一行。", "“{operator}” takes no value."],
  value_missing: ["「{operator}」要写 value。", "“{operator}” needs a value."],
  too_long: ["太长，最多 {limit}。", "Too long; at most {limit}."],
  bad_characters: ["含有不能用的字符。", "It holds characters that can't be used."],
  unknown_choice: ["没有「{value}」这个选项。可选：{choices}", "There is no choice “{value}”. Known: {choices}"],
  out_of_range: ["数值超出范围。", "Out of range."],
  empty_range: ["范围写反了：{lowest} 比 {highest} 大。", "The range is empty: {lowest} is above {highest}."],
  impossible_date: ["没有 {value} 这一天。", "There is no such date: {value}."],
  other: ["这里写得不对（{code}）。", "This is not right ({code})."],
  // the types that a fault names
  type_text: ["文字", "text"],
  type_number: ["数字", "a number"],
  type_list: ["列表", "a list"],
  type_date: ["日期（2026-09-30）", "a date (2026-09-30)"],
  "type_two numbers": ["两个数字", "two numbers"],
  "type_whole number of days": ["整数天数", "a whole number of days"],
  type_str: ["文字", "text"],
  type_int: ["整数", "a whole number"],
  type_float: ["小数", "a decimal"],
  type_bool: ["是/否", "true or false"],
  type_dict: ["一组键值", "a mapping"],
  type_NoneType: ["空", "nothing"],
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

export const EXAMPLE: Pair = [
  `# 客户归入从上往下第一个符合的分群,只按那一段计时。
segments:
  - name: {zh: 一年内成交, en: Won within a year}
    when: {fact: last_win_at, is: within_days, value: 365}
    timers: {}                        # 没有时限:不回收

  - name: {zh: A 级客户, en: Level A}
    when: {fact: level, is: eq, value: A}
    timers:
      first_contact: 4 working hours  # 领到后 4 个工作小时内首次跟进
      follow_up: 7 days               # 7 天没有有效跟进就掉公海
      won: 90 days                    # 90 天没有成交就掉公海

  - name: {zh: 其余客户, en: Everyone else}   # 最后一段不写 when
    timers:
      first_contact: 3 working days
      follow_up: 30 days
      won: 365 days
`,
  `# A customer is in the first segment, from the top, that fits.
segments:
  - name: {zh: 一年内成交, en: Won within a year}
    when: {fact: last_win_at, is: within_days, value: 365}
    timers: {}                        # no clock: never taken back

  - name: {zh: A 级客户, en: Level A}
    when: {fact: level, is: eq, value: A}
    timers:
      first_contact: 4 working hours  # first follow-up within 4 working hours
      follow_up: 7 days               # back after 7 days without one
      won: 90 days                    # back after 90 days without a win

  - name: {zh: 其余客户, en: Everyone else}   # the last has no when
    timers:
      first_contact: 3 working days
      follow_up: 30 days
      won: 365 days
`,
];
