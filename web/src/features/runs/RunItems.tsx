/** What a sweep found due, customer by customer: whose it was, where it went, by which rule and timer, and how it ended. */
import { ArrowRightOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useEffect, useRef } from "react";
import { Link } from "react-router";

import { api, ok, type Run, type RunItem } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useLocale, useServerWords, useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { isMoving, POLL } from "./api";
import { WhyMove } from "./WhyMove";
import { WORDS } from "./words";

type Outcome = NonNullable<RunItem["outcome"]>;
const OUTCOMES: Outcome[] = ["moved", "undone", "skipped", "failed"];

function OutcomePill({ item }: { item: RunItem }) {
  const t = useWords(WORDS);
  if (!item.outcome) return <span className="muted">{t("waiting")}</span>;
  const tone = { failed: "pill bad", skipped: "pill sand", moved: "pill sea", undone: "pill" }[item.outcome];
  return <span className={tone}>{t(item.outcome)}</span>;
}

function Route({ item }: { item: RunItem }) {
  const to = item.outcome === "moved" || !item.outcome;
  return (
    <span className="nowrap">
      {item.owner.name}
      {to && (
        <>
          {" "}
          <ArrowRightOutlined style={{ fontSize: 11, color: "var(--ink-3)" }} /> {item.pool_to.name}
        </>
      )}
    </span>
  );
}

function useReason(): (item: RunItem) => string {
  const t = useWords(WORDS);
  return (item) => (item.kept ? t(`kept_${item.kept}`) : item.why === "changed" ? t("whyChanged") : item.why === "busy" ? t("whyBusy") : item.why === "pool_closed" ? t("whyClosed") : (item.why ?? ""));
}

function useTimers(): (item: RunItem) => string {
  const words = useServerWords();
  const zh = useLocale() === "zh-CN";
  return (item) => item.timers.map(words).join(zh ? "、" : ", ");
}

function useColumns(): Column<RunItem>[] {
  const t = useWords(WORDS);
  const words = useServerWords();
  const reason = useReason();
  const timers = useTimers();
  return [
    {
      key: "customer",
      title: t("customer"),
      width: 240,
      render: (item) => (
        <Link to={`/customers/${item.customer.id}`} className="clip" style={{ fontWeight: 600 }} title={item.customer.name}>
          {item.customer.name}
        </Link>
      ),
    },
    { key: "route", title: t("route"), width: 220, render: (item) => <Route item={item} /> },
    { key: "timers", title: t("timers"), width: 150, render: timers },
    { key: "segment", title: t("segment"), width: 150, render: (item) => words(item.segment) },
    { key: "version", title: t("version"), width: 90, render: (item) => <span className="num">{t("versionN", { n: item.policy_number })}</span> },
    { key: "outcome", title: t("outcome"), width: 100, render: (item) => <OutcomePill item={item} /> },
    { key: "why", title: t("why"), width: 220, render: (item) => <><span className="soft" title={reason(item)}>{reason(item)}</span> <WhyMove item={item} /></> },
  ];
}

function ItemCard({ item }: { item: RunItem }) {
  const words = useServerWords();
  const reason = useReason();
  const timers = useTimers();
  return (
    <div className="card">
      <Link to={`/customers/${item.customer.id}`} className="title">
        {item.customer.name}
      </Link>
      <OutcomePill item={item} />
      <div className="meta">
        <Route item={item} />
        <span>{timers(item)}</span>
        <span>{words(item.segment)}</span>
        {reason(item) && <span>{reason(item)}</span>}
        <WhyMove item={item} />
      </div>
    </div>
  );
}

export function RunItems({ run }: { run: Run }) {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const columns = useColumns();
  const outcome = OUTCOMES.find((each) => each === url.outcome);
  const pages = usePages<RunItem>(
    ["runs", "items", run.id, outcome],
    (after) => ok(api.GET("/api/v1/recycle-runs/{run_id}/items", { params: { path: { run_id: run.id }, query: { outcome, limit: 50, after } } })),
    { refetchInterval: isMoving(run) ? POLL : false },
  );
  // The last answer may be from just before the end.
  const again = useRef(pages.retry);
  again.current = pages.retry;
  useEffect(() => {
    if (run.finished_at) again.current();
  }, [run.finished_at, run.undo?.finished_at]);
  const undone = run.undo?.undone ?? 0;
  const counts = { moved: run.moved - undone, undone, skipped: run.skipped, failed: run.failed };
  const empty = outcome ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={() => setUrl({ outcome: undefined })}>{t("all")}</Button>
    </EmptyState>
  ) : run.due > 0 ? (
    <EmptyState title={t("noItemsSeen")} text={t("noItemsSeenText")} />
  ) : (
    <EmptyState title={t("noItems")} text={t("noItemsText")} />
  );
  return (
    <section className="panel">
      <div className="filters">
        <b>{t("customers")}</b>
        {run.due > 0 && (
          <Segmented
            value={outcome ?? ""}
            onChange={(value) => setUrl({ outcome: value || undefined })}
            options={[{ value: "", label: t("all") }, ...OUTCOMES.filter((each) => counts[each] > 0).map((each) => ({ value: each as string, label: `${t(each)} ${counts[each]}` }))]}
          />
        )}
      </div>
      <DataList columns={columns} minWidth={1080} pages={pages} rowKey={(item) => item.customer.id} card={(item) => <ItemCard item={item} />} empty={empty} />
    </section>
  );
}
