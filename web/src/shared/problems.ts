/** Every refusal in people's words: what happened, to what, and the next step. The one place where codes become text. */
import { Problem, type FieldError } from "../api";
import { fill, pick, useLocale, type Locale, type Pair, type Values } from "./i18n";
import { byText, type SetBy } from "./limitBy";
import { FIELDS } from "./names";
import { THEIRS } from "./othersProblems";
import { dateTime, day } from "./time";

type Data = Record<string, unknown>;

const TEXTS: Record<string, Pair> = {
  offline: ["连不上服务器。检查网络后再试一次。", "Can't reach the server. Check the connection and try again."],
  internal_error: ["服务器出错了，操作没有生效。请稍后再试。", "The server failed and nothing was changed. Please try again later."],
  not_signed_in: ["登录已过期，请重新登录。", "Your session has ended. Please sign in again."],
  sign_in_failed: ["登录名或密码不对。", "The login or the password is wrong."],
  too_many_attempts: ["尝试次数太多，请在 {until} 之后再试。", "Too many attempts. Try again after {until}."],
  link_invalid: ["链接已失效或已使用过。请让管理员重新生成一个。", "This link has expired or was used. Ask an administrator for a new one."],
  csrf_token_missing: ["页面已过期，请刷新后再试。", "This page is stale. Reload it and try again."],
  precondition_required: ["页面已过期，请刷新后再试。", "This page is stale. Reload it and try again."],
  idempotency_key_reused: ["页面已过期，请刷新后再试。", "This page is stale. Reload it and try again."],
  not_found: ["没有找到：可能已不存在，或者你现在看不到它。", "Not found: it may be gone, or you can't see it now."],
  forbidden: ["你没有做这件事的权限。需要时请找管理员。", "You are not allowed to do this. Ask an administrator if you need to."],
  "forbidden:field": ["你的角色不能查看或修改「{field}」。需要时请找管理员。", "Your role may not see or change “{field}”. Ask an administrator if you need to."],
  invalid: ["有内容填得不对，请检查标红的地方。", "Something is not filled in correctly; check the marked fields."],
  changed_meanwhile: ["刚刚有人改过这条记录。已载入最新内容，请再改一次。", "Somebody changed this a moment ago. The latest is loaded; please make your change again."],
  too_large: ["文件超过 200 MB，请拆成几个文件再导入。", "This file is over 200 MB; split it and import the parts."],
  too_many_checks: ["查得太频繁了，请在 {until} 之后再试。", "Too many checks. Try again after {until}."],
  // duplicates
  duplicate: ["系统里可能已有这个客户，请看提示。", "This customer seems to be here already; see below."],
  duplicate_same_code: ["统一社会信用代码相同，就是同一家公司，不能重复新建。确有需要请找主管。", "The credit code is the same, so it is the same company and can't be created again. Ask a manager if you need to."],
  duplicate_claimable: ["这个客户在公海里，可以直接领取，不用申请。", "This customer is in a pool you may claim from; claim it instead."],
  duplicate_kept: ["负责人还在跟进，按公司规则 {until} 之后才能申请。", "Its owner is at work on it; by your company's rule you may ask after {until}."],
  "duplicate_kept:hidden": ["按公司规则由现在的负责人保留，暂时不能申请。", "By your company's rule its owner keeps it; it can't be asked for now."],
  no_duplicate: ["现在没有与它相同的客户，可以直接新建。", "Nothing matches it now; you can create it."],
  // claiming
  already_yours: ["这个客户已经是你的了。", "This customer is already yours."],
  already_claimed: ["{owner} 快了一步，客户已归对方。换一个试试。", "{owner} was faster and owns this customer now. Try another one."],
  "already_claimed:hidden": ["有人快了一步，客户已被领走。换一个试试。", "Somebody was faster; this customer is gone. Try another one."],
  archived: ["这个客户已被标为无效。", "This customer has been archived."],
  merged: ["这个客户已合并到另一条记录。", "This customer was merged into another one."],
  moved: ["这个客户已转到别的公海。", "This customer has moved to another pool."],
  not_active: ["你的账号已停用，不能领取。", "Your account is not active; you can't claim."],
  person_not_active: ["对方已离职或还没激活，不能这样做。", "This person has left or hasn't signed in yet."],
  event_stream_only: ["这个地址只提供实时消息流。", "This address only offers a stream of live messages."],
  session_needed: ["这一步要在浏览器里登录后操作。", "Sign in with a browser to do this."],
  method_not_allowed: ["服务器不支持这个操作，请刷新后再试。", "The server doesn't offer this. Reload and try again."],
  root_exists: ["公司只有一个顶级部门，请选择上级部门。", "The company has one top department; choose a parent."],
  on_leave: ["你在休假中，{until} 之后才能领取。", "You are on leave; you can claim after {until}."],
  not_in_scope: ["你能看到这个公海，但不能从中领取。需要时请找公海管理员。", "You may look at this pool but not claim from it. Ask the pool's administrator if you need to."],
  not_dealt: ["这个公海不能自己挑选客户。", "Customers of this pool can't be chosen from the list."],
  "not_dealt:next_best": ["这个公海由系统逐个派发，不能自己挑。请到公海页面领取下一个。", "This pool deals customers one at a time. Ask for the next one on its page."],
  "not_dealt:draw": ["这个公海用抽签分配，不能直接领取。请在抽签里登记想要的客户。", "This pool is dealt by a draw. Wish for this customer there instead."],
  outside_window: ["现在不在领取时间内，{until} 开放，到时再来。", "Claiming is closed now. It opens at {until}; come back then."],
  "outside_window:never": ["现在不在领取时间内，一个月内都不开放。需要时请找公海管理员。", "Claiming is closed, and for the whole month to come. Ask the pool's admins if you need to."],
  frozen_until: ["客户刚进公海，{until} 前冻结，之后才能领取。先领别的客户吧。", "This customer has just entered the pool and is frozen until {until}. Claim another one meanwhile."],
  min_interval: ["领得太快了：两次领取至少间隔 {seconds} 秒，{until} 之后再领。", "Too soon after your last claim: wait {seconds} seconds in between, until {until}."],
  needs_approval: ["领取这个客户要公海管理员同意，请申请领取。", "This claim needs the yes of the pool's admins. Ask for it."],
  cooldown_until: ["你不久前持有过这个客户，{until} 之后才能再领取。", "You held this customer recently; you can claim it again after {until}."],
  daily_quota: ["今天的领取次数已用完（{used}/{limit}），{until} 后恢复。", "You have used today's claims ({used}/{limit}). They renew at {until}."],
  holding_cap: ["你的持有数已满（{used}/{limit}）。先退回一些客户再领取。", "Your book is full ({used}/{limit}). Release some customers first."],
  untouched_cap: ["待联系的客户已达上限（{used}/{limit}）。先跟进已领取的客户。", "You have {used} of {limit} claimed customers still without a first contact. Follow up on those first."],
  reveal_not_allowed: ["这个公海不开放查看，领取后可见完整联系方式。", "Nothing is revealed in this pool; claim the customer to see the contact details."],
  reveal_quota: ["今天的查看次数已用完（{used}/{limit}），{until} 后恢复。", "You have used today's reveals ({used}/{limit}). They renew at {until}."],
  // next best
  no_offers_here: ["这个公海不派单。", "This pool doesn't deal customers one by one."],
  offer_wait_until: ["刚换过一个，{until} 之后才能再要下一个。", "You have just declined one; the next is dealt after {until}."],
  nothing_to_deal: ["现在没有可以派给你的客户：公海里 {waiting} 个，其中 {offered} 个正派给别人，其余的这次不能派给你。", "Nothing can be dealt to you now: {waiting} lie in the pool, {offered} of them are offered to others, and the rest can't be dealt to you this time."],
  offer_lapsed: ["保留时间已过（{until} 截止），客户已放回公海，按放弃计。", "The reservation ended at {until}: the customer is back in the pool, which counts as declined."],
  offer_lost: ["这个客户已离开公海（被分配或标为无效），这次不计。请再要一个。", "This customer has left the pool (assigned or archived). It costs you nothing: ask for another one."],
  offer_answered: ["这个客户你已经处理过了。", "You have answered this offer already."],
  // draws
  no_draws_here: ["这个公海不用抽签，请先在设置里把领取方式改成抽签。", "This pool doesn't draw; choose drawing as its mode in the settings first."],
  draw_ends_before_it_begins: ["截止时间要晚于开始时间。", "A draw must close after it opens."],
  draw_in_the_past: ["时间已经过去，请选以后的时间。", "This window lies in the past; choose a later one."],
  draw_too_long: ["报名时间最长 {days} 天，重复的抽签不能与下一次重叠。", "Wishes are taken for {days} days at most; a repeated draw must end before its next one."],
  draw_too_far: ["最远只能安排到 {days} 天之内。", "A draw can be planned at most {days} days ahead."],
  draw_outside_window: ["截止时间（{closes_at}）不在这个公海的领取时段内，到时谁也领不了。", "It would close at {closes_at}, when nobody may claim from this pool."],
  draw_overlaps: ["与另一次抽签（{opens_at} 至 {closes_at}）重叠。", "It overlaps another draw, from {opens_at} to {closes_at}."],
  draw_not_open: ["还没开始，{opens_at} 起可以填志愿。", "Wishes are taken from {opens_at}."],
  draw_closed: ["已经截止（{closes_at}），不能再改志愿。", "It closed at {closes_at}; wishes can't be changed any more."],
  draw_over: ["这次抽签已经结束或取消了。", "This draw is over or was called off."],
  draw_not_dealt: ["还没有开奖，没有记录可看。", "It hasn't been dealt yet; there is no record."],
  too_many_wishes: ["最多填 {limit} 个志愿，你填了 {used} 个。", "At most {limit} wishes; you gave {used}."],
  // other moves
  no_longer_yours: ["这个客户已不归你：{ended_at} 已离开你的名下。", "This customer is no longer yours: it left your book on {ended_at}."],
  collaborator_is_owner: ["负责人不用再加为协作人。", "The owner can't be a collaborator as well."],
  already_collaborator: ["已经是协作人了。", "They work on this customer already."],
  not_collaborator: ["对方不是这个客户的协作人。", "They don't work on this customer."],
  too_many_collaborators: ["一个客户最多 {limit} 个协作人。", "A customer has at most {limit} collaborators."],
  not_owned: ["这个客户现在没有负责人。", "Nobody owns this customer now."],
  not_archived: ["这个客户不是无效客户。", "This customer is not archived."],
  already_there: ["客户已经在这个公海。", "The customer is in that pool already."],
  already_theirs: ["客户本来就由对方负责。", "They already own this customer."],
  over_cap: ["对方的持有数已满（{used}/{limit}）。", "Their book is full ({used}/{limit})."],
  receiver_not_active: ["{person} 已离职或未激活，不能接收客户。", "{person} is not active and can't receive customers."],
  reason_missing: ["请选择原因。", "Choose a reason."],
  reason_unknown: ["这个公海没有这个退回原因，请从列表里选择。", "This pool has no such reason; choose one from its list."],
  release_elsewhere_not_allowed: ["这个公海不允许退回到别处。", "This pool does not let you release into another one."],
  pool_not_open: ["这个公海已关闭，请选择别的公海。", "This pool is closed; choose another one."],
  pool_closed: ["这个公海已关闭，请选择别的公海。", "This pool is closed; choose another one."],
  matching_by_search: ["搜索结果不能整批操作，请逐页勾选，或改用筛选。", "Search results can't be moved all at once: select rows, or use filters instead."],
  too_many_matching: ["符合条件的超过 {limit} 个，请缩小范围后再批量操作。", "More than {limit} match; narrow them down first."],
  too_many_to_sort: ["客户超过 {limit} 个，不能按倒计时排序。请先筛选。", "More than {limit} customers can't be sorted by countdown; filter first."],
  too_many_to_export: ["符合条件的超过 {limit} 个，请缩小范围后再导出。", "More than {limit} match; narrow them down before exporting."],
  lock_quota: ["你在这个公海的锁定名额已用完（{used}/{limit}）。先解锁一些客户再锁定。", "You have used your locks in this pool ({used}/{limit}). Unlock some customers first."],
  lock_too_long: ["最多锁定 {limit} 天，请选早一些的日期。", "A lock lasts at most {limit} days; choose an earlier date."],
  until_past: ["这个时间已经过了，请选以后的日期。", "That time is past; choose a later date."],
  not_locked: ["这个客户没有锁定。", "This customer is not locked."],
  protection_too_long: ["最多暂缓回收 {limit} 天，请选早一些的日期。", "A customer can be protected for at most {limit} days; choose an earlier date."],
  not_protected: ["这个客户没有设置暂不回收。", "This customer is not protected."],
  request_decided: ["这个申请已经处理过了。", "This request has already been decided."],
  nothing_to_extend: ["这个客户没有期限在走，不用延期。", "Nothing counts down here; there is nothing to extend."],
  extension_limit: ["这次持有的延期次数已用完（{used}/{limit}）。", "You have used the extensions of this customer ({used}/{limit})."],
  extension_too_long: ["一次最多延期 {limit} 天。", "An extension is at most {limit} days."],
  already_asked: ["已经有一个同样的申请了，请到「申请」里查看。", "This has been asked for already; see your requests."],
  no_appeals: ["这个公海不受理申诉。", "This pool takes no appeals."],
  appeal_too_late: ["申诉期已过（{until} 截止）。", "The time to appeal ended at {until}."],
  claimed_since: ["{owner} 已经领走了这个客户，不能退还。", "{owner} owns this customer by now; it can't be given back."],
  "claimed_since:hidden": ["客户已被别人领走，不能退还。", "Somebody owns this customer by now; it can't be given back."],
  request_lapsed: ["申请已失效：客户情况已变，或等待太久。", "This request has lapsed: the customer changed, or it waited too long."],
  // follow-ups, deals, contacts
  follow_up_too_old: ["时间太早：最多可补录 {hours} 小时内的跟进。", "Too far back: follow-ups can be logged up to {hours} hours later."],
  follow_up_in_future: ["时间不能晚于现在。", "The time can't be in the future."],
  follow_up_before_spell: ["时间早于本次领取（{started_at}），不能补录。", "The time is before you got this customer ({started_at})."],
  already_voided: ["这条跟进已经作废。", "This follow-up is voided already."],
  already_adopted: ["这个商机已经接手。", "This deal is adopted already."],
  deal_closed: ["这个商机已经结束（{closed_at}）。", "This deal was closed on {closed_at}."],
  too_many_contacts: ["一个客户最多 {limit} 个联系人。", "A customer has at most {limit} contacts."],
  external_id_taken: ["外部编号 {external_id} 已被另一个客户使用。", "The external id {external_id} belongs to another customer."],
  // tasks
  not_theirs: ["对方不是这个客户的负责人或协作人。先转移或添加协作，再分配任务。", "They neither own this customer nor work on it. Pass it on or share it first."],
  owner_elsewhere: ["负责人不在这个部门。", "Its owner is not in that department."],
  claim_first: ["这个公海不能未领取先跟进，请先分配客户。", "In this pool nobody follows up without claiming; assign the customer first."],
  pool_not_theirs: ["对方看不到这个公海里的客户。", "They don't see what lies in this pool."],
  kind_not_counted: ["这个公海不把这种方式算作跟进，任务没法完成。", "This pool doesn't count such follow-ups, so the task could never be done."],
  already_given: ["同样的任务已经分配过，还没完成。", "The same task is open already."],
  nobody_there: ["这个部门没有在职的成员。", "Nobody in this department is active."],
  task_not_open: ["这个任务已经完成、被拒绝或取消了。", "This task is done, refused or cancelled already."],
  // people, pools, policy, runs
  login_taken: ["登录名 {login} 已被使用，请换一个。", "The login {login} is taken; choose another one."],
  last_admin: ["至少要保留一名管理员。", "At least one administrator must remain."],
  own_ancestor: ["「{department}」不能放到「{parent}」里：部门不能归到自己或自己的下级之下，请换一个上级部门。", "“{department}” can't go into “{parent}”: no department lies below itself. Choose another place for it."],
  department_not_empty: ["部门里还有 {people} 名成员、{departments} 个下级部门，先移走再删除。", "It still has {people} people and {departments} departments below; move them first."],
  department_in_use: ["还有公海的范围或额度用到这个部门，先在公海设置里改掉。", "Pools still name this department in a scope or a limit; change those first."],
  deputy_self: ["不能自己代理自己。", "Nobody is their own deputy."],
  deputy_not_active: ["{person} 还没激活或已离职，不能代理。", "{person} isn't active and can't be a deputy."],
  deputy_on_leave: ["{person} 那段时间也在休假（{from} 至 {until}），请换人或换时间。", "{person} is away then too ({from} until {until}); choose somebody else, or other days."],
  deputies_overlap: ["那段时间已经由 {person} 代理（{from} 至 {until}），先结束那一次或换时间。", "{person} is the deputy from {from} until {until}; end that one first, or choose other days."],
  deputy_circular: ["代理会绕成一圈：{chain}（箭头指向代理人，{from} 至 {until}）。请换一个人，或换时间。", "That would be a circle: {chain} (each acted for by the next, {from} until {until}). Choose somebody else, or other days."],
  deputy_over: ["这次代理已经结束（{until}）。", "This ended at {until}."],
  person_left: ["对方已离职。需要时请先重新启用。", "This person has left. Reactivate them first if you need to."],
  not_on_leave: ["对方没有在休的或安排好的假。", "There is no leave to end."],
  not_left: ["对方没有离职，不用重新启用。", "This person has not left; there is nothing to reactivate."],
  overrides_overlap: ["和已有的临时调整时间重叠（{from} 起，至 {until}）。先撤销那一个，或换个时间。", "This overlaps an override from {from} until {until}. Revoke that one, or choose other days."],
  override_order: ["结束时间要晚于开始时间。", "An override ends after it begins."],
  override_over: ["这个临时调整已经结束（{until}）。", "This override ended at {until}."],
  limit_exists: ["已经给对方设过这条限制，请直接修改。", "There is such a limit already; change that one."],
  no_company_cap: ["公司还没有设总持有上限，先在「公司」里设置。", "The company has no cap yet; set one on the company's page first."],
  override_in_past: ["临时调整的时间已经过去，请选以后的日期。", "That time is past; choose days to come."],
  cap_below_holdings: ["已有 {over} 人持有的客户超过这个上限。", "{over} people hold more than this cap by now."],
  season_overlaps: ["和赛季「{name}」（{first_day} 至 {last_day}）重叠，请换个日期。", "This overlaps the season “{name}” ({first_day} to {last_day}); choose other days."],
  season_order: ["最后一天不能早于第一天。", "A season's last day can't be before its first."],
  season_past: ["最后一天要在今天（{today}）或以后。", "A season ends today ({today}) or later."],
  season_begun: ["赛季已经开始（{first_day}），第一天不能再改，也不能删除；要提前结束，把最后一天改成今天。", "The season has begun ({first_day}): its first day stays, and it can't be removed. To end it early, make today its last day."],
  season_over: ["赛季已经结束（{last_day}），日期不能再改。", "The season is over ({last_day}); its days stay."],
  earned_sample: ["至少 {least} 个才计算，但只看最近 {last} 个：前者不能更大。", "It asks for at least {least} of the last {last}: that can't be met."],
  earned_steps_order: ["档位要从低到高：转化率越高，加得越多。", "Steps go up: a higher conversion earns more."],
  pool_name_taken: ["已有同名的公海。", "There is a pool of that name."],
  last_pool: ["至少要留一个公海。", "The last pool can't be closed."],
  successor_needed: ["公海里还有客户，请选择由哪个公海接收。", "Customers still belong here; name the pool that takes them over."],
  pool_is_policy_target: ["还有规则把客户回收到这个公海，请先改规则。", "A policy still sends customers to this pool; change that policy first."],
  pool_is_leaver_pool: ["离职规则指定了这个公海，请先在「公司」里改。", "The leaver rule names this pool; change it on the company's page first."],
  heir_not_active: ["{persons} 已离职或还没激活，不能接收客户。请回到上一步换人。", "{persons} can't take customers over: they have left, or aren't active yet. Go back and choose others."],
  heir_is_giver: ["不能把客户交接给本人。", "A book can't be handed to the person it is taken from."],
  no_heirs: ["请选择接收人。", "Choose who takes the customers over."],
  heirs_over_cap: ["有接收人会超过持有上限：{heirs}。确认后仍可交接。", "Over their caps: {heirs}. It can be done once confirmed."],
  nothing_to_hand_over: ["名下没有可以交接的客户。", "There is nothing to hand over: they own no customers."],
  draft_gone: ["这份草稿已被发布或删除，没有保存。重新载入后再改。", "This draft was published or thrown away meanwhile; nothing was saved. Reload and edit again."],
  policy_invalid: ["规则有错误，没有发布。", "The rules have a fault and were not published."],
  file_changed: ["文件在选择之后被改动或移走了，请重新选择一次。", "The file was changed or moved since you chose it; please choose it again."],
  unknown_encoding: ["不认识这种文字编码，请换一种或选自动识别。", "This text encoding is not known; choose another, or let it be recognised."],
  import_finished: ["这次导入已经结束，没有可以取消的了。", "This import has ended; there is nothing left to cancel."],
  handbook_changed: ["规则刚刚又有变化，请看最新的内容再确认。", "The rules have just changed again; read the latest before confirming."],
  run_unfinished: ["还没有运行完，结束后才能撤销。", "It hasn't finished yet; it can be undone once it has."],
  no_cleaning_rules: ["这个公海还没有清理规则。", "This pool has no cleaning rules."],
  policy_broken: ["这个公海的规则有错，请先改好再发布。", "This pool's policy has faults; mend and publish it first."],
  moved_since: ["之后又有变动。", "It has moved since."],
  owner_not_active: ["原负责人不在职。", "Its former owner isn't active."],
  nothing_to_undo: ["没有可撤销的变动。", "It moved nothing, so there is nothing to undo."],
  nobody_to_invite: ["这次导入的人都已经加入了，没有需要邀请的。", "Everybody of this import has joined; there is nobody to invite."],
  run_in_progress: ["已有一次回收正在运行，等它结束再开始。", "A recycle run is already under way; wait for it to end."],
};

/** What is wrong with one field of a form. */
const FIELD_TEXTS: Record<string, Pair> = {
  missing: ["必填", "Required"],
  empty: ["必填", "Required"],
  string_too_short: ["太短", "Too short"],
  string_too_long: ["太长", "Too long"],
  password_length: ["密码至少 8 个字符", "At least 8 characters"],
  in_the_past: ["时间已经过去", "This lies in the past"],
  leave_too_long: ["休假最多安排到两年后", "A leave ends within two years"],
  unknown_timezone: ["没有这个时区", "There is no such time zone"],
  unknown_country: ["没有这个国家的节假日表", "The holidays of this country are not known"],
  opening_invalid: ["上班时间要按先后填写、不能重叠，合计至少一小时", "Opening hours stand in order, don't overlap, and make an hour or more"],
  deputy_order: ["代理的结束要晚于开始", "It must end after it begins"],
  deputy_too_long: ["代理最多安排到两年后", "A deputy is named for two years at most"],
  leave_order: ["休假的结束要晚于开始", "A leave must end after it begins"],
  login_malformed: ["登录名不能有空格", "A login has no spaces"],
  admin_always_writes: ["管理员不受字段权限限制", "Administrators see and change every field"],
  never_hidden: ["这个字段不能隐藏", "This field can't be hidden"],
};

function values(data: Data, locale: Locale): Values {
  const out: Values = {};
  for (const [key, value] of Object.entries(data)) {
    if (key === "field" && typeof value === "string" && FIELDS[value]) out[key] = pick(FIELDS[value], locale);
    else if (typeof value === "number") out[key] = value;
    else if (typeof value === "string") out[key] = /^\d{4}-\d\d-\d\dT/.test(value) ? dateTime(value) : /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
    else if (key === "chain" && Array.isArray(value)) out[key] = value.map((each: { name?: unknown }) => each.name).join(" → ");
    else if (Array.isArray(value)) out[key] = value.map((each: { name?: unknown }) => each.name).filter(Boolean).join(locale === "zh-CN" ? "、" : ", ");
    else if (value && typeof value === "object" && "name" in value) out[key] = String(value.name);
  }
  return out;
}

/** Where a code is told in several ways: who was faster may be hidden, a window may not open at all, modes differ. */
function variantOf(code: string, data: Data): string {
  const named = typeof data.owner === "object" && data.owner !== null && "name" in data.owner;
  const variant = code === "not_dealt" ? String(data.mode) : code === "outside_window" ? (data.until ? "" : "never") : named || (code === "duplicate_kept" && data.until) ? "" : "hidden";
  if (code === "forbidden" && data.field) return "forbidden:field";
  return TEXTS[`${code}:${variant}`] ? `${code}:${variant}` : code;
}

const SET_BY: Pair = ["（{by}）", " ({by})"];

/** Whose rule a limit is, where it isn't the pool's own. */
function setBy(data: Data, locale: Locale): string {
  const by = data.by as SetBy | null | undefined;
  return by && typeof by === "object" && by.kind !== "pool" ? pick(SET_BY, locale, { by: byText(by, locale) }) : "";
}

/** A refusal code with its data as a sentence; an unknown code falls back to the server's own words. */
export function codeText(code: string, data: Data, locale: Locale, fallback?: string): string {
  const pair = (data.theirs ? THEIRS[code] : undefined) ?? TEXTS[variantOf(code, data)];
  if (!pair) return fallback || code;
  return fill(locale === "zh-CN" ? pair[0] : pair[1], values(data, locale)) + setBy(data, locale);
}

/** Any error of a call as a sentence. */
export function problemText(error: unknown, locale: Locale): string {
  if (error instanceof Problem) return codeText(error.code, error.data, locale, error.message);
  return codeText("internal_error", {}, locale);
}

export function useProblemText(): (error: unknown) => string {
  const locale = useLocale();
  return (error) => problemText(error, locale);
}

/** A fault of one field in words; what we have no words for is said in the server's. */
export function fieldFaultText(fault: FieldError, locale: Locale): string {
  const pair = FIELD_TEXTS[fault.code];
  return pair ? pick(pair, locale) : (fault.message ?? fault.code);
}
