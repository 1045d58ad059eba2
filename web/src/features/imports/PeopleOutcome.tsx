/** What an import of people changes: fields, departments, where leavers' customers go, and the first rows one by one. */
import { Table } from "antd";

import type { Import } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { ROLES, useNames } from "../../shared/names";
import { usePhone } from "../../shared/screen";
import { CHANGED_FIELDS, PEOPLE_WORDS } from "./peopleWords";

type Outcome = NonNullable<Import["outcome"]>;
type Row = Outcome["rows"][number];
const SHOWN = 12; // departments named

function useValue(): (field: string, value: unknown) => string {
  const t = useWords(PEOPLE_WORDS);
  const name = useNames();
  const zh = useLocale() === "zh-CN";
  return (field, value) => {
    if (value === null || value === "") return t("nobody");
    if (field === "leads") return zh ? (value ? "是" : "否") : value ? "yes" : "no";
    if (Array.isArray(value)) return value.map((role) => name(ROLES, String(role))).join(zh ? "、" : ", ");
    return String(value);
  };
}

function Changes({ row }: { row: Row }) {
  const t = useWords(PEOPLE_WORDS);
  const name = useNames();
  const value = useValue();
  return (
    <span className="row wrap" style={{ gap: "4px 12px" }}>
      {row.what === "deactivate" && (
        <>
          <span className="pill bad">{t("leaves")}</span>
          {row.customers ? t("gives", { n: row.customers }) : <span className="muted">{t("nothing")}</span>}
        </>
      )}
      {row.what === "rejoin" && <span className="pill sea">{t("returns")}</span>}
      {Object.keys(CHANGED_FIELDS).map((field) => {
        const change = row.changes[field];
        return (
          change && (
            <span key={field} style={{ overflowWrap: "anywhere" }}>
              <span className="muted">{name(CHANGED_FIELDS, field)} </span>
              {value(field, change[0])} → <b>{value(field, change[1])}</b>
            </span>
          )
        );
      })}
    </span>
  );
}

function Sums({ one, outcome }: { one: Import; outcome: Outcome }) {
  const t = useWords(PEOPLE_WORDS);
  const name = useNames();
  const zh = useLocale() === "zh-CN";
  const comma = zh ? "、" : ", ";
  const fields = Object.keys(CHANGED_FIELDS).filter((field) => outcome.fields[field]);
  const named = outcome.departments.slice(0, SHOWN).join(comma);
  const lines = [
    fields.length > 0 && t(one.dry_run ? "fields" : "fieldsDone", { what: fields.map((field) => t("counted", { name: name(CHANGED_FIELDS, field), n: outcome.fields[field] ?? 0 })).join(comma) }),
    outcome.departments.length > 0 &&
      t(one.dry_run ? "departments" : "departmentsDone", { n: outcome.departments.length, names: outcome.departments.length > SHOWN ? t("andMore", { names: named }) : named }),
    one.deactivated > 0 &&
      (outcome.receivers.length ? t("receivers", { goes: outcome.receivers.map((to) => t("goes", { name: (to.person ?? to.pool)?.name ?? "", n: to.customers })).join(comma) }) : t("noCustomers")),
  ].filter(Boolean);
  if (!lines.length) return null;
  return (
    <ul style={{ margin: 0, padding: "0 20px 12px 38px", lineHeight: 1.8, overflowWrap: "anywhere" }} className="soft">
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}

export function PeopleOutcome({ one }: { one: Import }) {
  const t = useWords(PEOPLE_WORDS);
  const phone = usePhone();
  const outcome = one.outcome;
  if (!outcome || (!outcome.rows.length && !outcome.departments.length)) return null;
  const total = one.updated + one.deactivated + one.rejoined;
  return (
    <section className="panel" data-testid="people-outcome">
      <header style={{ paddingBottom: 10 }}>
        <h2>{t(one.dry_run ? "changes" : "changesDone")}</h2>
        {outcome.rows.length < total && <span className="muted small">{t("first", { n: outcome.rows.length, total })}</span>}
      </header>
      <Sums one={one} outcome={outcome} />
      {phone
        ? outcome.rows.map((row) => (
            <div className="card" key={row.row}>
              <b>{row.name}</b>
              <span className="num muted">
                {t("row")} {row.row}
              </span>
              <div className="meta" style={{ color: "var(--ink)" }}>
                <Changes row={row} />
              </div>
            </div>
          ))
        : outcome.rows.length > 0 && (
            <Table<Row & object>
              size="small"
              pagination={false}
              dataSource={outcome.rows}
              rowKey="row"
              scroll={outcome.rows.length > 12 ? { y: 420 } : undefined}
              columns={[
                { key: "row", title: t("row"), width: 80, align: "right", render: (_, row) => <span className="num">{row.row}</span> },
                {
                  key: "who",
                  title: t("who"),
                  width: 240,
                  ellipsis: true,
                  render: (_, row) => (
                    <>
                      <b>{row.name}</b> <span className="muted">{row.login}</span>
                    </>
                  ),
                },
                { key: "what", title: t("what"), render: (_, row) => <Changes row={row} /> },
              ]}
            />
          )}
    </section>
  );
}
