/** Earned quota, pool by pool: what conversion earns on the next day; admins set it up. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import type { Earned } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useCan } from "../../shared/me";
import { ErrorState } from "../../shared/States";
import { day } from "../../shared/time";
import { earnedQuery } from "./api";
import { WORDS } from "./words";

const EarnedDrawer = lazy(() => import("./EarnedDrawer"));

function PoolRow({ earned, may, onEdit }: { earned: Earned; may: boolean; onEdit: () => void }) {
  const t = useWords(WORDS);
  const { rule } = earned;
  return (
    <tr className={rule.on ? undefined : "off"} data-testid="earned-rule">
      <th scope="row">{earned.pool.name}</th>
      <td className="what">
        {rule.on ? (
          <>
            <div>
              {t(`limit_${rule.limit}`)} · {t("earnedLine", { days: rule.days, last: rule.last, least: rule.least, counts: t(`counts_${rule.counts}`) })}
            </div>
            <div className="row wrap num">
              {rule.steps.map((step) => (
                <span key={step.percent} className="pill sea">
                  {t("stepLine", { percent: step.percent, add: step.add })}
                </span>
              ))}
              <span className="muted small">
                {t("upTo", { most: rule.most })}
                {earned.granted_for && ` · ${t("grantedFor", { day: day(earned.granted_for) })}`}
              </span>
            </div>
          </>
        ) : (
          <span className="pill">{t("off")}</span>
        )}
      </td>
      <td className="n">
        {may && (
          <Button size="small" onClick={onEdit} data-testid="set-up-earned">
            {t("setUp")}
          </Button>
        )}
      </td>
    </tr>
  );
}

export function EarnedTab() {
  const t = useWords(WORDS);
  const may = useCan()("incentives.edit");
  const [editing, setEditing] = useState<Earned | null>(null);
  const { data, error, refetch } = useQuery(earnedQuery);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <ListSkeleton rows={4} />;
  return (
    <div className="board">
      <p className="soft small say">{t("earnedSays")}</p>
      <table className="rule-table">
        <thead>
          <tr>
            <th>{t("pool")}</th>
            <th>{t("earnedRule")}</th>
            <th className="n" />
          </tr>
        </thead>
        <tbody>
          {data.map((earned) => (
            <PoolRow key={earned.pool.id} earned={earned} may={may} onEdit={() => setEditing(earned)} />
          ))}
        </tbody>
      </table>
      {editing && (
        <Suspense fallback={null}>
          <EarnedDrawer earned={editing} onClose={() => setEditing(null)} />
        </Suspense>
      )}
    </div>
  );
}
