/** The lists behind a person's figures: customers revealed, days of browsing, exports. */
import { Checkbox, Drawer, Tabs } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, ok } from "../../api";
import type { components } from "../../api/schema";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { FIELDS, STATES, useNames } from "../../shared/names";
import { usePages } from "../../shared/pages";
import { usePhone } from "../../shared/screen";
import { EmptyState } from "../../shared/States";
import { dateTime, day } from "../../shared/time";
import type { Period, PersonFigures } from "./RevealsTab";
import { WORDS } from "./revealsWords";

type RevealLine = components["schemas"]["RevealLine"];
type BrowsedDay = components["schemas"]["BrowsedDay"];
type ExportLine = components["schemas"]["ExportLine"];
type Asked = { personId: string; days: "1" | "7" | "30"; pool_id?: string };
const DAYS = { today: "1", last_7: "7", last_30: "30" } as const satisfies Record<Period, Asked["days"]>;

/** The columns as one card, for phones. */
function card<T>(columns: Column<T>[]) {
  return (row: T) => (
    <div className="card">
      <div className="meta">
        {columns.map((column) => (
          <span key={column.key}>
            <span className="muted">{column.title}</span> {column.render(row)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Revealed({ personId, days, pool_id }: Asked) {
  const t = useWords(WORDS);
  const [never, setNever] = useState(false);
  const pages = usePages<RevealLine>(["insight", "reveals", personId, "customers", days, pool_id, never], (after) =>
    ok(api.GET("/api/v1/insight/reveals/{person_id}/customers", { params: { path: { person_id: personId }, query: { days, pool_id, never_claimed: never, limit: 50, after } } })),
  );
  const columns: Column<RevealLine>[] = [
    { key: "customer", title: t("customer"), render: (row) => (row.customer ? <Link to={`/customers/${row.customer.id}`}>{row.customer.name}</Link> : <span className="muted">{t("unseen")}</span>) },
    { key: "at", title: t("at"), width: 160, render: (row) => <span className="num">{dateTime(row.at)}</span> },
    { key: "claimed", title: t("claimedAt"), width: 160, render: (row) => (row.claimed_at ? <span className="num">{dateTime(row.claimed_at)}</span> : <span className="pill sand">{t("notClaimed")}</span>) },
  ];
  return (
    <>
      <Checkbox checked={never} onChange={(event) => setNever(event.target.checked)} style={{ padding: "0 20px 10px" }}>
        {t("onlyNever")}
      </Checkbox>
      <DataList columns={columns} pages={pages} rowKey={(row) => row.at} card={card(columns)} empty={<EmptyState title={t("noReveals")} />} />
    </>
  );
}

function Browsed({ personId, days, pool_id }: Asked) {
  const t = useWords(WORDS);
  const pages = usePages<BrowsedDay>(["insight", "reveals", personId, "days", days, pool_id], async () => ({
    ...(await ok(api.GET("/api/v1/insight/reveals/{person_id}/days", { params: { path: { person_id: personId }, query: { days, pool_id } } }))),
    next: null,
  }));
  const columns: Column<BrowsedDay>[] = [
    { key: "day", title: t("day"), width: 130, render: (row) => <span className="num">{day(row.day)}</span> },
    { key: "pool", title: t("pool"), render: (row) => row.pool.name },
    { key: "listed", title: t("rows"), width: 120, align: "right", render: (row) => <span className="num">{row.listed}</span> },
    { key: "opened", title: t("opened"), width: 120, align: "right", render: (row) => <span className="num">{row.opened}</span> },
  ];
  return <DataList columns={columns} pages={pages} rowKey={(row) => `${row.day} ${row.pool.id}`} card={card(columns)} empty={<EmptyState title={t("noDays")} />} />;
}

function Exported({ personId, days, pool_id }: Asked) {
  const t = useWords(WORDS);
  const name = useNames();
  const pages = usePages<ExportLine>(["insight", "reveals", personId, "exports", days, pool_id], (after) =>
    ok(api.GET("/api/v1/insight/reveals/{person_id}/exports", { params: { path: { person_id: personId }, query: { days, pool_id, limit: 50, after } } })),
  );
  const narrowed = (row: ExportLine) => [
    row.pool?.name,
    ...Object.entries(row.filter).flatMap(([key, value]) => (key in FIELDS ? [`${name(FIELDS, key)} ${String(value)}`] : key === "state" && !row.pool ? [name(STATES, String(value))] : [])),
    row.searched && t("searched"),
  ].filter(Boolean).join(" · ") || t("all");
  const columns: Column<ExportLine>[] = [
    { key: "at", title: t("when"), width: 160, render: (row) => <span className="num">{dateTime(row.at)}</span> },
    { key: "what", title: t("what"), render: narrowed },
    { key: "count", title: t("count"), width: 110, align: "right", render: (row) => <span className="num">{row.count}</span> },
  ];
  return <DataList columns={columns} pages={pages} rowKey={(row) => row.at} card={card(columns)} empty={<EmptyState title={t("noExports")} />} />;
}

type Props = { row: PersonFigures; poolId?: string; period: Period; onClose: () => void };

export default function RevealsDrawer({ row, poolId, period, onClose }: Props) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const asked: Asked = { personId: row.person.id, days: DAYS[period], pool_id: poolId };
  return (
    <Drawer open size={phone ? "100%" : 680} styles={{ body: { padding: 0 } }} title={`${t("listOf", { name: row.person.name })} · ${t(period)}`} onClose={onClose} data-testid="reveals-list">
      <Tabs
        style={{ padding: "0 0 16px" }}
        tabBarStyle={{ padding: "0 20px", marginBottom: 10 }}
        items={[
          { key: "revealed", label: t("revealed"), children: <Revealed {...asked} /> },
          { key: "opened", label: t("browsing"), children: <Browsed {...asked} /> },
          { key: "exports", label: t("exports"), children: <Exported {...asked} /> },
        ]}
      />
    </Drawer>
  );
}
