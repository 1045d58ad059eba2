import type { Pair } from "../../../shared/i18n";

export const WORDS = {
  claimed: ["已被 {name} 领走", "Claimed by {name}"],
  "claimed:hidden": ["已被领走", "Claimed"],
  assigned: ["已分配给 {name}", "Assigned to {name}"],
  "assigned:hidden": ["已分配出去", "Assigned"],
  archived: ["已标为无效", "Archived"],
  merged: ["已合并", "Merged"],
  moved: ["已转到别的公海", "In another pool now"],
  entered: ["新来 {n} 个客户", "{n} new"],
  left: ["{n} 个已不在公海", "{n} gone"],
  changed: ["列表有变化", "The list has changed"],
  refresh: ["刷新", "Refresh"],
  live: ["实时", "Live"],
  liveTip: ["有人领走或有新客户进来，这里马上会显示", "Claims and new customers show here at once"],
  waiting: ["连接中", "Connecting"],
  off: ["未连接", "Not live"],
  offTip: ["实时消息暂时中断，正在重连。列表和领取照常可用。", "Live messages are interrupted and will resume. The list and claiming work as usual."],
} as const satisfies Record<string, Pair>;
