/** The customers that one cleaning rule would be about now. */
import { Drawer } from "antd";
import { Link } from "react-router";

import { api, ok, type CleaningCandidate } from "../../../api";
import { DataList, type Column } from "../../../shared/DataList";
import { useWords } from "../../../shared/i18n";
import { usePages } from "../../../shared/pages";
import { EmptyState } from "../../../shared/States";
import { dateTime } from "../../../shared/time";
import type { PolicyDocument } from "../rules";
import { CLEANING_WORDS } from "./words";

type Props = { poolId: string; document: PolicyDocument; rule: number; name: string; onClose: () => void };

export function Candidates({ poolId, document, rule, name, onClose }: Props) {
  const t = useWords(CLEANING_WORDS);
  const pages = usePages<CleaningCandidate>(["pools", poolId, "cleaning-customers", document.cleaning, rule], (after) =>
    ok(api.POST("/api/v1/pools/{pool_id}/cleaning/preview/customers", { params: { path: { pool_id: poolId }, query: { limit: 50, after } }, body: { document, rule } })),
  );
  const link = (row: CleaningCandidate) => (
    <Link to={`/customers/${row.customer.id}`} className="title" style={{ fontWeight: 600 }}>
      {row.customer.name}
    </Link>
  );
  const activity = (row: CleaningCandidate) => (row.last_activity_at ? dateTime(row.last_activity_at) : t("never"));
  const columns: Column<CleaningCandidate>[] = [
    { key: "customer", title: t("customer"), width: 240, render: link },
    { key: "entered", title: t("entered"), width: 160, render: (row) => <span className="num">{dateTime(row.entered_pool_at)}</span> },
    { key: "recycled", title: t("recycled"), width: 100, align: "right", render: (row) => <span className="num">{row.recycle_count}</span> },
    { key: "activity", title: t("activity"), width: 160, render: (row) => <span className="num">{activity(row)}</span> },
  ];
  const card = (row: CleaningCandidate) => (
    <div className="card">
      {link(row)}
      <div className="meta">
        <span>{t("entered")} {dateTime(row.entered_pool_at)}</span>
        <span>{t("recycled")} {row.recycle_count}</span>
        <span>{t("activity")} {activity(row)}</span>
      </div>
    </div>
  );
  return (
    <Drawer open size={760} styles={{ wrapper: { maxWidth: "100vw" }, body: { padding: 0 } }} title={t("customersTitle", { name })} onClose={onClose}>
      <DataList columns={columns} pages={pages} rowKey={(row) => row.customer.id} card={card} empty={<EmptyState title={t("nobody")} />} />
    </Drawer>
  );
}
