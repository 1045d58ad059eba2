/** Every refusal in people's words: what happened, to what, and the next step. The one place where codes become text. */
import { Problem } from "../api";
import { fill, useLocale, type Locale, type Pair, type Values } from "./i18n";
import { dateTime } from "./time";

type Data = Record<string, unknown>;

const TEXTS: Record<string, Pair> = {
  offline: ["连不上服务器。检查网络后再试一次。", "Can't reach the server. Check the connection and try again."],
  server_error: ["服务器出错了,操作没有生效。请稍后再试。", "The server failed and nothing was changed. Please try again later."],
  signed_out: ["登录已过期,请重新登录。", "Your session has ended. Please sign in again."],
  sign_in_failed: ["账号或密码不对。", "The login or the password is wrong."],
  too_many_attempts: ["尝试次数太多,请在 {until} 之后再试。", "Too many attempts. Try again after {until}."],
  link_invalid: ["链接已失效或已使用过。请让管理员重新生成一个。", "This link has expired or was used. Ask an administrator for a new one."],
  wrong_password: ["原密码不对。", "The old password is wrong."],
  weak_password: ["密码太简单,请至少用 8 个字符。", "This password is too easy to guess; use at least 8 characters."],
  csrf: ["页面已过期,请刷新后再试。", "This page is stale. Reload it and try again."],
  not_found: ["没有找到,可能已被删除,或者你没有查看权限。", "Not found: it may be gone, or you may not see it."],
  forbidden: ["你没有做这件事的权限。需要时请找管理员。", "You are not allowed to do this. Ask an administrator if you need to."],
  invalid: ["有内容填得不对,请检查标红的地方。", "Something is not filled in correctly; check the marked fields."],
  changed_meanwhile: ["刚刚有人改过这条记录。已载入最新内容,请再改一次。", "Somebody changed this a moment ago. The latest is loaded; please make your change again."],
  precondition_required: ["页面已过期,请刷新后再试。", "This page is stale. Reload it and try again."],
  idempotency_conflict: ["这次操作与之前重复的请求不一致,请刷新后再试。", "This repeats an earlier call with other contents. Reload and try again."],
  already_yours: ["这个客户已经是你的了。", "This customer is already yours."],
  already_claimed: ["{owner} 快了一步,客户已归对方。换一个试试。", "{owner} was faster and owns this customer now. Try another one."],
  "already_claimed:hidden": ["有人快了一步,客户已被领走。换一个试试。", "Somebody was faster; this customer is gone. Try another one."],
  already_owned: ["这个客户现在由 {owner} 负责。", "{owner} owns this customer now."],
  already_pooled: ["这个客户已经在公海里了。", "This customer is already in the pool."],
  already_archived: ["这个客户已经是无效客户。", "This customer is already archived."],
  not_yours: ["这个客户已不归你负责。", "This customer is no longer yours."],
  not_owned: ["这个客户现在没有负责人。", "Nobody owns this customer now."],
  not_pooled: ["这个客户不在公海里。", "This customer is not in the pool."],
  not_archived: ["这个客户不是无效客户。", "This customer is not archived."],
  archived: ["这个客户已被标为无效。", "This customer has been archived."],
  merged: ["这个客户已合并到另一条记录。", "This customer was merged into another one."],
  moved: ["这个客户已转到别的公海。", "This customer has moved to another pool."],
  on_leave: ["你在休假中,休假结束后才能领取。", "You are on leave; you can claim when you are back."],
  not_in_scope: ["你能看到这个公海,但不能从中领取。需要时请找公海管理员。", "You may look at this pool but not claim from it. Ask the pool's administrator if you need to."],
  cooldown_until: ["你不久前持有过这个客户,{until} 之后才能再领取。", "You held this customer recently; you can claim it again after {until}."],
  daily_quota: ["今天的领取次数已用完({used}/{limit}),{until} 后恢复。", "You have used today's claims ({used}/{limit}). They renew at {until}."],
  holding_cap: ["你的持有数已满({used}/{limit})。先退回一些客户再领取。", "Your book is full ({used}/{limit}). Release some customers first."],
  untouched_cap: ["待联系的客户已达上限({used}/{limit})。先跟进已领取的客户。", "You have {used} of {limit} claimed customers still without a first contact. Follow up on those first."],
  over_cap: ["对方的持有数已满({used}/{limit})。", "Their book is full ({used}/{limit})."],
  owner_inactive: ["对方已离职或未激活,不能接收客户。", "This person is not active and can't receive customers."],
  same_owner: ["客户本来就由对方负责。", "They already own this customer."],
  reason_unknown: ["请从列表里选择退回原因。", "Choose a reason from the list."],
  reason_required: ["请选择原因。", "Choose a reason."],
  request_open: ["已有一个待处理的转移申请。", "A transfer request is already waiting."],
  request_closed: ["这个申请已经处理过了。", "This request has already been decided."],
  request_lapsed: ["客户情况已变,申请已失效。", "The customer has changed; this request has lapsed."],
  too_old: ["补录时间太早,最多可补录 {hours} 小时内的跟进。", "Too far back: follow-ups can be logged up to {hours} hours later."],
  in_future: ["时间不能晚于现在。", "The time can't be in the future."],
  before_spell: ["时间早于本次领取,不能补录。", "The time is before you got this customer."],
  note_too_short: ["备注太短,至少 {min} 个字才算有效跟进。", "The note is too short; {min} characters make it count."],
  last_pool: ["至少要留一个公海。", "The last pool can't be closed."],
  pool_in_use: ["公海里还有客户,关闭前请选择接收的公海。", "Customers still belong here; name the pool that takes them over."],
  name_taken: ["这个名称已被使用。", "This name is taken."],
  login_taken: ["这个登录名已被使用。", "This login is taken."],
  duplicate: ["已有相同的记录。", "There is one like this already."],
  last_admin: ["至少要保留一名管理员。", "At least one administrator must remain."],
  policy_invalid: ["规则有错误,没有发布。", "The rules have a fault and were not published."],
  policy_missing: ["这个公海还没有发布规则。", "No rules have been published for this pool yet."],
  file_too_large: ["文件太大。", "This file is too large."],
  file_unreadable: ["读不懂这个文件。请用 CSV 或 XLSX。", "This file can't be read. Use CSV or XLSX."],
  run_in_progress: ["已有一次回收正在运行。", "A recycle run is already under way."],
};

function values(data: Data): Values {
  const out: Values = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === "number") out[key] = value;
    else if (typeof value === "string") out[key] = /^\d{4}-\d\d-\d\dT/.test(value) ? dateTime(value) : value;
    else if (value && typeof value === "object" && "name" in value) out[key] = String(value.name);
  }
  return out;
}

/** A refusal code with its data as a sentence; an unknown code falls back to the server's own words. */
export function codeText(code: string, data: Data, locale: Locale, fallback?: string): string {
  const hidden = code === "already_claimed" && !data.owner ? ":hidden" : "";
  const pair = TEXTS[code + hidden];
  if (!pair) return fallback || code;
  return fill(locale === "zh-CN" ? pair[0] : pair[1], values(data));
}

/** Any error of a call as a sentence. */
export function problemText(error: unknown, locale: Locale): string {
  if (error instanceof Problem) return codeText(error.code, error.data, locale, error.message);
  return codeText("server_error", {}, locale);
}

export function useProblemText(): (error: unknown) => string {
  const locale = useLocale();
  return (error) => problemText(error, locale);
}
