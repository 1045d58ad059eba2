/** 客户: mine with the countdown, the team's, shared with me, all, archived; found by name, pinyin or initials. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { lazy, Suspense } from "react";
import { Link } from "react-router";

import { api, ok, type CustomerRow } from "../../api";
import { DataList } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { useCan, useFieldRights, useMe } from "../../shared/me";
import { FIELDS, STATES, useNames } from "../../shared/names";
import { totalText, usePages } from "../../shared/pages";
import { SearchBox } from "../../shared/SearchBox";
import { SelectionBar } from "../../shared/SelectionBar";
import { EmptyState } from "../../shared/States";
import { useTableView } from "../../shared/tableView";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useSelection } from "../../shared/useSelection";
import { useDialogs } from "../moves/Dialogs";
import { WORDS as MOVES } from "../moves/words";
import { WORDS as TASKS } from "../tasks/words";
import { ExportButton } from "../reveals/ExportButton";
import { CustomerCard, useCustomerColumns } from "./customerColumns";
import { OwnerChip } from "./OwnerChip";
import { batchMovesFor, type Scope } from "./rowMoves";
import { WORDS } from "./words";

const CreateDrawer = lazy(() => import("./CreateDrawer"));
const FILTERS = ["q", "level", "source", "pool_id", "state", "owner_id"] as const;
const EMPTY = {
  mine: ["emptyMine", "emptyMineText"],
  team: ["emptyTeam", "emptyTeamText"],
  shared: ["emptyShared", "emptySharedText"],
  acting_for: ["emptyActing", "emptyActingText"],
  all: ["emptyAll", "emptyAllText"],
  archived: ["emptyArchived", "emptyArchivedText"],
} as const;

const SCOPES = ["mine", "team", "shared", "acting_for", "all", "archived"] as const;
const SORTS = ["countdown", "id", "-id"] as const;

export default function Customers() {
  const t = useWords(WORDS);
  const me = useMe();
  const can = useCan();
  const [url, setUrl] = useUrlState();
  const leads = me.person.roles.includes("manager");
  const scope: Scope = oneOf(SCOPES, url.scope) ?? "mine";
  const creating = url.create === "1";
  // Archived customers are seen by pool admins and those who see everything.
  const seesArchived = me.person.roles.some((role) => role === "admin" || role === "auditor") || me.pools.some((pool) => pool.rights.admin);
  const offered: (Scope | false)[] = ["mine", leads && "team", "shared", me.acts_for.length > 0 && "acting_for", "all", seesArchived && "archived"];
  const tabs = offered.filter((each) => each !== false);
  return (
    <>
      <div className="page-head">
        <h1>{t("customers")}</h1>
        <div className="acts">
          {can("imports.start") && (
            <Link to="/imports/new">
              <Button>{t("importNow")}</Button>
            </Link>
          )}
          {can("customers.create") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setUrl({ create: "1" })}>
              {t("create")}
            </Button>
          )}
        </div>
      </div>
      <section className="panel">
        <Tabs
          activeKey={scope}
          onChange={(key) => setUrl({ scope: key === "mine" ? undefined : key, sort: undefined, state: undefined, owner_id: undefined })}
          items={tabs.map((key) => ({ key, label: t(key) }))}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
        />
        <CustomerList key={scope} scope={scope} />
      </section>
      {creating && (
        <Suspense fallback={null}>
          <CreateDrawer onClose={() => setUrl({ create: undefined })} />
        </Suspense>
      )}
    </>
  );
}

function CustomerList({ scope }: { scope: Scope }) {
  const t = useWords(WORDS);
  const m = useWords(MOVES);
  const k = useWords(TASKS);
  const name = useNames();
  const me = useMe();
  const can = useCan();
  const { sees } = useFieldRights();
  const dialogs = useDialogs();
  const [url, setUrl] = useUrlState();
  const filters = { scope, q: url.q, level: url.level, source: url.source, pool_id: url.pool_id, owner_id: url.owner_id, state: oneOf(["owned", "pooled"], url.state) };
  const sort = oneOf(SORTS, url.sort) ?? (scope === "mine" && !url.q ? "countdown" : undefined);
  const key = JSON.stringify([filters, sort]);
  const pages = usePages<CustomerRow>(["customers", key], (after) =>
    ok(api.GET("/api/v1/customers", { params: { query: { ...filters, sort, limit: 50, after } } })),
  );
  const selection = useSelection(key);
  const view = useTableView(`customers.${scope}`, useCustomerColumns(scope), ["source", "region", "tags", "pool", "created"]);
  const batch = batchMovesFor(scope, can("customers.assign"));
  const mayGive = can("tasks.assign") && (scope === "team" || scope === "all" || (scope === "mine" && me.person.roles.includes("manager")));
  const selected = () => {
    const rows = pages.rows.filter((row) => selection.ids.includes(row.id));
    return { customers: rows, matching: selection.all ? filters : undefined, count: selection.all ? totalText(pages.total) : String(rows.length), byManager: scope !== "mine" };
  };
  const filtered = FILTERS.some((filter) => url[filter]);
  const clear = () => setUrl(Object.fromEntries(FILTERS.map((filter) => [filter, undefined])));
  const [emptyTitle, emptyText] = EMPTY[scope];
  const empty = filtered ? (
    <EmptyState title={t("noMatch")} text={t("noMatchText")}>
      <Button onClick={clear}>{t("clear")}</Button>
    </EmptyState>
  ) : (
    <EmptyState title={t(emptyTitle)} text={t(emptyText)}>
      {scope !== "archived" && scope !== "shared" && scope !== "acting_for" && (
        <Link to="/pool">
          <Button type="primary">{t("toPool")}</Button>
        </Link>
      )}
    </EmptyState>
  );
  const choices = (values: string[] | undefined) => (values ?? []).map((value) => ({ value, label: value }));
  return (
    <>
      <div className="filters">
        <SearchBox value={url.q} onChange={(q) => setUrl({ q })} placeholder={t("search")} />
        {sees("level") && <FilterChip label={name(FIELDS, "level")} value={url.level} onChange={(level) => setUrl({ level })} options={choices(me.tenant.choices.level)} />}
        {sees("source") && <FilterChip label={name(FIELDS, "source")} value={url.source} onChange={(source) => setUrl({ source })} options={choices(me.tenant.choices.source)} />}
        {me.pools.length > 1 && (
          <FilterChip label={t("pool")} value={url.pool_id} onChange={(pool_id) => setUrl({ pool_id })} options={me.pools.map((pool) => ({ value: pool.id, label: pool.name }))} />
        )}
        {scope === "all" && (
          <FilterChip label={t("state")} value={url.state} onChange={(state) => setUrl({ state })} options={["owned", "pooled"].map((state) => ({ value: state, label: name(STATES, state) }))} />
        )}
        {url.owner_id && <OwnerChip id={url.owner_id} onClear={() => setUrl({ owner_id: undefined })} />}
        <span className="total num">{pages.total ? t("total", { n: totalText(pages.total) }) : ""}</span>
        {(scope === "mine" || can("customers.export")) && (
          <ExportButton read={() => ok(api.GET("/api/v1/customers/export", { params: { query: { ...filters, sort } }, parseAs: "blob" }))} />
        )}
        {view.button}
      </div>
      <DataList
        columns={view.shown}
        density={view.density}
        minWidth={1040}
        pages={pages}
        rowKey={(row) => row.id}
        card={(row) => <CustomerCard row={row} scope={scope} />}
        empty={empty}
        sort={{ value: sort, onChange: (value) => setUrl({ sort: value }) }}
        selection={batch.length ? selection : undefined}
      />
      <SelectionBar ids={selection.ids} total={pages.total} all={selection.all} onAll={url.q ? undefined : selection.setAll} onClear={selection.clear}>
        {batch.map((move, index) => (
          <Button key={move} type={index === 0 ? "primary" : "default"} onClick={() => dialogs.move(move, selected(), selection.clear)}>
            {m(move)}
          </Button>
        ))}
        {mayGive && (
          <Button onClick={() => dialogs.give(selected(), selection.clear)} data-testid="give-tasks">
            {k("give")}
          </Button>
        )}
      </SelectionBar>
    </>
  );
}
