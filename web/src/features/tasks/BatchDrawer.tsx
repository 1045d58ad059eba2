/** One batch: how far each person is, and its tasks, to be passed on or cancelled. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Segmented } from "antd";
import { useState } from "react";

import { api, ok } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { KINDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { untilText } from "../../shared/time";
import { batchQuery, refreshTasks, useTasks, type Show } from "./api";
import { ProgressBar } from "./ProgressBar";
import { TaskLine } from "./lines";
import { WORDS } from "./words";

const SHOWS = ["all", "open", "overdue", "lapsed", "refused", "done", "cancelled"] as const;

function Tasks({ id, show }: { id: string; show: Show }) {
  const t = useWords(WORDS);
  const pages = useTasks({ scope: "all", batch_id: id, show });
  if (pages.loading) return <ListSkeleton rows={4} />;
  if (pages.error) return <ErrorState error={pages.error} retry={pages.retry} />;
  if (!pages.rows.length) return <p className="muted" style={{ padding: "14px 0" }}>{t("nothingHere")}</p>;
  return (
    <>
      {pages.rows.map((task) => (
        <TaskLine key={task.id} task={task} person />
      ))}
      {pages.hasMore && (
        <div className="list-more">
          <Button onClick={pages.more} loading={pages.loadingMore}>{t("more")}</Button>
        </div>
      )}
    </>
  );
}

export default function BatchDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const can = useCan();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [show, setShow] = useState<Show>("all");
  const query = useQuery(batchQuery(id));
  const cancel = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/task-batches/{batch_id}/cancel", { params: { path: { batch_id: id } }, body: {} })),
    onError: (error) => void message.error(problem(error)),
    onSettled: () => void refreshTasks(client),
  });
  const batch = query.data;
  const left = batch ? batch.progress.open + batch.progress.lapsed : 0;
  const counted = (each: (typeof SHOWS)[number]) => (each === "all" ? (batch?.progress.total ?? 0) : (batch?.progress[each] ?? 0));
  const ask = () =>
    modal.confirm({ title: t("cancelRest"), content: t("cancelRestAsk", { n: left }), okText: t("cancelRest"), onOk: () => cancel.mutate() });
  return (
    <Drawer
      open
      size={640}
      title={batch?.title ?? ""}
      onClose={onClose}
      extra={left > 0 && can("tasks.assign") && <Button onClick={ask} loading={cancel.isPending}>{t("cancelRest")}</Button>}
    >
      {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <ListSkeleton rows={4} />}
      {batch && (
        <>
          {batch.note && <p className="soft" style={{ whiteSpace: "pre-wrap", marginBottom: 12 }}>{batch.note}</p>}
          <p className="small muted" style={{ marginBottom: 8 }}>
            {[batch.giver.name, t("dueOn", { when: untilText(batch.due_at) }), batch.kind && t("wants", { kind: name(KINDS, batch.kind) })].filter(Boolean).join(" · ")}
          </p>
          <ProgressBar progress={batch.progress} />
          <h3 style={{ margin: "20px 0 4px", fontSize: 14 }}>{t("people")}</h3>
          {batch.people.map(({ person, progress }) => (
            <div key={person.id} className="row wrap between person-progress">
              <span className="clip">{person.name}</span>
              <ProgressBar progress={progress} />
            </div>
          ))}
          <div style={{ overflowX: "auto", margin: "20px 0 4px" }}>
            <Segmented<Show>
              size="small"
              value={show}
              onChange={setShow}
              options={SHOWS.filter((each) => each === "all" || counted(each) > 0).map((each) => ({ value: each, label: `${t(each)} ${counted(each)}` }))}
            />
          </div>
          <div className="in-drawer">
            <Tasks id={id} show={show} />
          </div>
        </>
      )}
    </Drawer>
  );
}
