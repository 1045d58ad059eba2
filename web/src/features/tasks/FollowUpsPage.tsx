/** 跟进: what waits for me, the week, what I have done; for those who give tasks, how far theirs are. */
import { Badge, Button, Segmented, Tabs } from "antd";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useTasks, type Whose } from "./api";
import { useWhose } from "./forWhom";
import { Given } from "./Given";
import { TaskLine } from "./lines";
import { Todo } from "./Todo";
import { Week } from "./Week";
import { WORDS } from "./words";

const TABS = ["todo", "week", "done", "given"] as const;

/** For who acts for somebody: everything, their own, or one person's. */
function WhoseSwitch({ choice, choose }: { choice: string; choose: (next: string) => void }) {
  const t = useWords(WORDS);
  const { acts_for } = useMe();
  if (!acts_for.length) return null;
  const people = acts_for.map(({ person }) => ({ value: person.id, label: t("forPerson", { name: person.name }) }));
  return (
    <div style={{ overflowX: "auto", marginBottom: 16 }}>
      <Segmented value={choice} onChange={choose} options={[{ value: "", label: t("everyone") }, { value: "mine", label: t("own") }, ...people]} aria-label={t("whose")} data-testid="whose" />
    </div>
  );
}

function Done({ whose }: { whose: Whose }) {
  const t = useWords(WORDS);
  const pages = useTasks({ scope: whose.scope, assignee_id: whose.person, show: "done" });
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
  const [whose, choice, choose] = useWhose();
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
      {tab !== "given" && <WhoseSwitch choice={choice} choose={choose} />}
      {tab === "todo" && <Todo whose={whose} />}
      {tab === "week" && <Week whose={whose} />}
      {tab === "done" && <Done whose={whose} />}
      {tab === "given" && <Given everybody={seesAll} />}
    </>
  );
}
