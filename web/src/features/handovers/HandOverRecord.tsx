/** One hand-over: what was done, to whom, customer by customer, and how far its undoing is. */
import { useQuery } from "@tanstack/react-query";

import type { HandOver } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { UndoButton } from "../undo/UndoButton";
import { UndoPanel } from "../undo/UndoPanel";
import { handOverQuery } from "./api";
import { HandedCustomers } from "./HandedCustomers";
import { ReceiverList } from "./ReceiverList";
import { WORDS } from "./words";
import "./handovers.css";

export function useWay(): (record: HandOver) => string {
  const t = useWords(WORDS);
  return (record) => [record.by_rule && t("byRule"), t(`done_${record.way}`)].filter(Boolean).join(" · ");
}

export function HandOverRecord({ id }: { id: string }) {
  const t = useWords(WORDS);
  const way = useWay();
  const query = useQuery(handOverQuery(id));
  const record = query.data;
  if (query.isError && !record) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!record) return <ListSkeleton rows={3} />;
  const tasks = [record.tasks > 0 && t("tasksWent", { n: record.tasks }), record.tasks_lapsed > 0 && t("tasksLapsed", { n: record.tasks_lapsed })].filter((each) => each !== false);
  const by = record.by?.name ?? t("system");
  return (
    <div className="col" style={{ gap: 16 }}>
      <UndoPanel what="handover" undo={record.undo} />
      <section className="panel pad col" data-testid="hand-over-record">
        <div className="row wrap between">
          <p style={{ fontSize: 15.5, lineHeight: 1.7 }}>{t(record.left_company ? "sentenceLeft" : "sentence", { by, name: record.person.name, n: record.customers })}</p>
          <UndoButton what="handover" id={record.id} canUndo={record.can_undo} undo={record.undo} />
        </div>
        <p className="small muted">{[way(record), dateTime(record.at)].join(" · ")}</p>
        {tasks.length > 0 && <p className="small" data-testid="tasks-went">{tasks.join(" · ")}</p>}
        <ReceiverList receivers={record.receivers} />
      </section>
      <HandedCustomers record={record} />
    </div>
  );
}
