/** The first faults of an import: which row and column, what is in the cell, what is wrong with it. */
import { Table } from "antd";

import type { Import } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { WORDS } from "./words";

type Fault = Import["errors_sample"][number];

export function FaultsTable({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const phone = usePhone();
  const faults = one.errors_sample;
  if (!faults.length) return null;
  const where = (fault: Fault) => fault.header || (fault.column ? String(fault.column) : t("wholeRow"));
  return (
    <section className="panel" data-testid="faults">
      <header style={{ paddingBottom: 10 }}>
        <h2>{t("faults")}</h2>
        {faults.length < one.faulty + one.duplicates && <span className="muted small">{t("faultsFirst", { n: faults.length })}</span>}
      </header>
      {phone ? (
        faults.map((fault, index) => (
          <div className="card" key={index}>
            <b>{words(fault.message)}</b>
            <span className="num muted">
              {t("row")} {fault.row}
            </span>
            <div className="meta">
              <span>{where(fault)}</span>
              <span style={{ overflowWrap: "anywhere" }}>{fault.value}</span>
            </div>
          </div>
        ))
      ) : (
        <Table<Fault & object>
          size="small"
          pagination={false}
          dataSource={faults}
          rowKey={(fault) => faults.indexOf(fault)}
          scroll={{ y: 420 }}
          columns={[
            { key: "row", title: t("row"), width: 64, align: "right", render: (_, fault) => <span className="num">{fault.row}</span> },
            { key: "column", title: t("column"), width: 110, ellipsis: true, render: (_, fault) => where(fault) },
            { key: "value", title: t("value"), width: 150, ellipsis: true, render: (_, fault) => <span className="soft">{fault.value || "–"}</span> },
            { key: "message", title: t("message"), render: (_, fault) => words(fault.message) },
          ]}
        />
      )}
    </section>
  );
}
