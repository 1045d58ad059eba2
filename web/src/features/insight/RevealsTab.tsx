/** Who reveals and browses how much, beside what is usual; the unusual first, the list behind each person. */
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { lazy, Suspense, useState } from "react";

import { api, ok } from "../../api";
import type { components } from "../../api/schema";
import { DataList, type Column } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import type { Pages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { day } from "../../shared/time";
import { oneOf, useUrlState } from "../../shared/urlState";
import { WORDS } from "./revealsWords";

export type PersonFigures = components["schemas"]["PersonFigures"];
type Figure = components["schemas"]["FigureShape"];
const FIGURES = ["revealed", "never_claimed", "listed", "opened", "exports"] as const;
export const PERIODS = ["today", "last_7", "last_30"] as const;
export type Period = (typeof PERIODS)[number];
const RevealsDrawer = lazy(() => import("./RevealsDrawer"));

function Cell({ figure, period, right }: { figure: Figure; period: Period; right?: boolean }) {
  const t = useWords(WORDS);
  const usual = { own: figure.own_median ?? "–", all: figure.all_median ?? "–" };
  return (
    <span style={{ display: "inline-block", lineHeight: 1.5, textAlign: right ? "right" : undefined }}>
      <b className="num">{figure[period].toLocaleString("en-US")}</b>{" "}
      {figure.unusual && figure.peak_day && <span className="pill sand num" title={day(figure.peak_day)}>{t("peak", { n: figure.peak })}</span>}
      <span className="small muted num" style={{ display: "block" }}>
        {t("usual", usual)}
      </span>
    </span>
  );
}

/** One answer as the one page of a list. */
function useReport(poolId: string | undefined) {
  const query = useQuery({
    queryKey: ["insight", "reveals", poolId],
    queryFn: () => ok(api.GET("/api/v1/insight/reveals", { params: { query: { pool_id: poolId } } })),
  });
  const retry = () => void query.refetch();
  const pages: Pages<PersonFigures> = {
    rows: query.data?.items ?? [], total: undefined, loading: query.isPending, error: query.error, hasMore: false,
    fetched: 1, loadingMore: false, more: () => undefined, retry, restart: retry,
  };
  return { pages, report: query.data };
}

export function RevealsTab() {
  const t = useWords(WORDS);
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const period = oneOf(PERIODS, url.period) ?? "last_7";
  const { pages, report } = useReport(/^\d+$/.test(url.pool ?? "") ? url.pool : undefined);
  const [open, setOpen] = useState<PersonFigures | null>(null);
  const name = (row: PersonFigures) => (
    <button type="button" className="plain" onClick={() => setOpen(row)} data-testid="reveals-person" style={{ color: "var(--sea)", fontWeight: 600 }}>
      {row.person.name} {row.unusual && <span className="pill sand">{t("unusual")}</span>}
    </button>
  );
  const columns: Column<PersonFigures>[] = [
    { key: "person", title: t("person"), width: 160, render: name },
    ...FIGURES.map((key): Column<PersonFigures> => ({ key, title: t(key), width: 170, render: (row) => <Cell figure={row[key]} period={period} /> })),
  ];
  return (
    <>
      <div className="filters">
        <Segmented aria-label={t("period")} value={period} onChange={(next) => setUrl({ period: next === "last_7" ? undefined : next })} options={PERIODS.map((value) => ({ value, label: t(value) }))} />
        <FilterChip label={t("pool")} value={url.pool} options={me.pools.map((pool) => ({ value: pool.id, label: pool.name }))} onChange={(pool) => setUrl({ pool })} />
      </div>
      <p className="soft small" style={{ padding: "10px 20px 4px", margin: 0, lineHeight: 1.7 }}>{t("say", { times: report?.times ?? 3 })}</p>
      <DataList
        columns={columns}
        minWidth={1010}
        pages={pages}
        rowKey={(row) => row.person.id}
        card={(row) => (
          <div className="card">
            <span className="title">{name(row)}</span>
            <div style={{ gridColumn: "1 / -1" }}>
              {FIGURES.map((key) => (
                <div key={key} className="row between" style={{ padding: "4px 0", alignItems: "flex-start" }}>
                  <span className="soft">{t(key)}</span>
                  <Cell figure={row[key]} period={period} right />
                </div>
              ))}
            </div>
          </div>
        )}
        empty={<EmptyState title={t("empty")} text={t("emptyText")} />}
      />
      {report && <p className="muted small" style={{ padding: "4px 20px 16px", margin: 0, lineHeight: 1.7 }}>{t("floors", report.floors)} · {t("counted")}</p>}
      {open && (
        <Suspense fallback={null}>
          <RevealsDrawer row={open} poolId={url.pool} period={period} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  );
}
