/** The open tasks about a customer, on its page; nothing where there are none that the reader may see. */
import { useQuery } from "@tanstack/react-query";

import type { Customer, Task } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { untilText } from "../../shared/time";
import { customerTasksQuery } from "./api";
import { TaskActions } from "./TaskActions";
import { WORDS } from "./words";

function OneTask({ task }: { task: Task }) {
  const t = useWords(WORDS);
  const name = useNames();
  // The composer stands on the same page.
  const rest = { ...task, allowed: task.allowed.filter((act) => act !== "follow_up") };
  return (
    <div style={{ padding: "6px 0" }} data-testid="customer-task">
      <div className="row between">
        <b className="clip" title={task.title}>{task.title}</b>
        <span className={task.overdue ? "pill bad" : "pill"}>{task.overdue ? t("overdue") : t("dueOn", { when: untilText(task.due_at) })}</span>
      </div>
      <div className="small muted">{[task.assignee.name, t("by", { name: task.giver.name }), task.kind && t("wants", { kind: name(KINDS, task.kind) })].filter(Boolean).join(" · ")}</div>
      {task.note && <p className="small soft" style={{ whiteSpace: "pre-wrap" }}>{task.note}</p>}
      <div style={{ marginLeft: -7 }}>
        <TaskActions task={rest} />
      </div>
    </div>
  );
}

export function CustomerTasks({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const { data } = useQuery(customerTasksQuery(customer.id));
  if (!data?.items.length) return null;
  return (
    <section className="panel">
      <header>
        <h2>{t("tasks")}</h2>
      </header>
      <div className="body">
        {data.items.map((task) => (
          <OneTask key={task.id} task={task} />
        ))}
      </div>
    </section>
  );
}
