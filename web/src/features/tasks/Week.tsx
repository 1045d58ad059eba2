/** A week at a glance: per day, as the company counts days, the tasks that are due and the follow-ups planned. */
import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button } from "antd";
import dayjs from "dayjs";
import { Link } from "react-router";

import type { Plan, Task } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useLocale, useWords } from "../../shared/i18n";
import { ErrorState } from "../../shared/States";
import { dateHere, nearTime, startOfDate, todayHere } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { usePlans, useTasks, type Whose } from "./api";
import { useMark } from "./forWhom";
import "./tasks.css";
import { WORDS } from "./words";

const DAYS = [0, 1, 2, 3, 4, 5, 6];
const MOST = 200;

/** Monday of the date's week. */
function mondayOf(date: string): string {
  const day = dayjs(date);
  return day.subtract((day.day() + 6) % 7, "day").format("YYYY-MM-DD");
}

function shifted(date: string, days: number): string {
  return dayjs(date).add(days, "day").format("YYYY-MM-DD");
}

/** The date that something is due on: what ends with a day is due on that day. */
function dateOf(at: string): string {
  return dateHere(Date.parse(at) - 1);
}

function Day({ date, tasks, plans }: { date: string; tasks: Task[]; plans: Plan[] }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const markOf = useMark();
  const day = dayjs(date);
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" }).format(day.toDate());
  return (
    <div className={date === todayHere() ? "day now" : "day"}>
      <div className="small day-name">
        <b>{weekday}</b> <span className="muted num">{day.format(locale === "zh-CN" ? "M月D日" : "MMM D")}</span>
      </div>
      {tasks.map((task) => (
        <Link key={`t${task.id}`} to={task.customer ? `/customers/${task.customer.id}` : "/follow-ups"} className={task.overdue ? "entry late" : "entry"} title={task.title}>
          <b className="clip">{task.customer?.name ?? t("unseen")}</b>
          <span className="small clip">{[markOf(task.assignee), task.title].filter(Boolean).join(" · ")}</span>
        </Link>
      ))}
      {plans.map((plan) => (
        <Link key={`p${plan.customer.id}`} to={`/customers/${plan.customer.id}`} className="entry plan">
          <b className="clip">{plan.customer.name}</b>
          <span className="small clip">{[markOf(plan.owner), `${nearTime(plan.next_at).slice(-5)} ${t("planned")}`].filter(Boolean).join(" · ")}</span>
        </Link>
      ))}
      {!tasks.length && !plans.length && <span className="small muted free">{t("free")}</span>}
    </div>
  );
}

export function Week({ whose }: { whose: Whose }) {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const monday = mondayOf(/^\d{4}-\d\d-\d\d$/.test(url.week ?? "") ? (url.week ?? "") : todayHere());
  const range = { due_from: startOfDate(monday), due_until: startOfDate(shifted(monday, 7)) };
  const tasks = useTasks({ scope: whose.scope, assignee_id: whose.person, show: "open", ...range, limit: MOST });
  const plans = usePlans(whose, range, MOST);
  const go = (days: number) => setUrl({ week: shifted(monday, days) });
  const error = tasks.error ?? plans.error;
  return (
    <section className="panel">
      <header>
        <h2 className="num">{monday} – {shifted(monday, 6)}</h2>
        <span className="acts row">
          <Button icon={<LeftOutlined />} aria-label={t("before")} onClick={() => go(-7)} />
          <Button onClick={() => setUrl({ week: undefined })}>{t("thisWeek")}</Button>
          <Button icon={<RightOutlined />} aria-label={t("next")} onClick={() => go(7)} />
        </span>
      </header>
      {error ? (
        <ErrorState error={error} retry={() => (tasks.error ? tasks.retry() : plans.retry())} />
      ) : tasks.loading || plans.loading ? (
        <ListSkeleton rows={3} />
      ) : (
        <div className="week">
          {DAYS.map((n) => shifted(monday, n)).map((date) => (
            <Day key={date} date={date} tasks={tasks.rows.filter((task) => dateOf(task.due_at) === date)} plans={plans.rows.filter((plan) => dateOf(plan.next_at) === date)} />
          ))}
        </div>
      )}
    </section>
  );
}
