/** An example file to fill in, made in the browser: column names that are recognised, and one row to show how. */
import type { Locale } from "../../shared/i18n";
import type { Kind } from "./api";

const ROWS: Record<Kind, Record<Locale, [string[], string[]]>> = {
  customers: {
    "zh-CN": [
      ["客户名称", "外部编号", "联系人", "联系人职务", "电话", "邮箱", "负责人", "级别", "来源", "行业", "地区", "标签", "备注"],
      ["上海示例科技有限公司", "K-0001", "王芳", "采购经理", "13800138000、021-55550100", "wang@example.com", "", "A", "展会", "软件", "上海", "重点", "示例，导入前请删除这一行"],
    ],
    "en-US": [
      ["Customer", "External ID", "Contact", "Contact's title", "Phone", "E-mail", "Owner", "Level", "Source", "Industry", "Region", "Tags", "Note"],
      ["Example Ltd", "K-0001", "Jane Doe", "Buyer", "+44 20 7946 0000", "jane@example.com", "", "A", "Fair", "Software", "London", "key", "An example: delete this row"],
    ],
  },
  follow_ups: {
    "zh-CN": [
      ["外部编号", "跟进时间", "跟进方式", "跟进记录", "跟进人"],
      ["K-0001", "2024-01-31 15:30", "电话", "示例：约好下周演示，导入前请删除这一行", ""],
    ],
    "en-US": [
      ["External ID", "Follow-up time", "Follow-up kind", "Follow-up note", "Follow-up by"],
      ["K-0001", "2024-01-31 15:30", "call", "An example: delete this row", ""],
    ],
  },
  people: {
    "zh-CN": [
      ["登录名", "姓名", "部门", "角色", "邮箱", "状态", "部门负责人"],
      ["wangfang", "王芳", "销售部/一组", "销售、主管", "wangfang@example.com", "在职", "是"],
    ],
    "en-US": [
      ["Login", "Name", "Department", "Roles", "E-mail", "State", "Leads the department"],
      ["jane", "Jane Doe", "Sales/Team 1", "sales rep, manager", "jane@example.com", "active", "yes"],
    ],
  },
};

export function downloadTemplate(kind: Kind, locale: Locale): void {
  const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  // With the mark Excel reads the file as UTF-8.
  const text = `\uFEFF${ROWS[kind][locale].map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${kind}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
