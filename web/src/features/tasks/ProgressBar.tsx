/** How far a batch of tasks is. */
import { Tooltip } from "antd";

import type { TaskProgress } from "../../api";
import { useWords } from "../../shared/i18n";
import { WORDS } from "./words";

/** Done, overdue and still open as parts of one bar; beside it the same in words. */
export function ProgressBar({ progress }: { progress: TaskProgress }) {
  const t = useWords(WORDS);
  const { total, done, overdue, open } = progress;
  const width = (n: number) => ({ width: `${(100 * n) / total}%` });
  const parts = (["overdue", "refused", "lapsed", "cancelled"] as const).filter((part) => progress[part] > 0);
  return (
    <div className="progress">
      <Tooltip title={`${t("open")} ${open}`}>
        <span className="bar" aria-hidden="true">
          <i className="done" style={width(done)} />
          <i className="late" style={width(overdue)} />
        </span>
      </Tooltip>
      <span className="num small nowrap" data-testid="progress">{t("ofDone", { done, total })}</span>
      {parts.map((part) => (
        <span key={part} className={`pill ${part === "overdue" || part === "refused" ? "bad" : ""}`}>
          {t(part)} {progress[part]}
        </span>
      ))}
    </div>
  );
}
