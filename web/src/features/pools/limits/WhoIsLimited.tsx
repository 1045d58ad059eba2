/** 谁适用哪条: a pool's people with the limit of each rule and what sets it; a click says why. For who looks after them. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import { api, ok, type Pool, type PersonWithLimits, type Ref } from "../../../api";
import { DataList, type Column } from "../../../shared/DataList";
import { useLocale, useWords } from "../../../shared/i18n";
import { byText } from "../../../shared/limitBy";
import { useMe } from "../../../shared/me";
import { usePages } from "../../../shared/pages";
import { usePhone } from "../../../shared/screen";
import { EmptyState } from "../../../shared/States";
import { DepartmentSelect } from "../../people/DepartmentSelect";
import { RULES, useLimitValue } from "./rules";
import { LIMIT_WORDS } from "./words";

const PersonLimits = lazy(() => import("./PersonLimits"));
type Held = PersonWithLimits["limits"][number];

function Limit({ held }: { held: Held | undefined }) {
  const locale = useLocale();
  const value = useLimitValue();
  if (!held) return null;
  const own = held.by.kind === "pool" || held.by.kind === "company";
  return (
    <span className={own ? "muted" : ""}>
      <span className="num">{value(held.rule, held.value)}</span>
      {!own && <div className="small soft clip" title={byText(held.by, locale)}>{byText(held.by, locale)}</div>}
    </span>
  );
}

function Card({ row, onOpen }: { row: PersonWithLimits; onOpen: (person: Ref) => void }) {
  const t = useWords(LIMIT_WORDS);
  return (
    <div className="card">
      <Button type="link" style={{ padding: 0, justifyContent: "flex-start" }} onClick={() => onOpen(row.person)}>
        {row.person.name}
      </Button>
      <span className="soft small">{row.department?.name}</span>
      {row.limits.map((held) => (
        <div key={held.rule} className="row between" style={{ alignItems: "flex-start" }}>
          <span className="soft">{t(held.rule)}</span>
          <Limit held={held} />
        </div>
      ))}
    </div>
  );
}

export function WhoIsLimited({ pool }: { pool: Pool }) {
  const t = useWords(LIMIT_WORDS);
  const me = useMe();
  const phone = usePhone();
  const [department, setDepartment] = useState<string>();
  const [opened, setOpened] = useState<Ref | null>(null);
  const pages = usePages<PersonWithLimits>(["limits", pool.id, "people", department], (after) =>
    ok(api.GET("/api/v1/pools/{pool_id}/limits/people", { params: { path: { pool_id: pool.id }, query: { department_id: department, limit: 50, after } } })),
  );
  const rules: Held["rule"][] = [...RULES, ...(pages.rows[0]?.limits.some((held) => held.rule === "company_cap") ? (["company_cap"] as const) : [])];
  const columns: Column<PersonWithLimits>[] = [
    {
      key: "person", title: t("person"), width: 150,
      render: (row) => (
        <Button type="link" style={{ padding: 0 }} title={t("whyOfPerson")} onClick={() => setOpened(row.person)}>
          {row.person.name}
        </Button>
      ),
    },
    { key: "department", title: t("department"), width: 120, render: (row) => row.department?.name ?? "–" },
    ...rules.map((rule): Column<PersonWithLimits> => ({ key: rule, title: t(rule), width: 140, render: (row) => <Limit held={row.limits.find((held) => held.rule === rule)} /> })),
  ];
  return (
    <section className="panel" style={{ marginTop: 16 }} data-testid="who-is-limited">
      <header>
        <h2>{t("whoTitle")}</h2>
      </header>
      <p className="soft" style={{ margin: "0 16px 12px" }}>{t("whoHint")}</p>
      <div className="filters">
        <DepartmentSelect value={department} onChange={setDepartment} allowClear placeholder={t("wholeCompany")} style={{ minWidth: 200 }} />
        <span className="total" />
      </div>
      <DataList columns={columns} pages={pages} rowKey={(row) => row.person.id} card={(row) => <Card row={row} onOpen={setOpened} />} empty={<EmptyState title={t("whoNobody")} />} minWidth={phone ? undefined : 1080} density="compact" />
      {opened && me.pools.some((each) => each.id === pool.id) && (
        <Suspense fallback={null}>
          <PersonLimits person={opened} poolId={pool.id} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </section>
  );
}
