import type { Pair } from "../../shared/i18n";

export const TEXT_WORDS = {
  file: ["选择文件", "Choose a file"],
  document: ["规则文本", "The rules"],
  line: ["第 {n} 行", "Line {n}"],
  howTo: ["怎么写", "How to write it"],
  unread: ["读不了这个文件", "This file can't be read"],
} as const satisfies Record<string, Pair>;
