/** What a cleaning found, customer by customer: by which rule, what was done, and how it ended. */
import { Button, Segmented } from "antd";
import { useEffect, useRef } from "react";
import { Link } from "react-router";

import { api, ok, type CleaningItem, type CleaningRun } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useServerWords, useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { isMoving, POLL } from "./api";
import { WhyMove } from "./WhyMove";
import { WORDS } from "./words";

type Outcome = NonNullable<CleaningItem["outcome"]>;
const NAMES = { archived: "archived", moved: "movedOn", asked: "askedAbout", skipped: "skipped", undone: "undone" } as const satisfies Record<Outcome, keyof typeof WORDS>;
const OUTCOMES = Object.keys(NAMES) as Outcome[];
const WHYS: Record<string, keyof typeof WORDS> = { changed: "whyChanged", busy: "whyBusy", pool_closed: "whyClosed", person_not_active: "whyPerson" };

function OutcomePill({ item }: { item: CleaningItem }) {
  const t = useWords(WORDS);
  if (!item.outcome) return <span className="muted">{t("waiting")}</span>;
  return <span className={item.outcome === "skipped" ? "pill sand" : item.outcome === "undone" ? "pill" : "pill sea"}>{t(NAMES[item.outcome])}</span>;
}

function useReason(): (item: CleaningItem) => string {
  const t = useWords(WORDS);
  return ({ kept, why }) => {
    if (kept) return t(`kept_${kept}`);
    const known = why ? WHYS[why] : undefined;
    return known ? t(known) : (why ?? "");
  };
}

function useColumns(): Column<CleaningItem>[] {
  const t = useWords(WORDS);
  const words = useServerWords();
  const reason = useReason();
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
    { key: "rule", title: t("rule"), width: 180, render: (item) => <span className="num">{item.rule + 1}. {words(item.rule_name)}</span> },
    { key: "deed", title: t("deed"), width: 260, render: (item) => words(item.deed) },
    { key: "outcome", title: t("outcome"), width: 120, render: (item) => <OutcomePill item={item} /> },
    { key: "why", title: t("why"), width: 240, render: (item) => <><span className="soft">{reason(item)}</span> <WhyMove item={item} /></> },
  ];
}

function ItemCard({ item }: { item: CleaningItem }) {
  const words = useServerWords();
  const reason = useReason();
  return (
    <div className="card">
      <Link to={`/customers/${item.customer.id}`} className="title">
        {item.customer.name}
      </Link>
      <OutcomePill item={item} />
      <div className="meta">
        <span>{item.rule + 1}. {words(item.rule_name)}</span>
        <span>{words(item.deed)}</span>
        {reason(item) && <span>{reason(item)}</span>}
        <WhyMove item={item} />
      </div>
    </div>
  );
}

export function CleaningItems({ run }: { run: CleaningRun }) {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const columns = useColumns();
  const outcome = OUTCOMES.find((each) => each === url.outcome);
  const pages = usePages<CleaningItem>(
    ["runs", "cleaning-items", run.id, outcome],
    (after) => ok(api.GET("/api/v1/cleaning-runs/{run_id}/items", { params: { path: { run_id: run.id }, query: { outcome, limit: 50, after } } })),
    { refetchInterval: isMoving(run) ? POLL : false },
  );
  // The last answer may be from just before the end.
  const again = useRef(pages.retry);
  again.current = pages.retry;
  useEffect(() => {
    if (run.finished_at) again.current();
  }, [run.finished_at, run.undo?.finished_at]);
  const there = OUTCOMES.filter((each) => (each === "undone" ? (run.undo?.undone ?? 0) : run[each]) > 0);
  const empty = outcome ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={() => setUrl({ outcome: undefined })}>{t("all")}</Button>
    </EmptyState>
  ) : run.found > 0 ? (
    <EmptyState title={t("noItemsSeen")} text={t("noItemsSeenText")} />
  ) : (
    <EmptyState title={t("noCleanItems")} text={t("noCleanItemsText")} />
  );
  return (
    <section className="panel">
      <div className="filters">
        <b>{t("cleanCustomers")}</b>
        {there.length > 0 && (
          <Segmented
            value={outcome ?? ""}
            onChange={(value) => setUrl({ outcome: value || undefined })}
            options={[{ value: "", label: t("all") }, ...there.map((each) => ({ value: each as string, label: t(NAMES[each]) }))]}
          />
        )}
      </div>
      <DataList columns={columns} minWidth={1040} pages={pages} rowKey={(item) => item.customer.id} card={(item) => <ItemCard item={item} />} empty={empty} />
    </section>
  );
}
