/** An import's state as a pill. */
import { LoadingOutlined } from "@ant-design/icons";

import type { Import } from "../../api";
import { useWords } from "../../shared/i18n";
import { isAtWork } from "./api";
import { WORDS } from "./words";

export function ImportState({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const tone = one.state === "failed" ? "pill bad" : isAtWork(one) ? "pill sea" : "pill";
  return (
    <span className={tone}>
      {isAtWork(one) && <LoadingOutlined />} {t(one.state === "writing" && one.dry_run ? "checking" : one.state)}
    </span>
  );
}

/** 检查 or 导入: whether anything was to be written. */
export function ImportMode({ one }: { one: Import }) {
  const t = useWords(WORDS);
  return <span className={one.dry_run ? "pill sand" : "pill sea"}>{t(one.dry_run ? "trial" : "real")}</span>;
}
