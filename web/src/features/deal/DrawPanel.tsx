/** The panel of a pool that draws: when, the seed's commitment, the reader's wishes, the last result. */
import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import type { Draw, MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { drawQuery, useDraws } from "./api";
import { CancelDraw } from "./CancelDraw";
import { DrawHead } from "./DrawHead";
import { PlanDialog } from "./PlanDialog";
import type { Wishes } from "./useWishes";
import { WORDS } from "./words";
import "./deal.css";

function WishList({ wishes }: { wishes: Wishes }) {
  const t = useWords(WORDS);
  const { draw, open, move, remove } = wishes;
  if (!draw) return null;
  const mine = draw.my_wishes;
  if (!mine.length) return open ? <p className="soft" style={{ marginTop: 10 }}>{t("wishesEmpty", { n: draw.most_wishes })}</p> : null;
  return (
    <div style={{ marginTop: 12 }} data-testid="wishes">
      <b>{t("wishes")}</b> <span className="small muted">{t("wishesHint", { used: mine.length, n: draw.most_wishes })}</span>
      <ol className="wishes">
        {mine.map(({ customer }, index) => (
          <li key={customer.id} data-testid="wish-line">
            <span className="place">{index + 1}</span>
            <Link to={`/customers/${customer.id}`} className="grow clip">
              {customer.name}
            </Link>
            {open && (
              <span className="acts">
                <Button type="text" icon={<ArrowUpOutlined />} aria-label={t("up")} disabled={index === 0} onClick={() => move(index, -1)} />
                <Button type="text" icon={<ArrowDownOutlined />} aria-label={t("down")} disabled={index === mine.length - 1} onClick={() => move(index, 1)} />
                <Button type="text" icon={<CloseOutlined />} aria-label={t("remove")} onClick={() => remove(index)} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function LastTime({ draw }: { draw: Draw }) {
  const t = useWords(WORDS);
  const { data } = useQuery(drawQuery(draw.id));
  const won = data?.my_wishes.filter((wish) => wish.outcome === "won").length ?? 0;
  const said = !data ? "" : !data.my_wishes.length ? t("notIn") : won ? t("wonN", { n: won }) : t("wonNone");
  return (
    <p className="row wrap" style={{ marginTop: 12 }} data-testid="last-draw">
      <span className="soft">{t("lastTime", { when: dateTime(draw.decided_at) })}</span> <b>{said}</b> <Link to={`/draws/${draw.id}`}>{t("details")}</Link>
    </p>
  );
}

export function DrawPanel({ pool, current, wishes }: { pool: MyPool; current: Draw | undefined; wishes: Wishes }) {
  const t = useWords(WORDS);
  const can = useCan();
  const draws = useDraws(pool.id);
  const [planning, setPlanning] = useState(false);
  if (draws.isError) return <ErrorState error={draws.error} retry={() => void draws.refetch()} />;
  if (!draws.data) return <Skeleton active style={{ padding: 20 }} paragraph={{ rows: 2 }} />;
  const mayPlan = pool.rights.admin && can("policy.publish");
  const last = draws.data.find((draw) => draw.state === "dealt");
  return (
    <div className="deal" data-testid="draw-panel">
      <p className="how">{t("drawHow")}</p>
      {current ? <DrawHead draw={wishes.draw ?? current} /> : <p className="soft">{t(mayPlan ? "noneAdmin" : "none")}</p>}
      {current && <WishList wishes={wishes} />}
      {last && <LastTime draw={last} />}
      {mayPlan && (
        <div className="row wrap" style={{ marginTop: 12 }}>
          <Button type={current ? "default" : "primary"} onClick={() => setPlanning(true)} data-testid="plan-draw">
            {t("plan")}
          </Button>
          {current?.may_cancel && <CancelDraw draw={current} />}
        </div>
      )}
      {planning && <PlanDialog pool={pool} onClose={() => setPlanning(false)} />}
    </div>
  );
}
