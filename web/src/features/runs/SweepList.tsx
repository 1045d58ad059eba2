/** The sweeps, newest first; those that found nothing are left out unless asked for. */
import { Button, Segmented } from "antd";
import { Link } from "react-router";

import { api, ok, type Run } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { usePhone } from "../../shared/screen";
import { EmptyState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { RunState, Took } from "./RunState";
import { WORDS } from "./words";

function Count({ n, bad }: { n: number; bad?: boolean }) {
  return <span className={n ? "num" : "num muted"} style={n && bad ? { color: "var(--red-fg)", fontWeight: 600 } : undefined}>{n}</span>;
}

function useColumns(): Column<Run>[] {
  const t = useWords(WORDS);
  return [
    { key: "at", title: t("startedAt"), width: 180, render: (run) => <Link to={`/runs/${run.id}`} className="num nowrap">{dateTime(run.started_at)}</Link> },
    { key: "pool", title: t("pool"), width: 150, render: (run) => run.pool?.name ?? t("allPools") },
    { key: "by", title: t("by"), width: 120, render: (run) => run.requested_by?.name ?? <span className="muted">{t("automatic")}</span> },
    { key: "state", title: t("state"), width: 130, render: (run) => <RunState run={run} /> },
    { key: "due", title: t("due"), width: 80, align: "right", render: (run) => <Count n={run.due} /> },
    { key: "moved", title: t("moved"), width: 90, align: "right", render: (run) => <Count n={run.moved} /> },
    { key: "warned", title: t("warned"), width: 90, align: "right", render: (run) => <Count n={run.warned} /> },
    { key: "skipped", title: t("skipped"), width: 80, align: "right", render: (run) => <Count n={run.skipped} /> },
    { key: "failed", title: t("failed"), width: 80, align: "right", render: (run) => <Count n={run.failed} bad /> },
    { key: "took", title: t("took"), width: 90, align: "right", render: (run) => <Took run={run} /> },
  ];
}

function RunCard({ run }: { run: Run }) {
  const t = useWords(WORDS);
  const counts = (["due", "moved", "warned", "skipped", "failed"] as const).filter((key) => key === "due" || run[key]);
  return (
    <div className="card">
      <Link to={`/runs/${run.id}`} className="title num">
        {dateTime(run.started_at)}
      </Link>
      <RunState run={run} />
      <div className="meta">
        <span>{run.pool?.name ?? t("allPools")}</span>
        <span>{run.requested_by?.name ?? t("automatic")}</span>
        {counts.map((key) => (
          <span key={key} className="num">
            {t(key)} {run[key]}
          </span>
        ))}
      </div>
    </div>
  );
}

export function SweepList() {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const phone = usePhone();
  const eventful = url.show !== "all";
  const columns = useColumns();
  const pages = usePages<Run>(
    ["runs", "list", eventful],
    (after) => ok(api.GET("/api/v1/recycle-runs", { params: { query: { eventful, limit: 50, after } } })),
    { refetchInterval: 15_000 },
  );
  const empty = eventful ? (
    <EmptyState title={t("quiet")} text={t("quietText")}>
      <Button onClick={() => setUrl({ show: "all" })}>{t("showAll")}</Button>
    </EmptyState>
  ) : (
    <EmptyState title={t("none")} text={t("noneText")} />
  );
  return (
    <>
      <div className="filters">
        <Segmented
          value={eventful ? "eventful" : "all"}
          onChange={(show) => setUrl({ show: show === "all" ? "all" : undefined })}
          options={[
            { value: "eventful", label: t("eventful") },
            { value: "all", label: t("all") },
          ]}
        />
        {!phone && <span className="muted small">{t("everyTen")}</span>}
      </div>
      <DataList columns={columns} minWidth={1060} pages={pages} rowKey={(run) => run.id} card={(run) => <RunCard run={run} />} empty={empty} />
    </>
  );
}
