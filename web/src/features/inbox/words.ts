import type { Pair } from "../../shared/i18n";

export const WORDS = {
  title: ["消息", "Inbox"],
  all: ["全部", "All"],
  unread: ["未读", "Unread"],
  readAll: ["全部标为已读", "Mark all as read"],
  toAll: ["查看全部消息", "See the whole inbox"],
  empty: ["还没有消息", "Nothing yet"],
  emptyText: [
    "有人把客户分配或转移给你、客户快掉公海、申请有了结果，都会在这里告诉你。",
    "You are told here when customers are assigned or passed to you, are about to go back to the pool, or a request was decided.",
  ],
  noUnread: ["都看过了", "All read"],
  noUnreadText: ["没有未读的消息。", "No notice is unread."],
  // what a sweep took
  takenTitle: ["被收回的客户", "Taken back from you"],
  takenText: ["这些客户到期后由公海规则收回。它们在公海里，别人可以领取；冷却期过后你也可以再领。", "The policy took these back when their deadline came. They lie in the pool for others to claim, and for you once the cooldown is over."],
  back: ["返回消息", "Back to the inbox"],
  customer: ["客户", "Customer"],
  to: ["去向", "Went to"],
  timer: ["到期的计时", "Timer"],
  segment: ["适用规则", "Segment"],
  none: ["这次没有收回你的客户", "This run took none of yours"],
  noneText: ["也许已经撤销，客户回到了你名下。", "It may have been undone, and they are yours again."],
  undone: ["已还给你", "Yours again"],
} as const satisfies Record<string, Pair>;
