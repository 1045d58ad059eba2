/** 我分配的: each batch with how far it is; a click shows it person by person and task by task. */
import { lazy, Suspense } from "react";

import type { TaskBatch } from "../../api";
import { useNow } from "../../shared/clock";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { EmptyState, ErrorState } from "../../shared/States";
import { dateTime, relative, untilText } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { useBatches } from "./api";
import { ProgressBar } from "./ProgressBar";
import { WORDS } from "./words";
import "./tasks.css";

const BatchDrawer = lazy(() => import("./BatchDrawer"));

function BatchLine({ batch, byWhom, onOpen }: { batch: TaskBatch; byWhom: boolean; onOpen: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const now = useNow();
  return (
    <button type="button" className="plain soon batch" onClick={onOpen} data-testid="batch">
      <span className="grow">
        <b className="clip" style={{ display: "block" }}>{batch.title}</b>
        <span className="small muted" title={dateTime(batch.given_at)}>
          {[byWhom && batch.giver.name, t("givenAt", { when: relative(batch.given_at, now) }), t("dueOn", { when: untilText(batch.due_at) }), batch.kind && name(KINDS, batch.kind)].filter(Boolean).join(" · ")}
        </span>
      </span>
      <ProgressBar progress={batch.progress} />
    </button>
  );
}

export function Given({ everybody }: { everybody: boolean }) {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const pages = useBatches(everybody ? "all" : "mine");
  return (
    <section className="panel">
      {pages.loading && <ListSkeleton rows={4} />}
      {pages.error ? <ErrorState error={pages.error} retry={pages.retry} /> : null}
      {!pages.loading && !pages.error && !pages.rows.length && <EmptyState title={t("noBatches")} text={t("noBatchesText")} />}
      {pages.rows.map((batch) => (
        <BatchLine key={batch.id} batch={batch} byWhom={everybody} onOpen={() => setUrl({ batch: batch.id })} />
      ))}
      {pages.hasMore && (
        <div className="list-more">
          <button type="button" className="plain" style={{ color: "var(--sea)" }} onClick={pages.more}>{t("more")}</button>
        </div>
      )}
      {url.batch && (
        <Suspense fallback={null}>
          <BatchDrawer id={url.batch} onClose={() => setUrl({ batch: undefined })} />
        </Suspense>
      )}
    </section>
  );
}
