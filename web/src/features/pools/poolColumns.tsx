/** How a pooled customer looks in the pool's table and on a phone. */
import { Tooltip } from "antd";
import { Link } from "react-router";

import type { CustomerRow } from "../../api";
import { useNow } from "../../shared/clock";
import type { Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { useFieldRights } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { dateTime, daysSince } from "../../shared/time";
import { CustomerName, Tags } from "../customers/Name";
import { RowPhones } from "../reveals/RevealButton";
import { ClaimButton, FrozenPill, type Claiming } from "./ClaimButton";
import { WORDS } from "./words";

function History({ row }: { row: CustomerRow }) {
  const t = useWords(WORDS);
  if (row.fresh) {
    return (
      <Tooltip title={t("freshTip")}>
        <span className="pill sea">{t("fresh")}</span>
      </Tooltip>
    );
  }
  return <span className="pill sand">{row.recycle_count > 0 ? t("recycledTimes", { n: row.recycle_count }) : t("returned")}</span>;
}

function DaysIn({ at }: { at: string | null }) {
  const t = useWords(WORDS);
  const now = useNow();
  if (!at) return <>–</>;
  const days = daysSince(at, now);
  return (
    <Tooltip title={dateTime(at)}>
      <span className="num">{days ? t("days", { n: days }) : t("today")}</span>
    </Tooltip>
  );
}

function InPool({ row, claiming }: { row: CustomerRow; claiming: Claiming }) {
  return (
    <>
      <DaysIn at={row.entered_pool_at} />
      <div>
        <FrozenPill row={row} claiming={claiming} />
      </div>
    </>
  );
}

export function usePoolColumns(claiming: Claiming): Column<CustomerRow>[] {
  const t = useWords(WORDS);
  const name = useNames();
  const { sees } = useFieldRights();
  const text = (key: "level" | "source" | "region" | "industry", width: number): Column<CustomerRow> => ({
    key,
    title: name(FIELDS, key),
    width,
    render: (row) => row[key] ?? <span className="muted">–</span>,
  });
  const columns: Column<CustomerRow>[] = [
    { key: "name", title: t("name"), width: 250, render: (row) => <CustomerName row={row} /> },
    text("level", 70),
    text("source", 110),
    text("industry", 120),
    text("region", 100),
    { key: "phone", title: t("phone"), width: 160, render: (row) => <RowPhones row={row} /> },
    { key: "days", title: t("daysIn"), width: claiming.gate.freezes ? 152 : 105, render: (row) => <InPool row={row} claiming={claiming} />, sort: "entered_pool_at" },
    { key: "history", title: t("history"), width: 122, render: (row) => <History row={row} /> },
    { key: "tags", title: name(FIELDS, "tags"), width: 170, render: (row) => <Tags tags={row.tags} /> },
    { key: "act", title: "", width: 132, align: "right", pinned: true, render: (row) => <ClaimButton row={row} claiming={claiming} /> },
  ];
  return columns.filter(({ key }) => sees(key === "phone" ? "phones" : key));
}

export function PoolCard({ row, claiming }: { row: CustomerRow; claiming: Claiming }) {
  const t = useWords(WORDS);
  return (
    <div className="card">
      <Link to={`/customers/${row.id}`} className="title">
        {row.name}
      </Link>
      <History row={row} />
      <div className="meta" style={{ gridColumn: 1 }}>
        {[row.level, row.source, row.industry, row.region].filter(Boolean).map((each) => (
          <span key={each}>{each}</span>
        ))}
        <RowPhones row={row} />
        <span>
          {t("daysIn")} <DaysIn at={row.entered_pool_at} />
        </span>
        <FrozenPill row={row} claiming={claiming} />
      </div>
      <div className="side-act">
        <ClaimButton row={row} claiming={claiming} block />
      </div>
    </div>
  );
}
