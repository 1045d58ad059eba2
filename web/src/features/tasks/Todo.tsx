/** What is overdue, due today and later, tasks and plans in one line of time; and the tasks that have lapsed. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import type { Agenda, Plan, Task } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { EmptyState, ErrorState } from "../../shared/States";
import { agendaQuery, usePlans, useTasks, type Whose } from "./api";
import { PlanLine, TaskLine } from "./lines";
import { WORDS } from "./words";

// What is long overdue must not hide today.
const SHORT = 5;

type When = "overdue" | "today" | "later";
type Entry = { at: string; task: Task } | { at: string; plan: Plan };

function windowOf(agenda: Agenda, when: When) {
  if (when === "overdue") return { due_until: agenda.now };
  return when === "today" ? { due_from: agenda.now, due_until: agenda.day_end } : { due_from: agenda.day_end };
}

function Section({ when, agenda, whose }: { when: When; agenda: Agenda; whose: Whose }) {
  const t = useWords(WORDS);
  const counts = { tasks: agenda.tasks[when], plans: agenda.plans[when] };
  const tasks = useTasks({ scope: whose.scope, assignee_id: whose.person, show: when }, counts.tasks > 0);
  const plans = usePlans(whose, windowOf(agenda, when), 20, counts.plans > 0);
  const [whole, setWhole] = useState(when !== "overdue");
  if (!counts.tasks && !counts.plans) return null;
  const error = tasks.error ?? plans.error;
  const entries: Entry[] = [
    ...(counts.tasks ? tasks.rows.map((task) => ({ at: task.due_at, task })) : []),
    ...(counts.plans ? plans.rows.map((plan) => ({ at: plan.next_at, plan })) : []),
  ];
  // Overdue: what others wait for comes first.
  if (when !== "overdue") entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const total = counts.tasks + counts.plans;
  const more = () => {
    if (tasks.hasMore) tasks.more();
    if (plans.hasMore) plans.more();
  };
  const loading = (counts.tasks > 0 && tasks.loading) || (counts.plans > 0 && plans.loading);
  return (
    <section className="panel" data-testid={`agenda-${when}`}>
      <header>
        <h2>
          {t(when)} <span className="num muted">{total}</span>
        </h2>
      </header>
      <div style={{ paddingTop: 8 }}>
        {loading && <ListSkeleton rows={2} />}
        {error ? <ErrorState error={error} retry={() => (tasks.error ? tasks.retry() : plans.retry())} /> : null}
        {(whole ? entries : entries.slice(0, SHORT)).map((entry) => ("task" in entry ? <TaskLine key={`t${entry.task.id}`} task={entry.task} /> : <PlanLine key={`p${entry.plan.customer.id}`} plan={entry.plan} />))}
        {!whole && total > SHORT && (
          <div className="soon small">
            <button type="button" className="plain" style={{ color: "var(--sea)" }} onClick={() => setWhole(true)}>
              {t("allOf", { n: total })}
            </button>
          </div>
        )}
        {whole && (tasks.hasMore || plans.hasMore) && (
          <div className="list-more">
            <Button onClick={more} loading={tasks.loadingMore || plans.loadingMore}>
              {t("more")}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

function Lapsed({ count, whose }: { count: number; whose: Whose }) {
  const t = useWords(WORDS);
  const tasks = useTasks({ scope: whose.scope, assignee_id: whose.person, show: "lapsed" });
  if (!tasks.rows.length) return null;
  return (
    <section className="panel">
      <header>
        <h2>
          {t("lapsed")} <span className="num muted">{count}</span>
        </h2>
      </header>
      <p className="small muted" style={{ padding: "4px 20px 8px" }}>{t("lapsedText")}</p>
      {tasks.rows.map((task) => (
        <TaskLine key={task.id} task={task} />
      ))}
      {tasks.hasMore && (
        <div className="list-more">
          <Button onClick={tasks.more} loading={tasks.loadingMore}>{t("more")}</Button>
        </div>
      )}
    </section>
  );
}

export function Todo({ whose }: { whose: Whose }) {
  const t = useWords(WORDS);
  const query = useQuery(agendaQuery(whose));
  if (query.isPending) return <section className="panel"><ListSkeleton rows={6} /></section>;
  if (query.isError) return <section className="panel"><ErrorState error={query.error} retry={() => void query.refetch()} /></section>;
  const agenda = query.data;
  const calm = !agenda.tasks.overdue && !agenda.tasks.today && !agenda.plans.overdue && !agenda.plans.today;
  return (
    <div className="col">
      {calm && (
        <section className="panel">
          <EmptyState title={t("nothing")} text={t("nothingText")} />
        </section>
      )}
      <Section when="overdue" agenda={agenda} whose={whose} />
      <Section when="today" agenda={agenda} whose={whose} />
      <Section when="later" agenda={agenda} whose={whose} />
      {agenda.tasks.lapsed > 0 && <Lapsed count={agenda.tasks.lapsed} whose={whose} />}
    </div>
  );
}
