import type { Pair } from "../../shared/i18n";

export const REQUEST_WORDS = {
  sub: ["同事之间转移客户,要对方接受才算数;七天没处理会自动失效。", "A customer passed on moves when the other person accepts; a request lapses after seven days."],
  customer: ["客户", "Customer"],
  from: ["谁转给你", "From"],
  to: ["转给谁", "To"],
  note: ["留言", "Message"],
  clock: ["接受后的期限", "Deadline you take over"],
  clockMine: ["期限", "Deadline"],
  clockTip: ["计时随客户一起转过来,不会重新开始。到期没做到,客户会回公海。", "The clock comes along and does not start anew. Miss it and the customer goes back to the pool."],
  noClock: ["不限期", "No deadline"],
  asked: ["发起时间", "Asked"],
  lapses: ["{when} 失效", "Lapses {when}"],
  state: ["结果", "Outcome"],
  answer: ["对方说:{text}", "They said: {text}"],
  acceptedNow: ["{customer} 现在归你了", "{customer} is yours now"],
  openIt: ["打开客户", "Open the customer"],
  declinedNow: ["已拒绝,客户仍归 {name}", "Declined; {name} keeps the customer"],
  withdrawnNow: ["已撤回,客户仍归你", "Withdrawn; you keep the customer"],
  withdrawAsk: ["撤回这个申请?", "Withdraw this request?"],
  cancel: ["取消", "Cancel"],
  full: ["你的持有数已满({used}/{limit})。先退回一些客户再接受。", "Your book is full ({used}/{limit}). Release some customers, then accept."],
} as const satisfies Record<string, Pair>;
