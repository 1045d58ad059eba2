/** 公海: who is free to be claimed, by pool; claim one, some, or all that match. */
import { Button, Segmented, Tabs } from "antd";
import { useEffect } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { api, ok, type CustomerRow, type MyPool } from "../../api";
import { DataList } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { choosePool, useCan, useCurrentPool, useFieldRights, useMe } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { totalText, usePages } from "../../shared/pages";
import { SearchBox } from "../../shared/SearchBox";
import { SelectionBar } from "../../shared/SelectionBar";
import { EmptyState } from "../../shared/States";
import { useTableView } from "../../shared/tableView";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useSelection } from "../../shared/useSelection";
import { usePoolMode } from "../deal/poolMode";
import type { MoveName } from "../moves/api";
import { useDialogs } from "../moves/Dialogs";
import { useBatchClaim } from "../moves/useBatchClaim";
import { useClaim } from "../moves/useClaim";
import { ExportButton } from "../reveals/ExportButton";
import { BatchMoves } from "./BatchMoves";
import { useClaimGate } from "./claimGate";
import { ClaimHours } from "./ClaimHours";
import { LiveBar, LiveDot } from "./live/LiveBar";
import { useLiveList } from "./live/useLiveList";
import { useLivePool } from "./live/useLivePool";
import { PoolCard, usePoolColumns } from "./poolColumns";
import { FILTERS, isFiltered, poolQueryOf } from "./poolFilters";
import { NO_LIMIT } from "./settings";
import { WORDS } from "./words";

export default function PoolPage() {
  const t = useWords(WORDS);
  const me = useMe();
  const current = useCurrentPool();
  const navigate = useNavigate();
  const { poolId } = useParams();
  const seen = me.pools.filter((pool) => pool.rights.see || pool.rights.claim || pool.rights.admin);
  const pool = seen.find((each) => each.id === poolId) ?? seen.find((each) => each.id === current?.id) ?? seen[0];
  useEffect(() => {
    if (pool) choosePool(pool.id);
  }, [pool]);
  if (!pool) return <EmptyState title={t("noPools")} text={t("noPoolsText")} />;
  const { used, limit } = pool.limits.daily_quota;
  const hint = !pool.rights.claim ? t("cannotClaim") : pool.exempt ? t("exempt") : limit >= NO_LIMIT ? "" : used >= limit ? t("quotaOut") : t("quotaLeft", { n: limit - used });
  return (
    <>
      <div className="page-head">
        <h1>{t("pool")}</h1>
        <span className="sub">{hint}</span>
        <ClaimHours pool={pool} />
      </div>
      <section className="panel">
        {seen.length > 1 && (
          <Tabs
            activeKey={pool.id}
            onChange={(id) => void navigate(`/pool/${id}`)}
            items={seen.map((each) => ({ key: each.id, label: each.name }))}
            style={{ padding: "0 16px" }}
            tabBarStyle={{ marginBottom: 0 }}
          />
        )}
        <PoolList key={pool.id} pool={pool} />
      </section>
    </>
  );
}

function PoolList({ pool }: { pool: MyPool }) {
  const t = useWords(WORDS);
  const name = useNames();
  const me = useMe();
  const can = useCan();
  const { sees } = useFieldRights();
  const dialogs = useDialogs();
  const [url, setUrl] = useUrlState();
  const query = poolQueryOf(url);
  const sort = oneOf(["entered_pool_at", "-entered_pool_at"], url.sort);
  const key = JSON.stringify([pool.id, query, sort]);
  const live = useLivePool(pool.id);
  const pages = usePages<CustomerRow>(["pool-customers", key], (after) =>
    live.reading(after, ok(api.GET("/api/v1/pools/{pool_id}/customers", { params: { path: { pool_id: pool.id }, query: { ...query, sort, limit: 50, after } } }))),
  );
  const selection = useSelection(key);
  const { claims, claim } = useClaim();
  const claimMany = useBatchClaim();
  const list = useLiveList({ live, pages, claims, selection, filtered: isFiltered(url) });
  const mode = usePoolMode(pool);
  const claiming = { claims: list.known, claim: (row: CustomerRow) => void claim(row), may: pool.rights.claim, gate: useClaimGate(pool), act: mode.act };
  const columns = usePoolColumns(claiming);
  const view = useTableView("pool", columns, ["industry"]);
  const rows = pages.rows.filter((row) => selection.ids.includes(row.id));
  const moveSelected = (move: MoveName) => {
    const matching = selection.all ? ({ pool_id: pool.id, state: "pooled", ...query } as const) : undefined;
    dialogs.move(move, { customers: rows, matching, count: selection.all ? totalText(pages.total) : String(rows.length) }, selection.clear);
  };
  const claimSelected = () => (selection.all ? moveSelected("claim") : claimMany.mutate({ pool, rows }, { onSuccess: selection.clear }));
  const empty = isFiltered(url) ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={() => setUrl({ q: undefined, fresh: undefined, ...Object.fromEntries(FILTERS.map((each) => [each, undefined])) })}>{t("clear")}</Button>
    </EmptyState>
  ) : (
    <EmptyState title={t("empty")} text={t("emptyText")}>
      {can("imports.start") && (
        <Link to="/imports/new">
          <Button type="primary">{t("importNow")}</Button>
        </Link>
      )}
    </EmptyState>
  );
  return (
    <>
      {mode.panel}
      <div className="filters">
        <SearchBox value={url.q} onChange={(q) => setUrl({ q })} placeholder={t("search")} />
        <Segmented
          value={url.fresh ?? ""}
          onChange={(fresh) => setUrl({ fresh: fresh || undefined })}
          options={[
            { value: "", label: t("all") },
            { value: "true", label: t("fresh") },
            { value: "false", label: t("recycled") },
          ]}
        />
        {FILTERS.filter(sees).map((filter) => (
          <FilterChip
            key={filter}
            label={name(FIELDS, filter)}
            value={url[filter]}
            onChange={(value) => setUrl({ [filter]: value })}
            options={(me.tenant.choices[filter] ?? []).map((value) => ({ value, label: value }))}
          />
        ))}
        <span className="total num">{list.total ? t("total", { n: totalText(list.total) }) : ""}</span>
        <LiveDot state={live.state} />
        {can("customers.export") && (
          <ExportButton
            read={() => ok(api.GET("/api/v1/pools/{pool_id}/customers/export", { params: { path: { pool_id: pool.id }, query: { ...query, sort } }, parseAs: "blob" }))}
          />
        )}
        {view.button}
      </div>
      <LiveBar {...list.bar} />
      <DataList
        columns={view.shown}
        density={view.density}
        minWidth={1160}
        pages={pages}
        rowKey={(row) => row.id}
        card={(row) => <PoolCard row={row} claiming={claiming} />}
        empty={empty}
        rowState={list.rowState}
        sort={{ value: sort, onChange: (value) => setUrl({ sort: value }) }}
        selection={(pool.rights.claim && (!mode.panel || mode.selected)) || pool.rights.admin ? selection : undefined}
      />
      <SelectionBar ids={selection.ids} total={list.total} all={selection.all} onAll={url.q ? undefined : selection.setAll} onClear={selection.clear}>
        <BatchMoves pool={pool} onMove={moveSelected} />
        {mode.selected?.(rows, selection.clear)}
        {pool.rights.claim && !mode.panel && (
          <Button type="primary" loading={claimMany.isPending} onClick={claimSelected} data-testid="claim-selected">
            {t("claimN")}
          </Button>
        )}
      </SelectionBar>
    </>
  );
}
