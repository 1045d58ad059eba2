/** Who has other limits than the pool's own: a row for each person, department and role, a column for each rule. */
import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import type { LimitSubject, RuleName, ScopedLimit } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { ListSkeleton } from "../../../shared/ListSkeleton";
import { usePhone } from "../../../shared/screen";
import { ErrorState } from "../../../shared/States";
import { limitsQuery, type Scope } from "./api";
import type { Wanted } from "./LimitDialog";
import { COMPANY_RULES, RULES, useLimitValue, useRuleName, useSubjectName } from "./rules";
import { LIMIT_WORDS } from "./words";
import "./limits.css";

const LimitDialog = lazy(() => import("./LimitDialog"));
const ORDER = { role: 0, department: 1, person: 2 } as const;

type Row = { key: string; subject: LimitSubject; limits: Map<RuleName, ScopedLimit> };
type Own = Partial<Record<RuleName, number>>;
type Props = { scope: Scope; own: Own; locked: boolean };

function rowsOf(limits: ScopedLimit[]): Row[] {
  const rows = new Map<string, Row>();
  for (const limit of limits) {
    const { subject } = limit;
    const key = `${subject.kind}:${subject.id ?? subject.role ?? ""}`;
    const row = rows.get(key) ?? { key, subject, limits: new Map() };
    row.limits.set(limit.rule, limit);
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => ORDER[a.subject.kind] - ORDER[b.subject.kind]);
}

type CellProps = { scope: Scope; row: Row; rule: RuleName; locked: boolean; onOpen: (wanted: Wanted) => void };

function Cell({ scope, row, rule, locked, onOpen }: CellProps) {
  const t = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  const name = useSubjectName();
  const ruleName = useRuleName(scope);
  const limit = row.limits.get(rule);
  const text = limit ? <b className="num">{value(rule, limit.value)}</b> : <span className="muted">–</span>;
  if (locked) return text;
  const label = t(limit ? "change" : "set", { who: name(row.subject), rule: ruleName(rule) });
  return (
    <button type="button" className="limit-cell" title={label} aria-label={label} onClick={() => onOpen(limit ? { limit } : { subject: row.subject, rule })}>
      {text}
    </button>
  );
}

function Who({ subject }: { subject: LimitSubject }) {
  const t = useWords(LIMIT_WORDS);
  const name = useSubjectName();
  return (
    <span className="row wrap" style={{ gap: 6 }}>
      <span className="pill">{t(subject.kind)}</span>
      <b>{name(subject)}</b>
      {subject.kind === "department" && <span className="small muted">{t("withBelow")}</span>}
    </span>
  );
}

type ViewProps = { scope: Scope; rows: Row[]; rules: readonly RuleName[]; own: Own; locked: boolean; onOpen: (wanted: Wanted) => void };

function Grid({ scope, rows, rules, own, locked, onOpen }: ViewProps) {
  const t = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  const ruleName = useRuleName(scope);
  return (
    <table className={scope ? "limits-grid" : "limits-grid narrow"}>
      <thead>
        <tr>
          <th>{t("who")}</th>
          {rules.map((rule) => (
            <th key={rule}>{ruleName(rule)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr className="own">
          <th>{t(scope ? "everyone" : "everyoneCompany")}</th>
          {rules.map((rule) => (
            <td key={rule} className="num">{own[rule] === undefined ? "–" : value(rule, own[rule])}</td>
          ))}
        </tr>
        {rows.map((row) => (
          <tr key={row.key} data-testid="limit-row">
            <th>
              <Who subject={row.subject} />
            </th>
            {rules.map((rule) => (
              <td key={rule}>
                <Cell scope={scope} row={row} rule={rule} locked={locked} onOpen={onOpen} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** On a phone: what differs, one under the other; what doesn't can be set by "add". */
function Cards({ scope, rows, rules, locked, onOpen }: ViewProps) {
  const ruleName = useRuleName(scope);
  return (
    <div className="cards">
      {rows.map((row) => (
        <div key={row.key} className="card" style={{ display: "block" }} data-testid="limit-row">
          <Who subject={row.subject} />
          {rules
            .filter((rule) => row.limits.has(rule))
            .map((rule) => (
              <div className="row between" key={rule} style={{ minHeight: 36 }}>
                <span className="soft">{ruleName(rule)}</span>
                <Cell scope={scope} row={row} rule={rule} locked={locked} onOpen={onOpen} />
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}

export function ScopedLimits({ scope, own, locked }: Props) {
  const t = useWords(LIMIT_WORDS);
  const phone = usePhone();
  const query = useQuery(limitsQuery(scope));
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const rows = rowsOf(query.data ?? []);
  const view: ViewProps = { scope, rows, rules: scope ? RULES : COMPANY_RULES, own, locked, onOpen: setWanted };
  return (
    <section className="panel" style={{ marginBottom: 16 }}>
      <header>
        <h2>{t(scope ? "scoped" : "scopedCompanyTitle")}</h2>
        {!locked && (
          <Button className="acts" icon={<PlusOutlined />} onClick={() => setWanted({})} data-testid="add-limit">
            {t("addLimit")}
          </Button>
        )}
      </header>
      <div className="body">
        <p className="soft small" style={{ lineHeight: 1.7 }}>{t(scope ? "scopedText" : "scopedCompany")}</p>
      </div>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <ListSkeleton rows={3} />
      ) : phone ? (
        <Cards {...view} />
      ) : (
        <div className="limits-scroll">
          <Grid {...view} />
        </div>
      )}
      {query.data && !rows.length && <p className="muted" style={{ padding: "4px 20px 18px" }}>{t(scope ? "none" : "noneCompany")}</p>}
      {wanted && (
        <Suspense fallback={null}>
          <LimitDialog scope={scope} wanted={wanted} onClose={() => setWanted(null)} />
        </Suspense>
      )}
    </section>
  );
}
