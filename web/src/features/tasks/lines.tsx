/** One line of what waits: a task that was given, or a planned follow-up. */
import { CalendarOutlined, CheckSquareOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Plan, Task } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { dateTime, nearTime, relative, untilText } from "../../shared/time";
import { useDialogs } from "../moves/Dialogs";
import { useMark } from "./forWhom";
import { TaskActions } from "./TaskActions";
import "./tasks.css";
import { WORDS } from "./words";

type LineProps = { icon: ReactNode; name: string; to?: string; mark?: string; text: string; more?: string; when: string; late?: boolean; children?: ReactNode };

function Line({ icon, name, to, mark, text, more, when, late, children }: LineProps) {
  return (
    <div className="soon task" data-testid="agenda-line">
      <span className="tl-mark strong">{icon}</span>
      <div className="grow">
        {to ? (
          <Link to={to} className="clip" style={{ fontWeight: 600, display: "block" }}>
            {name}
          </Link>
        ) : (
          <span className="muted">{name}</span>
        )}
        <div className="soft clip" title={text}>
          {mark && <span className="pill sand for-whom">{mark}</span>}
          {text}
        </div>
        {more && <div className="small muted clip" title={more}>{more}</div>}
      </div>
      <span className={`pill ${late ? "bad" : ""}`}>{when}</span>
      {children}
    </div>
  );
}

/** `person`: whose it is instead of who gave it, for the giver's lists. */
export function TaskLine({ task, person }: { task: Task; person?: boolean }) {
  const t = useWords(WORDS);
  const name = useNames();
  const now = useNow();
  const markOf = useMark();
  const { customer, decided_by: by } = task;
  const when = { open: t("dueOn", { when: untilText(task.due_at) }), done: t("doneAt", { when: relative(task.decided_at ?? task.due_at, now) }), refused: t("refused"), cancelled: t("cancelled") }[task.state];
  // A giver who cancels decides too, but for nobody.
  const deputy = by && by.id !== task.assignee.id && (task.state === "done" || task.state === "refused") ? by.name : undefined;
  const assignee = deputy ? t("deputyFor", { deputy, name: task.assignee.name }) : task.assignee.name;
  const who = person ? assignee : t("by", { name: task.giver.name });
  // The giver's list says note and kind once, above.
  const asked = person ? [] : [who, task.kind && t("wants", { kind: name(KINDS, task.kind) })];
  const said = task.state === "refused" ? task.reason : task.lapsed ? t(task.lapsed) : !person && task.note;
  return (
    <Line
      icon={<CheckSquareOutlined />}
      name={customer?.name ?? t("unseen")}
      to={customer ? `/customers/${customer.id}` : undefined}
      mark={person ? undefined : markOf(task.assignee)}
      text={person ? who : task.title}
      more={[...asked, said].filter(Boolean).join(" · ")}
      when={task.lapsed ? t("lapsed") : when}
      late={task.overdue || task.state === "refused"}
    >
      <TaskActions task={task} />
    </Line>
  );
}

export function PlanLine({ plan }: { plan: Plan }) {
  const t = useWords(WORDS);
  const name = useNames();
  const now = useNow();
  const dialogs = useDialogs();
  const markOf = useMark();
  const { customer, last } = plan;
  return (
    <Line
      icon={<CalendarOutlined />}
      name={customer.name}
      to={`/customers/${customer.id}`}
      mark={markOf(plan.owner)}
      text={last.note ? t("lastSaid", { note: last.note }) : t("planned")}
      more={last.note ? `${t("planned")} · ${name(KINDS, last.kind)} · ${dateTime(last.at)}` : undefined}
      when={nearTime(plan.next_at)}
      late={Date.parse(plan.next_at) <= now}
    >
      <span className="row task-acts">
        <Button onClick={() => dialogs.followUp(customer)}>{t("follow")}</Button>
      </span>
    </Line>
  );
}
