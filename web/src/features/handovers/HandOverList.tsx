/** The hand-overs, newest first: whose book, by whom, to how many, and whether it was undone. */
import { Link } from "react-router";

import { api, ok, type HandOver } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { useWay } from "./HandOverRecord";
import { useReceivers } from "./Whole";
import { WORDS } from "./words";

function Marks({ record }: { record: HandOver }) {
  const t = useWords(WORDS);
  return (
    <span className="row" style={{ gap: 4 }}>
      {record.left_company && <span className="pill">{t("left")}</span>}
      {(record.undo?.undone ?? 0) > 0 && <span className="pill sand">{t("undone")}</span>}
    </span>
  );
}

export function HandOverList() {
  const t = useWords(WORDS);
  const way = useWay();
  const receivers = useReceivers();
  const pages = usePages<HandOver>(["runs", "hand-overs"], (after) => ok(api.GET("/api/v1/hand-overs", { params: { query: { limit: 50, after } } })));
  const to = (record: HandOver) => receivers(record.receivers.map((each) => ({ ...each, open_deals: 0, falling_soon: 0 })));
  const link = (record: HandOver) => (
    <Link to={`/runs/hand-over/${record.id}`} className="num nowrap title">
      {dateTime(record.at)}
    </Link>
  );
  const columns: Column<HandOver>[] = [
    { key: "at", title: t("at"), width: 170, render: link },
    { key: "giver", title: t("giver"), width: 180, render: (record) => <span className="row" style={{ gap: 6 }}>{record.person.name}<Marks record={record} /></span> },
    { key: "by", title: t("by"), width: 110, render: (record) => record.by?.name ?? <span className="muted">{t("system")}</span> },
    { key: "way", title: t("wayCol"), width: 160, render: way },
    { key: "n", title: t("counts"), width: 110, align: "right", render: (record) => <span className="num">{record.customers}</span> },
    { key: "to", title: t("toWhom"), width: 260, render: (record) => <span className="clip" title={to(record)}>{to(record)}</span> },
  ];
  const card = (record: HandOver) => (
    <div className="card">
      {link(record)}
      <Marks record={record} />
      <div className="meta">
        <span>{record.person.name}</span>
        <span>{way(record)}</span>
        <span className="num">{t("whatHappens", { n: record.customers, who: to(record) })}</span>
      </div>
    </div>
  );
  return <DataList columns={columns} minWidth={960} pages={pages} rowKey={(record) => record.id} card={card} empty={<EmptyState title={t("none")} text={t("noneText")} />} />;
}
