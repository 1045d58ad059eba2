/** One cleaning: what it found and did, by which rules, and every customer it touched. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Progress } from "antd";
import { Link, useParams } from "react-router";

import type { CleaningRun } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useLocale, useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { UndoButton } from "../undo/UndoButton";
import { UndoPanel } from "../undo/UndoPanel";
import { cleaningQuery, isAtWork } from "./api";
import { CleaningItems } from "./CleaningItems";
import { RunState, Took } from "./RunState";
import { WORDS } from "./words";

function useSentence(): (run: CleaningRun) => string {
  const t = useWords(WORDS);
  const zh = useLocale() === "zh-CN";
  return (run) => {
    if (run.state === "selecting") return t("cleanSelecting");
    if (run.state === "moving") return t("cleanMoving", { done: doneOf(run), found: run.found });
    if (!run.found) return t("cleanNothing");
    const counts = [["nArchived", run.archived], ["nMoved", run.moved], ["nAsked", run.asked], ["nSkipped", run.skipped]] as const;
    const parts = counts.filter(([, n]) => n).map(([key, n]) => t(key, { n }));
    return t("cleanDone", { found: run.found, parts: parts.join(zh ? "，" : ", ") });
  };
}

function doneOf(run: CleaningRun): number {
  return run.archived + run.moved + run.asked + run.skipped;
}

export default function CleaningPage() {
  const t = useWords(WORDS);
  const phone = usePhone();
  const sentence = useSentence();
  const id = useParams().runId ?? "";
  const query = useQuery(cleaningQuery(id));
  const run = query.data;
  if (query.isError && !run) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!run) return <ListSkeleton rows={4} />;
  return (
    <>
      <div className="page-head">
        <Link to="/runs?tab=cleanings" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("cleanedAt", { when: dateTime(run.started_at) })}</h1>
        <span style={{ lineHeight: "34px" }}>
          <RunState run={run} />
        </span>
        <div className="acts">
          <UndoButton what="cleaning" id={run.id} canUndo={run.can_undo} undo={run.undo} />
        </div>
      </div>
      <div className="col" style={{ gap: 16 }}>
        <UndoPanel what="cleaning" undo={run.undo} />
        <section className="panel pad">
          <p style={{ fontSize: 15.5, lineHeight: 1.7 }} data-testid="run-sentence">
            {sentence(run)}
          </p>
          {isAtWork(run) && run.found > 0 && <Progress percent={Math.floor((100 * doneOf(run)) / run.found)} status="active" />}
          {run.error && <Alert type="error" showIcon title={t("runError")} description={run.error} style={{ marginTop: 12 }} />}
          <Descriptions
            size="small"
            column={phone ? 1 : 3}
            style={{ marginTop: 16 }}
            items={[
              { key: "pool", label: t("pool"), children: run.pool.name },
              { key: "by", label: t("by"), children: run.requested_by?.name ?? t("scheduled") },
              { key: "finished", label: t("finishedAt"), children: <span className="num">{dateTime(run.finished_at)}</span> },
              { key: "rules", label: t("rules"), children: <Link to={`/pools/${run.pool.id}/policy`}>{t("ruleVersion", { pool: run.pool.name, n: run.policy_number })}</Link> },
              { key: "took", label: t("took"), children: <Took run={run} /> },
            ]}
          />
        </section>
        <CleaningItems run={run} />
      </div>
    </>
  );
}
