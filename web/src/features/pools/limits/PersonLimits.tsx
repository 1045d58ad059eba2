/** One person's limits in each pool: what is used, and why the numbers are what they are. For who looks after them. */
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select } from "antd";
import { lazy, Suspense, useState } from "react";

import type { LimitOf, MyPool, Ref } from "../../../api";
import { useLocale, useWords } from "../../../shared/i18n";
import { byText } from "../../../shared/limitBy";
import { ListSkeleton } from "../../../shared/ListSkeleton";
import { useCurrentPool, useMe } from "../../../shared/me";
import { usePhone } from "../../../shared/screen";
import { ErrorState } from "../../../shared/States";
import { limitsOfQuery } from "./api";
import { Ladder, useWhyTitle } from "./Ladder";
import { useLimitValue } from "./rules";
import { LIMIT_WORDS } from "./words";

const OverrideDialog = lazy(() => import("./OverrideDialog"));

function Line({ item }: { item: LimitOf }) {
  const t = useWords(LIMIT_WORDS);
  const locale = useLocale();
  const value = useLimitValue();
  const why = useWhyTitle()(item);
  const limit = value(item.rule, item.value);
  return (
    <div style={{ padding: "10px 0", borderTop: "1px solid var(--line)" }} data-testid={`limit-of-${item.rule}`}>
      <div className="row between">
        <b>{t(item.rule)}</b>
        <span className="num">{item.used === null ? limit : `${item.used}/${limit}`}</span>
      </div>
      {why ? (
        <>
          <div className="small soft" style={{ marginTop: 4 }}>{why}</div>
          <Ladder item={item} />
        </>
      ) : (
        <div className="small muted">{byText(item.by, locale)}</div>
      )}
    </div>
  );
}

function InPool({ pool, person }: { pool: MyPool; person: Ref }) {
  const t = useWords(LIMIT_WORDS);
  const query = useQuery(limitsOfQuery(pool.id, person.id));
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <ListSkeleton rows={5} />;
  return (
    <>
      {query.data.exempt && <p className="soft" style={{ marginBottom: 10 }}>{t("exempt", { name: person.name })}</p>}
      {query.data.items.map((item) => (
        <Line key={item.rule} item={item} />
      ))}
    </>
  );
}

export default function PersonLimits({ person, poolId: first, onClose }: { person: Ref; poolId?: string; onClose: () => void }) {
  const t = useWords(LIMIT_WORDS);
  const me = useMe();
  const phone = usePhone();
  const current = useCurrentPool();
  const [poolId, setPoolId] = useState(first ?? current?.id);
  const [granting, setGranting] = useState(false);
  const pool = me.pools.find((each) => each.id === poolId);
  return (
    <Drawer
      open
      size={phone ? "100%" : 460}
      title={t("limitsTitle", { name: person.name })}
      onClose={onClose}
      extra={
        pool?.rights.admin && (
          <Button size="small" onClick={() => setGranting(true)} data-testid="grant-override">
            {t("overrides")}
          </Button>
        )
      }
      data-testid="person-limits"
    >
      {me.pools.length > 1 && <Select value={poolId} onChange={setPoolId} options={me.pools.map((each) => ({ value: each.id, label: each.name }))} style={{ width: "100%", marginBottom: 12 }} />}
      {pool && <InPool key={pool.id} pool={pool} person={person} />}
      {granting && pool && (
        <Suspense fallback={null}>
          <OverrideDialog scope={pool.id} person={person} onClose={() => setGranting(false)} />
        </Suspense>
      )}
    </Drawer>
  );
}
