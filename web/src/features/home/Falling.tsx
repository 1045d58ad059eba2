/** 快掉公海的客户: one's own that go back within a few days, soonest first. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { Link } from "react-router";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { AHEAD, fallingQuery, useAhead, type Ahead } from "./api";
import { FallingLine } from "./FallingLine";
import { WORDS } from "./words";

const SHOWN = 8;

/** How far ahead a list looks. */
export function AheadSwitch({ value, onChange }: { value: Ahead; onChange: (days: Ahead) => void }) {
  const t = useWords(WORDS);
  return <Segmented size="small" value={value} options={AHEAD.map((days) => ({ value: days, label: t("days", { n: days }) }))} onChange={onChange} />;
}

function Begin() {
  const t = useWords(WORDS);
  const can = useCan();
  return (
    <section className="panel">
      <EmptyState title={t("begin")} text={t("beginText")}>
        <Link to="/pool">
          <Button type="primary">{t("toPool")}</Button>
        </Link>
        {can("customers.create") && (
          <Link to="/customers?create=1">
            <Button>{t("create")}</Button>
          </Link>
        )}
      </EmptyState>
    </section>
  );
}

/** The same of those one acts for: deputies follow up, but neither lock nor ask for time. Nothing while nothing falls. */
export function ActingFalling() {
  const t = useWords(WORDS);
  const [days] = useAhead();
  const { data } = useQuery(fallingQuery("acting_for", days, SHOWN));
  if (!data?.total) return null;
  return (
    <section className="panel" data-testid="falling-acting">
      <header>
        <h2>
          {t("soonActing")} <span className="num muted">{data.total}</span>
        </h2>
      </header>
      <div style={{ paddingTop: 8 }}>
        {data.items.map((row) => (
          <FallingLine key={row.id} row={row} />
        ))}
        <div className="soon small">
          <Link to="/customers?scope=acting_for&sort=countdown">{data.total > data.items.length ? t("allN", { n: data.total }) : t("allActing")}</Link>
        </div>
      </div>
    </section>
  );
}

export function Falling() {
  const t = useWords(WORDS);
  const me = useMe();
  const [days, setDays] = useAhead();
  const query = useQuery(fallingQuery("mine", days, SHOWN));
  const owns = me.pools.some((pool) => pool.limits.holding_cap.used > 0);
  if (query.isPending) return <section className="panel"><ListSkeleton rows={6} /></section>;
  if (query.isError) return <section className="panel"><ErrorState error={query.error} retry={() => void query.refetch()} /></section>;
  const { items, total } = query.data;
  if (!total && !owns) return <Begin />;
  return (
    <section className="panel">
      <header>
        <h2>
          {t("soon")} {total > 0 && <span className="num muted">{total}</span>}
        </h2>
        <span className="acts row">
          <AheadSwitch value={days} onChange={setDays} />
        </span>
      </header>
      <div style={{ paddingTop: 8 }}>
        {items.map((row) => (
          <FallingLine key={row.id} row={row} />
        ))}
        {!total && <p className="muted" style={{ padding: "14px 20px 20px" }}>{t("calm", { n: days })}</p>}
        {total > 0 && (
          <div className="soon small">
            <Link to="/customers?sort=countdown">{total > items.length ? t("allN", { n: total }) : t("all")}</Link>
          </div>
        )}
      </div>
    </section>
  );
}
