/** One sweep: what it found and did, by which rules, and every customer it touched. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Progress } from "antd";
import { Link, useParams } from "react-router";

import type { Run } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { usePools } from "../pools/api";
import { UndoButton } from "../undo/UndoButton";
import { UndoPanel } from "../undo/UndoPanel";
import { isAtWork, runQuery } from "./api";
import { RunItems } from "./RunItems";
import { RunState, Took } from "./RunState";
import { WORDS } from "./words";

function useSentences(): (run: Run) => string[] {
  const t = useWords(WORDS);
  return (run) => {
    if (run.state === "selecting") return [t("sentenceSelecting")];
    if (run.state === "warning") return [t("sentenceWarning")];
    const said = [run.state === "moving" ? t("sentenceMoving", { moved: run.moved, due: run.due }) : run.due ? t("sentenceDone", { due: run.due, moved: run.moved }) : t("sentenceNothing")];
    if (run.warned) said.push(t("sentenceWarned", { n: run.warned }));
    if (run.skipped) said.push(t("sentenceSkipped", { n: run.skipped }));
    if (run.failed) said.push(t("sentenceFailed", { n: run.failed }));
    return said;
  };
}

function Rules({ run }: { run: Run }) {
  const t = useWords(WORDS);
  const pools = usePools();
  const nameOf = (id: string) => pools.data?.find((pool) => pool.id === id)?.name ?? `#${id}`;
  return (
    <span className="row wrap" style={{ gap: "4px 12px" }}>
      {run.policy_versions.map((version) => (
        <Link key={version.pool_id} to={`/pools/${version.pool_id}/policy?tab=versions`}>
          {t("ruleVersion", { pool: nameOf(version.pool_id), n: version.number })}
        </Link>
      ))}
      {!run.policy_versions.length && "–"}
    </span>
  );
}

export default function RunPage() {
  const t = useWords(WORDS);
  const phone = usePhone();
  const sentences = useSentences();
  const id = useParams().runId ?? "";
  const query = useQuery(runQuery(id));
  const run = query.data;
  if (query.isError && !run) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!run) return <ListSkeleton rows={4} />;
  return (
    <>
      <div className="page-head">
        <Link to="/runs" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("runAt", { when: dateTime(run.started_at) })}</h1>
        <span style={{ lineHeight: "34px" }}>
          <RunState run={run} />
        </span>
        <div className="acts">
          <UndoButton what="sweep" id={run.id} canUndo={run.can_undo} undo={run.undo} />
        </div>
      </div>
      <div className="col" style={{ gap: 16 }}>
        <UndoPanel what="sweep" undo={run.undo} />
        <section className="panel pad">
          <p style={{ fontSize: 15.5, lineHeight: 1.7 }} data-testid="run-sentence">
            {sentences(run).join(" ")}
          </p>
          {isAtWork(run) && run.due > 0 && <Progress percent={Math.floor((100 * (run.moved + run.skipped + run.failed)) / run.due)} status="active" />}
          {run.error && <Alert type="error" showIcon title={t("runError")} description={run.error} style={{ marginTop: 12 }} />}
          <Descriptions
            size="small"
            column={phone ? 1 : 3}
            style={{ marginTop: 16 }}
            items={[
              { key: "pool", label: t("pool"), children: run.pool?.name ?? t("allPools") },
              { key: "by", label: t("by"), children: run.requested_by?.name ?? t("automatic") },
              { key: "now", label: t("asOf"), children: <span className="num">{dateTime(run.now)}</span> },
              { key: "finished", label: t("finishedAt"), children: <span className="num">{dateTime(run.finished_at)}</span> },
              { key: "took", label: t("took"), children: <Took run={run} /> },
              { key: "calendar", label: t("calendar"), children: <span className="num muted">{run.calendar_hash.slice(0, 8)}</span> },
              { key: "rules", label: t("rules"), children: <Rules run={run} />, span: "filled" },
            ]}
          />
        </section>
        <RunItems run={run} />
      </div>
    </>
  );
}
