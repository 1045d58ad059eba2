/** 跟进: what waits for me, the week, what I have done; for those who give tasks, how far theirs are. */
import { Badge, Button, Tabs } from "antd";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useTasks } from "./api";
import { Given } from "./Given";
import { TaskLine } from "./lines";
import { Todo } from "./Todo";
import { Week } from "./Week";
import { WORDS } from "./words";

const TABS = ["todo", "week", "done", "given"] as const;

function Done() {
  const t = useWords(WORDS);
  const pages = useTasks({ show: "done" });
  return (
    <section className="panel">
      {pages.loading && <ListSkeleton rows={4} />}
      {pages.error ? <ErrorState error={pages.error} retry={pages.retry} /> : null}
      {!pages.loading && !pages.error && !pages.rows.length && <EmptyState title={t("noneDone")} text={t("noneDoneText")} />}
      {pages.rows.map((task) => (
        <TaskLine key={task.id} task={task} />
      ))}
      {pages.hasMore && (
        <div className="list-more">
          <Button onClick={pages.more} loading={pages.loadingMore}>
            {t("more")}
          </Button>
        </div>
      )}
    </section>
  );
}

export default function FollowUpsPage() {
  const t = useWords(WORDS);
  const me = useMe();
  const can = useCan();
  const [url, setUrl] = useUrlState();
  const seesAll = me.person.roles.some((role) => role === "admin" || role === "auditor");
  const gives = can("tasks.assign") || seesAll;
  const asked = oneOf(TABS, url.tab) ?? "todo";
  const tab = asked === "given" && !gives ? "todo" : asked;
  const label = (each: (typeof TABS)[number]) => {
    if (each === "todo") return <span className="row">{t("todo")}<Badge count={me.tasks_due} size="small" color="#b3402f" /></span>;
    return each === "given" && seesAll ? t("allGiven") : t(each);
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("followUps")}</h1>
        <span className="sub">{t("sub")}</span>
      </div>
      <Tabs
        activeKey={tab}
        onChange={(next) => setUrl({ tab: next === "todo" ? undefined : next, week: undefined, batch: undefined })}
        items={TABS.filter((each) => each !== "given" || gives).map((each) => ({ key: each, label: label(each) }))}
      />
      {tab === "todo" && <Todo />}
      {tab === "week" && <Week />}
      {tab === "done" && <Done />}
      {tab === "given" && <Given everybody={seesAll} />}
    </>
  );
}
