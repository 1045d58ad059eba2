/** The bar that selecting rows raises: how many, "all that match", and the batch moves. */
import { Button } from "antd";
import type { ReactNode } from "react";

import type { Total } from "../api";
import { useWords, type Pair } from "./i18n";
import { totalText } from "./pages";

const WORDS = {
  chosen: ["已选 {n} 个", "{n} selected"],
  allChosen: ["已选全部符合条件的 {n} 个", "All {n} that match are selected"],
  chooseAll: ["选中全部符合条件的 {n} 个", "Select all {n} that match"],
  clear: ["取消选择", "Clear"],
} as const satisfies Record<string, Pair>;

type Props = { ids: string[]; total: Total | undefined; all: boolean; onAll?: (all: boolean) => void; onClear: () => void; children: ReactNode };

export function SelectionBar({ ids, total, all, onAll, onClear, children }: Props) {
  const t = useWords(WORDS);
  if (!ids.length) return null;
  return (
    <div className="bulk" data-testid="bulk">
      <b className="num">{all ? t("allChosen", { n: totalText(total) }) : t("chosen", { n: ids.length })}</b>
      {onAll && !all && total && total.count > ids.length && (
        <Button type="link" size="small" onClick={() => onAll(true)}>
          {t("chooseAll", { n: totalText(total) })}
        </Button>
      )}
      <Button type="link" size="small" onClick={onClear}>
        {t("clear")}
      </Button>
      <span className="grow" />
      {children}
    </div>
  );
}
