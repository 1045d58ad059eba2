/** One person's work to act on: what falls soon or is untouched, to be protected, passed on or asked about; their open
 * tasks, to be passed on or cancelled; what they asked for, to be decided. */
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { api, ok, type CustomerRow, type Load, type MyPool } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { usePhone } from "../../shared/screen";
import { ErrorState } from "../../shared/States";
import { fallingQuery } from "../home/api";
import { FallingLine } from "../home/FallingLine";
import "../home/home.css";
import { useDialogs } from "../moves/Dialogs";
import { RequestLine } from "../requests/RequestLine";
import { useTasks } from "../tasks/api";
import { TaskLine } from "../tasks/lines";
import { WORDS as TASKS } from "../tasks/words";
import { WORDS } from "./words";

const SHOWN = 30;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="panel" style={{ marginBottom: 16 }}>
      <header>
        <h2>{title}</h2>
      </header>
      <div style={{ paddingTop: 8 }}>{children}</div>
    </section>
  );
}

function None({ children }: { children: ReactNode }) {
  return <p className="muted" style={{ padding: "6px 20px 18px" }}>{children}</p>;
}

type ListProps = { items: CustomerRow[]; total: number; more: string };

/** Customers of theirs, each to act on, and all that are shown to ask about. */
function Customers({ items, total, more }: ListProps) {
  const t = useWords(WORDS);
  const k = useWords(TASKS);
  const mayPass = useMe().person.roles.some((role) => role === "manager" || role === "admin");
  const mayGive = useCan()("tasks.assign");
  const dialogs = useDialogs();
  return (
    <>
      {items.map((row) => (
        <FallingLine key={row.id} row={row} theirs mayPass={mayPass} />
      ))}
      {(mayGive || total > items.length) && (
        <div className="soon small row between">
          {mayGive && (
            <Button size="small" onClick={() => dialogs.give({ customers: items, count: String(items.length) })} data-testid="give">
              {k("giveThese", { n: items.length })}
            </Button>
          )}
          {total > items.length && <Link to={more}>{t("moreFalling", { n: total - items.length })}</Link>}
        </div>
      )}
    </>
  );
}

function Falling({ personId, list }: { personId: string; list: string }) {
  const t = useWords(WORDS);
  const query = useQuery(fallingQuery("team", 7, SHOWN, personId));
  if (query.isPending) return <ListSkeleton rows={3} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { items, total } = query.data;
  return total ? <Customers items={items} total={total} more={list} /> : <None>{t("drawerFallingNone", { n: 7 })}</None>;
}

/** Of the pool that the page's limits are of; who goes first comes first. */
function Untouched({ personId, poolId, list }: { personId: string; poolId: string; list: string }) {
  const t = useWords(WORDS);
  const query = useQuery({
    queryKey: ["customers", "untouched", poolId, personId],
    queryFn: () => ok(api.GET("/api/v1/customers", { params: { query: { state: "owned", owner_id: personId, pool_id: poolId, untouched: true, sort: "countdown", limit: SHOWN } } })),
  });
  if (query.isPending) return <ListSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { items, total } = query.data;
  return items.length ? <Customers items={items} total={total?.count ?? items.length} more={list} /> : <None>{t("drawerUntouchedNone")}</None>;
}

/** Overdue ones first, as the list goes by when they are due. */
function Tasks({ personId }: { personId: string }) {
  const t = useWords(WORDS);
  const k = useWords(TASKS);
  const pages = useTasks({ scope: "all", assignee_id: personId, show: "open" });
  if (pages.loading) return <ListSkeleton rows={2} />;
  if (pages.error) return <ErrorState error={pages.error} retry={pages.retry} />;
  if (!pages.rows.length) return <None>{t("drawerTasksNone")}</None>;
  return (
    <>
      {pages.rows.map((task) => (
        <TaskLine key={task.id} task={task} />
      ))}
      {pages.hasMore && (
        <div className="list-more">
          <Button onClick={pages.more} loading={pages.loadingMore}>{k("more")}</Button>
        </div>
      )}
    </>
  );
}

function Requests({ personId }: { personId: string }) {
  const t = useWords(WORDS);
  const query = useQuery({
    queryKey: ["requests", "of", personId],
    queryFn: () => ok(api.GET("/api/v1/requests", { params: { query: { box: "to_decide", asked_by: personId, limit: SHOWN } } })),
  });
  if (query.isPending) return <ListSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data.items.length) return <None>{t("drawerRequestsNone")}</None>;
  return <>{query.data.items.map((request) => <RequestLine key={request.id} request={request} />)}</>;
}

type Props = { load: Load; pool: MyPool; list: string; onClose: () => void };

export default function WorkDrawer({ load, pool, list, onClose }: Props) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const { id, name } = load.person;
  return (
    <Drawer
      open
      size={phone ? "100%" : 640}
      title={t("drawerTitle", { name })}
      onClose={onClose}
      extra={<Link to={list}>{t("customers")}</Link>}
      styles={{ body: { background: "var(--ground)", padding: phone ? 12 : 16 } }}
      data-testid="work-drawer"
    >
      <Part title={t("drawerFalling", { n: 7 })}>
        <Falling personId={id} list={list} />
      </Part>
      <Part title={t("drawerUntouched", { pool: pool.name })}>
        <Untouched personId={id} poolId={pool.id} list={list} />
      </Part>
      <Part title={t("drawerTasks")}>
        <Tasks personId={id} />
      </Part>
      <Part title={t("drawerRequests")}>
        <Requests personId={id} />
      </Part>
    </Drawer>
  );
}
