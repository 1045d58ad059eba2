import type { Pair } from "../../shared/i18n";

export const WORDS = {
  followUp: ["跟进", "Follow up"],
  title: ["跟进：{name}", "Follow up: {name}"],
  placeholder: ["聊了什么、对方怎么说、下一步做什么…", "What was said, where it stands, what comes next…"],
  outcome: ["结果", "Outcome"],
  outcomePlaceholder: ["如：有意向、约好演示、没接通", "e.g. interested, demo agreed, no answer"],
  next: ["下次跟进", "Next follow-up"],
  when: ["发生时间", "When"],
  now: ["刚刚", "just now"],
  details: ["补充结果、时间", "Outcome, time"],
  save: ["记录跟进", "Log follow-up"],
  needNote: ["写一句跟进内容", "Write a line about it"],
  counted: ["已记录，计时已更新", "Logged; the countdown has moved"],
  notCounted: ["已记录，但不算有效跟进：{why}", "Logged, but it does not count: {why}"],
  nextAt: ["下次：{when}", "Next: {when}"],
  void: ["作废", "Void"],
  voided: ["已作废", "Voided"],
  voidTitle: ["作废这条跟进", "Void this follow-up"],
  voidHint: ["计时会按其余的跟进重新计算，操作会记录在案。", "The clocks are counted anew from the others; this goes on record."],
  voidReason: ["原因", "Reason"],
  timeline: ["动态", "Timeline"],
  quiet: ["还没有动态", "Nothing yet"],
  quietText: ["记一条跟进，或者先打个电话。", "Log a follow-up, or make a call first."],
  why: ["为什么？", "Why?"],
  loggedFor: ["代 {name}", "for {name}"],
  doesNotCount: ["不计入：{why}", "Does not count: {why}"],
  more: ["更早的动态", "Earlier"],
  unclaimedHint: ["这个公海允许先跟进、后领取：记录会留在动态里，但不算有效跟进，也不影响计时。", "This pool lets you log a follow-up before claiming: it stays on the timeline, but doesn't count and moves no clock."],
  noteHidden: ["前负责人的跟进内容在这个公海不公开", "What earlier owners wrote is hidden in this pool"],
  why_kind: ["这类活动在此公海不算跟进", "this kind does not count in this pool"],
  why_short_note: ["备注太短", "the note is too short"],
  why_not_owner: ["不是负责人记录的", "not logged by the owner"],
  why_collaborator: ["协作人的跟进在此公海不计入", "collaborators' don't count in this pool"],
  why_unclaimed: ["还没有领取，不影响计时", "logged without claiming"],
  why_imported: ["导入的历史记录", "imported history"],
  why_voided: ["已作废", "voided"],
  why_other: ["不符合有效跟进的要求", "it does not meet the pool's requirements"],
} as const satisfies Record<string, Pair>;

const CODES: Record<string, keyof typeof WORDS> = {
  kind: "why_kind",
  kind_not_counted: "why_kind",
  note_too_short: "why_short_note",
  short_note: "why_short_note",
  unclaimed: "why_unclaimed",
  not_owner: "why_not_owner",
  collaborator: "why_collaborator",
  imported: "why_imported",
  voided: "why_voided",
};

/** The word for why a follow-up does not count. */
export function whyNotWord(code: string | null): keyof typeof WORDS {
  return (code && CODES[code]) || "why_other";
}
