/** The domain's codes in people's words, in one place for all pages. */
import { pick, useLocale, type Pair } from "./i18n";

export const TIMERS: Record<string, Pair> = {
  first_contact: ["首次跟进", "First contact"],
  follow_up: ["未跟进", "No follow-up"],
  deal: ["未建商机", "No deal"],
  won: ["未成交", "Not won"],
  holding: ["最长持有", "Longest hold"],
  contract: ["合同到期", "Contract end"],
};
export const STATES: Record<string, Pair> = {
  pooled: ["在公海", "In the pool"],
  owned: ["持有中", "Owned"],
  archived: ["无效客户", "Archived"],
  merged: ["已合并", "Merged"],
};
export const KINDS: Record<string, Pair> = {
  call: ["电话", "Call"],
  visit: ["拜访", "Visit"],
  meeting: ["会议", "Meeting"],
  message: ["消息", "Message"],
  email: ["邮件", "E-mail"],
  note: ["备注", "Note"],
};
export const ROLES: Record<string, Pair> = {
  rep: ["销售", "Sales rep"],
  manager: ["主管", "Manager"],
  admin: ["管理员", "Administrator"],
  auditor: ["审计", "Auditor"],
};
export const CUSTOMER_KINDS: Record<string, Pair> = { company: ["企业", "Company"], person: ["个人", "Person"] };
export const PERSON_STATES: Record<string, Pair> = {
  invited: ["待激活", "Invited"],
  active: ["在职", "Active"],
  left: ["已离职", "Left"],
};
/** By what a customer is known again. */
export const MATCHED: Record<string, Pair> = {
  uscc: ["统一社会信用代码", "credit code"],
  phone: ["电话", "phone"],
  email: ["邮箱", "e-mail"],
  name: ["名称", "name"],
};
export const HELD_BY: Record<string, Pair> = {
  protected: ["暂不回收", "Protected"],
  locked: ["已锁定", "Locked"],
  leave: ["负责人休假中", "Owner on leave"],
  grace: ["新规过渡期", "Grace period"],
  notice: ["已预警", "Notice given"],
};
export const ARCHIVE_REASONS: Record<string, Pair> = {
  not_verified: ["核实无效", "Not verified"],
  import_undone: ["撤销导入", "Import undone"],
};
export const FIELDS: Record<string, Pair> = {
  name: ["客户名称", "Name"],
  kind: ["类型", "Kind"],
  level: ["级别", "Level"],
  source: ["来源", "Source"],
  industry: ["行业", "Industry"],
  region: ["地区", "Region"],
  stage: ["阶段", "Stage"],
  tags: ["标签", "Tags"],
  amount: ["预计金额", "Expected amount"],
  phones: ["电话", "Phone"],
  emails: ["邮箱", "E-mail"],
  wechat: ["微信号", "WeChat"],
  website: ["网站", "Website"],
  uscc: ["信用代码", "Credit code"],
  address: ["地址", "Address"],
  contract_end: ["合同到期日", "Contract end"],
  note: ["备注", "Note"],
  external_id: ["外部编号", "External id"],
  owner: ["负责人", "Owner"],
  pool: ["所属公海", "Pool"],
  contacts: ["联系人", "Contacts"],
};

/** Reads a code of a table above in the reader's language; an unknown code stands as it is. */
export function useNames(): (table: Record<string, Pair>, code: string | null | undefined) => string {
  const locale = useLocale();
  return (table, code) => {
    if (!code) return "–";
    const pair = table[code];
    return pair ? pick(pair, locale) : code;
  };
}
