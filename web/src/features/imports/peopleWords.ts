import type { Pair } from "../../shared/i18n";

export const PEOPLE_WORDS = {
  // choose
  createDepartments: ["表格里有、系统里没有的部门", "Departments that are missing"],
  refuse: ["不新建，列为有问题的行（推荐）", "Leave their rows out and list them (recommended)"],
  refuseHint: ["部门名写错时不会多出一个部门", "a slip of the pen makes no department"],
  make: ["自动新建缺少的部门", "Make missing departments"],
  makeHint: ["按路径建，如「销售部/一组」：上级也没有就一起建", "by their paths, such as Sales/Team 1, with whatever is missing above"],
  makeThem: ["自动新建缺少的部门，再检查一次", "Make the missing departments: check again"],
  // guide
  guideLogin: ["「登录名」必填，认人只看它：系统里没有就新建，已有就只改表格里填了的内容。", "Login is required, and people are known by it: a new one is invited; of one who is here only what you fill in changes."],
  guideDepartment: ["「部门」写路径，如「销售部/一组」；不重名时只写「一组」也行。新成员留空就在公司下。", "Department: a path such as Sales/Team 1, or one name if only one has it. Empty for somebody new: the company itself."],
  guideRoles: ["「角色」填销售、主管、管理员、审计，多个用顿号隔开；新成员留空就是销售。", "Roles: sales rep, manager, administrator, auditor, several with commas. Empty for somebody new: sales rep."],
  guideState: ["「状态」填「离职」就停用，名下客户在同一时刻按公司的离职规则处理；离职的人填「在职」就重新启用。这一行的其他内容在离职时不看。", "State: left deactivates them, and their customers go by the company's leaver rule at the same instant; active takes back who had left. Of a leaver's row nothing else is read."],
  guideLeads: ["「部门负责人」填「是」或「否」，指本人所在的部门。", "Leads the department: yes or no, of the department they are in."],
  guideInvite: ["导入后在结果页生成邀请链接发给新成员，他们自己设置密码。", "Afterwards make the invitation links on the result page; newcomers set their own passwords."],
  // one import
  deactivated: ["离职", "Left"],
  rejoined: ["重新启用", "Taken back"],
  wouldDeactivate: ["将停用（离职）", "Would leave"],
  wouldRejoin: ["将重新启用", "Would be taken back"],
  toTeam: ["查看成员", "See the team"],
  cancelledHint: ["再次导入同一个文件时，已写入的成员不会重复新建。", "When you import the file again, people who are here are not created twice."],
  mendHint: ["下载有问题的行，每行都写明了哪里不对。改好后把那个文件再导入一次就行，不会重复。", "Download the faulty rows: each says what is wrong. Mend that file and import it; nobody is created twice."],
  changes: ["谁会有什么变化", "Who changes"],
  changesDone: ["谁有了什么变化", "Who changed"],
  first: ["前 {n} 行，共 {total} 行", "the first {n} of {total} rows"],
  fields: ["会改动的内容：{what}", "What changes: {what}"],
  fieldsDone: ["改动的内容：{what}", "What changed: {what}"],
  departments: ["将新建 {n} 个部门：{names}", "{n} department{n?s} would be made: {names}"],
  departmentsDone: ["新建了 {n} 个部门：{names}", "{n} department{n?s} made: {names}"],
  andMore: ["{names} 等", "{names} and more"],
  receivers: ["离职成员的客户：{goes}", "Leavers’ customers: {goes}"],
  goes: ["{name} {n} 个", "{n} to {name}"],
  counted: ["{name}（{n} 人）", "{name} ({n})"],
  noCustomers: ["离职成员名下都没有客户", "The leavers own no customers"],
  row: ["行", "Row"],
  who: ["成员", "Person"],
  what: ["变化", "Change"],
  leaves: ["离职", "Leaves"],
  gives: ["交出 {n} 个客户", "gives away {n} customer{n?s}"],
  nothing: ["名下没有客户", "owns no customers"],
  returns: ["重新启用", "Taken back"],
  nobody: ["无", "none"],
  // links
  invite: ["生成邀请链接（{n} 人）", "Make {n} invitation link{n?s}"],
  inviteAsk: ["为 {n} 位还没加入的成员生成邀请链接？", "Make invitation links for the {n} {n?people:person} who {n?have:has} not joined?"],
  inviteText: ["链接在下载的文件里，一人一行，只出现这一次。每个链接 72 小时内有效，只能用一次。之前给这些人的链接会失效。", "They stand in the file you download, one a person, this once. Each lasts 72 hours and works once. Earlier links of these people end."],
  inviteOk: ["生成并下载", "Make and download"],
  inviteFile: ["邀请链接.csv", "invitations.csv"],
  invited: ["已下载 {n} 个邀请链接，请分别发给本人。", "{n} link{n?s} downloaded; send each to its person."],
  inviteHint: ["新成员还没有密码：生成邀请链接发给他们，自己设置密码后就能登录。", "The newcomers have no password yet: make their links and send them; they set a password and sign in."],
} as const satisfies Record<string, Pair>;

/** What a column of a file of people can become. */
export const PEOPLE_FIELDS: Record<string, Pair> = {
  login: ["登录名", "Login"],
  name: ["姓名", "Name"],
  department: ["部门", "Department"],
  roles: ["角色", "Roles"],
  email: ["邮箱", "E-mail"],
  state: ["状态（在职、离职）", "State (active, left)"],
  leads: ["部门负责人（是、否）", "Leads it (yes, no)"],
};

/** The same in the middle of a sentence. */
export const CHANGED_FIELDS: Record<string, Pair> = {
  name: ["姓名", "name"],
  department: ["部门", "department"],
  roles: ["角色", "roles"],
  email: ["邮箱", "e-mail"],
  leads: ["部门负责人", "leads the department"],
};
