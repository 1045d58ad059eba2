/** The cleanings, newest first; those that found nothing are left out unless asked for. */
import { Button, Segmented } from "antd";
import { Link } from "react-router";

import { api, ok, type CleaningRun } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { RunState, Took } from "./RunState";
import { WORDS } from "./words";

function Count({ n }: { n: number }) {
  return <span className={n ? "num" : "num muted"}>{n}</span>;
}

/** "Undone" beside the state, where it was. */
function States({ run }: { run: CleaningRun }) {
  const t = useWords(WORDS);
  return (
    <span className="row" style={{ gap: 4 }}>
      <RunState run={run} />
      {(run.undo?.undone ?? 0) > 0 && <span className="pill sand">{t("undone")}</span>}
    </span>
  );
}

function useColumns(): Column<CleaningRun>[] {
  const t = useWords(WORDS);
  return [
    { key: "at", title: t("startedAt"), width: 180, render: (run) => <Link to={`/runs/cleaning/${run.id}`} className="num nowrap">{dateTime(run.started_at)}</Link> },
    { key: "pool", title: t("pool"), width: 150, render: (run) => run.pool.name },
    { key: "by", title: t("by"), width: 120, render: (run) => run.requested_by?.name ?? <span className="muted">{t("scheduled")}</span> },
    { key: "state", title: t("state"), width: 140, render: (run) => <States run={run} /> },
    { key: "found", title: t("found"), width: 90, align: "right", render: (run) => <Count n={run.found} /> },
    { key: "archived", title: t("archived"), width: 90, align: "right", render: (run) => <Count n={run.archived} /> },
    { key: "moved", title: t("movedOn"), width: 120, align: "right", render: (run) => <Count n={run.moved} /> },
    { key: "asked", title: t("askedAbout"), width: 110, align: "right", render: (run) => <Count n={run.asked} /> },
    { key: "skipped", title: t("skipped"), width: 80, align: "right", render: (run) => <Count n={run.skipped} /> },
    { key: "took", title: t("took"), width: 90, align: "right", render: (run) => <Took run={run} /> },
  ];
}

function RunCard({ run }: { run: CleaningRun }) {
  const t = useWords(WORDS);
  const counts = ([["found", run.found], ["archived", run.archived], ["movedOn", run.moved], ["askedAbout", run.asked], ["skipped", run.skipped]] as const).filter(([key, n]) => key === "found" || n);
  return (
    <div className="card">
      <Link to={`/runs/cleaning/${run.id}`} className="title num">
        {dateTime(run.started_at)}
      </Link>
      <States run={run} />
      <div className="meta">
        <span>{run.pool.name}</span>
        <span>{run.requested_by?.name ?? t("scheduled")}</span>
        {counts.map(([key, n]) => (
          <span key={key} className="num">
            {t(key)} {n}
          </span>
        ))}
      </div>
    </div>
  );
}

export function CleaningList() {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const eventful = url.show !== "all";
  const columns = useColumns();
  const pages = usePages<CleaningRun>(
    ["runs", "cleanings", eventful],
    (after) => ok(api.GET("/api/v1/cleaning-runs", { params: { query: { eventful, limit: 50, after } } })),
    { refetchInterval: 15_000 },
  );
  const empty = (
    <EmptyState title={t("cleanQuiet")} text={t("cleanQuietText")}>
      {eventful && <Button onClick={() => setUrl({ show: "all" })}>{t("showAll")}</Button>}
    </EmptyState>
  );
  return (
    <>
      <div className="filters">
        <Segmented
          value={eventful ? "eventful" : "all"}
          onChange={(show) => setUrl({ show: show === "all" ? "all" : undefined })}
          options={[
            { value: "eventful", label: t("eventfulCleaning") },
            { value: "all", label: t("all") },
          ]}
        />
      </div>
      <DataList columns={columns} minWidth={1080} pages={pages} rowKey={(run) => run.id} card={(run) => <RunCard run={run} />} empty={empty} />
    </>
  );
}
