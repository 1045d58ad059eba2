/** 工作量: what each of one's people holds and may hold, what falls, what is untouched, what waits; and acting on it. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { App, Button, Select } from "antd";
import { lazy, Suspense, useState } from "react";

import type { Load, MyPool, Person, Workload } from "../../api";
import { DataList } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { choosePool, useCan, useCurrentPool, useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { useProblemText } from "../../shared/problems";
import { usePhone } from "../../shared/screen";
import { EmptyState } from "../../shared/States";
import { useTableView } from "../../shared/tableView";
import { useUrlState } from "../../shared/urlState";
import { getPerson } from "../people/api";
import { DepartmentSelect } from "../people/DepartmentSelect";
import { LeaveDialog } from "../people/LeaveDialog";
import { keyOf, listOf, sortOf, WORKLOAD, workloadPage, type Asked } from "./api";
import { LoadCard, useLoadColumns, type Act } from "./loadColumns";
import { TeamTabs } from "../people/TeamTabs";
import { WORDS } from "./words";
import "./workload.css";

const PersonLimits = lazy(() => import("../pools/limits/PersonLimits"));
const WorkDrawer = lazy(() => import("./WorkDrawer"));

type Opened = { kind: "act"; load: Load } | { kind: "limits"; load: Load } | { kind: "leave"; person: Person };

/** Of everybody, not only of those on the screen. */
function TotalsRow({ totals }: { totals: Workload["totals"] }) {
  const t = useWords(WORDS);
  const figure = (label: string, n: number, always = true) =>
    (always || n > 0) && (
      <span className="nowrap">
        <b className={n ? undefined : "muted"}>{n.toLocaleString("en-US")}</b>
        <span className="muted small">{label}</span>
      </span>
    );
  return (
    <div className="load-totals" data-testid="load-totals">
      <span className="nowrap">{t("total", { n: totals.people })}</span>
      {totals.over > 0 && <span className="pill bad">{t("totalOver", { n: totals.over })}</span>}
      {figure(t("totalHeld"), totals.held)}
      {figure(t("totalClaimed"), totals.claimed_today)}
      {figure(t("totalFalling"), totals.falling)}
      {figure(t("totalUntouched"), totals.untouched)}
      {figure(t("totalTasks"), totals.tasks)}
      {figure(t("totalOverdue"), totals.overdue, false)}
      {figure(t("totalRequests"), totals.requests)}
      {figure(t("totalAway"), totals.away, false)}
    </div>
  );
}

function List({ pool, act }: { pool: MyPool; act: Act }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const client = useQueryClient();
  const asked: Asked = { pool_id: pool.id, department_id: url.department, sort: sortOf(url.sort) };
  const pages = usePages<Load>(keyOf(asked), (after) => workloadPage(asked, after));
  const head = client.getQueryData<InfiniteData<Workload>>(keyOf(asked))?.pages[0];
  const days = head?.falling_days ?? 7;
  const view = useTableView("workload", useLoadColumns(act, days));
  const all = me.person.roles.some((role) => role !== "manager" && role !== "rep");
  return (
    <>
      <div className="filters">
        <Select value={pool.id} onChange={choosePool} options={me.pools.map((each) => ({ value: each.id, label: each.name }))} aria-label={t("pool")} style={{ minWidth: 150 }} data-testid="load-pool" />
        <DepartmentSelect value={url.department} onChange={(department) => setUrl({ department })} allowClear placeholder={t("everyone")} style={{ minWidth: 170 }} />
        <span className="total" />
        {!phone && view.button}
      </div>
      {head && head.totals.people > 0 && <TotalsRow totals={head.totals} />}
      <DataList
        columns={view.shown}
        density={view.density}
        minWidth={1160}
        pages={pages}
        rowKey={(load) => load.person.id}
        card={(load) => <LoadCard load={load} act={act} days={days} />}
        sort={{ value: asked.sort, onChange: (sort) => setUrl({ sort }) }}
        empty={
          <EmptyState title={t("empty")} text={t(all ? "emptyAll" : "emptyText")}>
            {url.department && <Button onClick={() => setUrl({ department: undefined })}>{t("clear")}</Button>}
          </EmptyState>
        }
      />
    </>
  );
}

export default function WorkloadPage() {
  const t = useWords(WORDS);
  const can = useCan();
  const me = useMe();
  const pool = useCurrentPool();
  const problem = useProblemText();
  const { message } = App.useApp();
  const [opened, setOpened] = useState<Opened | null>(null);
  const client = useQueryClient();
  const close = () => setOpened(null);
  if (!can("insight.read")) return <EmptyState title={t("notYours")} text={t("notYoursText")} />;
  const act: Act = (action, load) => {
    if (action !== "leave") return setOpened({ kind: action, load });
    // The dialog writes the version that it has read.
    return void getPerson(load.person.id).then(
      (person) => setOpened({ kind: "leave", person }),
      (error: unknown) => void message.error(problem(error), 6),
    );
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("team")}</h1>
        <span className="sub">{t("sub")}</span>
      </div>
      <TeamTabs active="workload" />
      <section className="panel">{pool ? <List key={pool.id} pool={pool} act={act} /> : <EmptyState title={t("noPool")} text={t("noPoolText")} />}</section>
      <Suspense fallback={null}>
        {opened?.kind === "act" && pool && <WorkDrawer load={opened.load} pool={pool} list={listOf(me, opened.load.person.id)} onClose={close} />}
        {opened?.kind === "limits" && <PersonLimits person={opened.load.person} onClose={close} />}
      </Suspense>
      {opened?.kind === "leave" && (
        <LeaveDialog
          person={opened.person}
          onClose={() => {
            close();
            void client.invalidateQueries({ queryKey: WORKLOAD });
          }}
        />
      )}
    </>
  );
}
