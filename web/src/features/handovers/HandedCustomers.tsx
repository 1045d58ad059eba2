/** Every customer of a hand-over: from whom to whom, and whether it came back since. */
import { ArrowRightOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, ok, type HandedCustomer, type HandOver } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { WhyMove } from "../runs/WhyMove";
import { WORDS } from "./words";

type Receiver = HandOver["receivers"][number];

const keyOf = (receiver: Receiver) => (receiver.person ? `person-${receiver.person.id}` : `pool-${receiver.pool?.id}`);

function useName(): (receiver: { person: Receiver["person"]; pool: Receiver["pool"] }) => string {
  const t = useWords(WORDS);
  return ({ person, pool }) => person?.name ?? t("poolNamed", { name: pool?.name ?? "" });
}

function Route({ giver, line }: { giver: string; line: HandedCustomer }) {
  const nameOf = useName();
  return (
    <span className={line.undone ? "nowrap muted" : "nowrap"}>
      {giver} <ArrowRightOutlined style={{ fontSize: 11, color: "var(--ink-3)" }} /> {nameOf(line)}
    </span>
  );
}

function Notes({ line }: { line: HandedCustomer }) {
  const t = useWords(WORDS);
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      {line.undone && <span className="pill">{t("undone")}</span>}
      {line.over_cap && <span className="pill sand">{t("beyond")}</span>}
      {line.row !== null && <span className="pill">{t("row", { n: line.row + 1 })}</span>}
      {line.kept && <span className="soft small">{t(`kept_${line.kept}`)}</span>}
      <WhyMove item={line} />
    </span>
  );
}

export function HandedCustomers({ record }: { record: HandOver }) {
  const t = useWords(WORDS);
  const nameOf = useName();
  const [chosen, setChosen] = useState("");
  const receiver = record.receivers.find((each) => keyOf(each) === chosen);
  const query = { to_person: receiver?.person?.id, to_pool: receiver?.pool?.id };
  const pages = usePages<HandedCustomer>(["runs", "hand-over", record.id, "customers", chosen, record.undo?.finished_at], (after) =>
    ok(api.GET("/api/v1/hand-overs/{hand_over_id}/customers", { params: { path: { hand_over_id: record.id }, query: { ...query, limit: 50, after } } })),
  );
  const link = (line: HandedCustomer) => (
    <Link to={`/customers/${line.customer.id}`} className="clip title" style={{ fontWeight: 600 }} title={line.customer.name}>
      {line.customer.name}
    </Link>
  );
  const columns: Column<HandedCustomer>[] = [
    { key: "customer", title: t("customer"), width: 260, render: link },
    { key: "route", title: t("route"), width: 260, render: (line) => <Route giver={record.person.name} line={line} /> },
    { key: "notes", title: t("notes"), width: 300, render: (line) => <Notes line={line} /> },
  ];
  const card = (line: HandedCustomer) => (
    <div className="card">
      {link(line)}
      <div className="meta">
        <Route giver={record.person.name} line={line} />
        <Notes line={line} />
      </div>
    </div>
  );
  return (
    <section className="panel" data-testid="handed-customers">
      <div className="filters">
        <b>{t("customers")}</b>
        {record.receivers.length > 1 && (
          <Select
            value={chosen}
            onChange={setChosen}
            aria-label={t("receiver")}
            style={{ minWidth: 200 }}
            options={[{ value: "", label: t("allReceivers") }, ...record.receivers.map((each) => ({ value: keyOf(each), label: `${nameOf(each)} · ${each.customers}` }))]}
          />
        )}
      </div>
      <DataList columns={columns} minWidth={820} pages={pages} rowKey={(line) => line.customer.id} card={card} empty={<EmptyState title={t("noneSeen")} text={t("noneSeenText")} />} />
    </section>
  );
}
