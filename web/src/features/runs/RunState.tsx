/** A sweep's state as a pill, and how long it took. */
import { LoadingOutlined } from "@ant-design/icons";

import type { CleaningRun, Run } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { isAtWork } from "./api";
import { WORDS } from "./words";

export function RunState({ run }: { run: Run | CleaningRun }) {
  const t = useWords(WORDS);
  if (run.state === "failed") return <span className="pill bad">{t("failedState")}</span>;
  if (run.state === "done") return <span className="pill">{t("done")}</span>;
  return (
    <span className="pill sea">
      <LoadingOutlined /> {t(run.state)}
    </span>
  );
}

export function useTook(): (started: string, finished: string | null) => string {
  const t = useWords(WORDS);
  const now = useNow();
  return (started, finished) => {
    const seconds = Math.max(0, ((finished ? Date.parse(finished) : now) - Date.parse(started)) / 1000);
    if (seconds < 10) return t("seconds", { n: seconds.toFixed(1) });
    return seconds < 120 ? t("seconds", { n: Math.round(seconds) }) : t("minutes", { n: Math.round(seconds / 60) });
  };
}

export function Took({ run }: { run: Run | CleaningRun }) {
  const took = useTook();
  return <span className={isAtWork(run) ? "num muted" : "num"}>{took(run.started_at, run.finished_at)}</span>;
}
