/** What a rule refuses somebody else, told to who decides for them: `theirs` is that person. */
import type { Pair } from "./i18n";

export const THEIRS: Record<string, Pair> = {
  already_yours: ["{theirs} 已经是这个客户的负责人。", "{theirs} owns this customer already."],
  not_active: ["{theirs} 的账号已停用，不能领取。", "{theirs} is no longer active and can't claim."],
  on_leave: ["{theirs} 在休假中，{until} 之后才能领取。", "{theirs} is on leave and can claim after {until}."],
  not_in_scope: ["{theirs} 现在不能从这个公海领取。", "{theirs} may not claim from this pool now."],
  outside_window: ["现在不在领取时间内，{until} 开放，到时再同意。", "Claiming is closed now. It opens at {until}; agree then."],
  frozen_until: ["客户刚进公海，{until} 前冻结，到时再同意。", "This customer is frozen until {until}; agree then."],
  cooldown_until: ["{theirs} 不久前持有过这个客户，{until} 之后才能再领取。", "{theirs} held this customer recently and can claim it again after {until}."],
  daily_quota: ["{theirs} 今天的领取次数已用完（{used}/{limit}），{until} 后再同意。", "{theirs} has used today's claims ({used}/{limit}). Agree after {until}."],
  min_interval: ["{theirs} 刚刚领取过，{until} 之后再同意。", "{theirs} has just claimed another one. Agree after {until}."],
  holding_cap: ["{theirs} 的持有数已满（{used}/{limit}），对方退回一些后再同意。", "{theirs}'s book is full ({used}/{limit}). Agree once some are released."],
  untouched_cap: ["{theirs} 待联系的客户已达上限（{used}/{limit}），对方跟进后再同意。", "{theirs} has {used} of {limit} customers still without a first contact. Agree once some are followed up."],
};
