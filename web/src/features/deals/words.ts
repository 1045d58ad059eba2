import type { Pair } from "../../shared/i18n";

export const WORDS = {
  deals: ["商机", "Deals"],
  add: ["新建商机", "New deal"],
  none: ["还没有商机", "No deals yet"],
  name: ["名称", "Name"],
  needName: ["请填写名称", "Enter a name"],
  amount: ["金额", "Amount"],
  expected: ["预计成交日", "Expected close"],
  open: ["进行中", "Open"],
  won: ["成交", "Won"],
  lost: ["丢单", "Lost"],
  win: ["成交", "Won"],
  lose: ["丢单", "Lost"],
  edit: ["修改", "Edit"],
  adopt: ["接手", "Adopt"],
  adoptTip: ["上一任留下的商机，接手后才算你的进展。", "Left by an earlier owner; it counts for you once adopted."],
  loseTitle: ["丢单：{name}", "Lost: {name}"],
  lostReason: ["丢单原因", "Why was it lost?"],
  save: ["保存", "Save"],
  winAsk: ["确认成交？计时会重新开始。", "Mark as won? The clocks start anew."],
} as const satisfies Record<string, Pair>;
