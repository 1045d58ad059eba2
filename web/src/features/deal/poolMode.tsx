/** What a pool's mode changes of its page: the panel above the list, and what a row and a selection offer instead of claiming. */
import { Button } from "antd";
import type { ReactNode } from "react";

import type { CustomerRow, MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { currentDraw, useDraws } from "./api";
import { DrawPanel } from "./DrawPanel";
import { NextBest } from "./NextBest";
import { useWishes, type Wishes } from "./useWishes";
import { WORDS } from "./words";

export type PoolMode = {
  /** Null: people choose from the list and claim. */
  panel: ReactNode;
  act?: (row: CustomerRow) => ReactNode;
  selected?: (rows: CustomerRow[], done: () => void) => ReactNode;
};

function WishButton({ row, wishes }: { row: CustomerRow; wishes: Wishes }) {
  const t = useWords(WORDS);
  const place = wishes.draw?.my_wishes.findIndex((wish) => wish.customer.id === row.id) ?? -1;
  if (place >= 0) return <span className="pill sea">{t("wished", { n: place + 1 })}</span>;
  return (
    <Button type="primary" ghost size="small" onClick={() => wishes.add([row])} data-testid="wish">
      {t("wish")}
    </Button>
  );
}

function useDrawMode(pool: MyPool, draws: boolean): PoolMode {
  const t = useWords(WORDS);
  const found = useDraws(pool.id, draws);
  const current = currentDraw(found.data ?? []);
  const wishes = useWishes(current?.id);
  const taking = wishes.open && pool.rights.claim;
  return {
    panel: <DrawPanel pool={pool} current={current} wishes={wishes} />,
    act: (row) => (taking ? <WishButton row={row} wishes={wishes} /> : null),
    selected: taking
      ? (rows, done) => (
          <Button type="primary" onClick={() => (wishes.add(rows), done())} data-testid="wish-selected">
            {t("wishSelected")}
          </Button>
        )
      : undefined,
  };
}

export function usePoolMode(pool: MyPool): PoolMode {
  const draw = useDrawMode(pool, pool.mode === "draw");
  if (pool.mode === "draw") return draw;
  if (pool.mode === "next_best") return { panel: <NextBest pool={pool} />, act: () => null };
  return { panel: null };
}
