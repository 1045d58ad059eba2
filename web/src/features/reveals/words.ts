import type { Pair } from "../../shared/i18n";

export const WORDS = {
  reveal: ["查看联系方式", "Reveal contact details"],
  again: ["再看一次", "Reveal again"],
  left: ["今日还可查看 {n} 个", "{n} left today"],
  usedUp: ["今日已用完", "none left today"],
  revealed: ["已显示完整联系方式，本次查看已记录", "Shown in full; this was recorded"],
  tip: ["查看完整号码，会记录在案；今日还可查看 {n} 个", "Shows the full number and is recorded; {n} left today"],
  see: ["查看", "Reveal"],
  exportSeen: ["导出所见", "Export this list"],
  exporting: ["正在导出…", "Exporting…"],
  file: ["客户.csv", "customers.csv"],
} as const satisfies Record<string, Pair>;
