/** Which column became which field; what was not recognised can be said here and checked again. */
import { Button, Select, Table } from "antd";
import { useState } from "react";

import type { Import } from "../../api";
import { useWords } from "../../shared/i18n";
import { useNames } from "../../shared/names";
import type { Mapping } from "./api";
import { PEOPLE_FIELDS } from "./peopleWords";
import { IMPORT_FIELDS, WORDS } from "./words";

// Fields that several columns may feed; any other is fed by one.
const SEVERAL = new Set(["phones", "emails", "address", "tags", "contact_name", "note"]);
type Props = { one: Import; onRecheck?: (mapping: Mapping) => void; busy: boolean };
type Line = { header: string; field: string | null };

/** The columns of the file as far as the record knows them: used, left out, or named by what went wrong. */
function linesOf(one: Import): Line[] {
  const used = Object.entries(one.mapping).map(([header, field]): Line => ({ header, field }));
  const left = one.unmapped.map((header): Line => ({ header, field: null }));
  if (used.length || left.length) return [...used, ...left];
  const headers = one.error?.data.headers;
  return Array.isArray(headers) ? [...new Set(headers.map(String))].map((header) => ({ header, field: null })) : [];
}

const fieldsOf = (one: Import) => (one.kind === "people" ? PEOPLE_FIELDS : IMPORT_FIELDS);

export function ColumnsPanel({ one, onRecheck, busy }: Props) {
  const t = useWords(WORDS);
  const name = useNames();
  const [changes, setChanges] = useState<Mapping>({});
  const lines = linesOf(one);
  if (!lines.length) return null;
  const fieldOf = (line: Line) => (line.header in changes ? changes[line.header] : line.field) ?? null;
  const changed = lines.filter((line) => fieldOf(line) !== line.field);
  const left = lines.filter((line) => fieldOf(line) === null).length;
  const fields = fieldsOf(one);
  const order = Object.keys(fields);
  const sorted = [...lines].sort((one, other) => order.indexOf(one.field ?? "") - order.indexOf(other.field ?? ""));
  const shown = [...sorted.filter((line) => line.field === null), ...sorted.filter((line) => line.field !== null)];
  const options = [{ value: "", label: t("leftOut") }, ...order.map((field) => ({ value: field, label: name(fields, field) }))];
  const choose = (line: Line, field: string | null) => {
    // What one column takes, the column that had it gives up.
    const rivals = field && !SEVERAL.has(field) ? lines.filter((each) => each !== line && fieldOf(each) === field) : [];
    setChanges({ ...changes, ...Object.fromEntries(rivals.map((each) => [each.header, null])), [line.header]: field });
  };
  const mapping = () => Object.fromEntries(lines.map((line) => [line.header, fieldOf(line)]));
  return (
    <section className="panel" style={{ maxWidth: 760 }} data-testid="columns">
      <header style={{ paddingBottom: 10 }}>
        <h2>{t("columns")}</h2>
        <span className="muted small clip">{left ? t("leftOutN", { n: left }) : t("columnsHint")}</span>
      </header>
      <Table<Line>
        size="small"
        pagination={false}
        dataSource={shown}
        rowKey="header"
        scroll={shown.length > 14 ? { y: 480 } : undefined}
        columns={[
          { key: "header", title: t("column"), ellipsis: true, width: "45%", render: (_, line) => line.header || <span className="muted">{t("noHeader")}</span> },
          {
            key: "field",
            title: t("becomes"),
            render: (_, line) =>
              onRecheck ? (
                <Select
                  size="small"
                  style={{ width: "100%", maxWidth: 240 }}
                  showSearch={{ optionFilterProp: "label" }}
                  value={fieldOf(line) ?? ""}
                  status={fieldOf(line) !== line.field ? "warning" : undefined}
                  onChange={(field) => choose(line, field || null)}
                  options={options}
                />
              ) : line.field ? (
                name(fields, line.field)
              ) : (
                <span className="muted">{t("leftOut")}</span>
              ),
          },
        ]}
      />
      {changed.length > 0 && onRecheck && (
        <div className="row wrap" style={{ padding: "12px 20px" }}>
          <span className="soft grow">{t("changedColumns", { n: changed.length })}</span>
          <Button type="primary" loading={busy} onClick={() => onRecheck(mapping())} data-testid="recheck">
            {t("recheck")}
          </Button>
        </div>
      )}
    </section>
  );
}
