/** A cap below what people hold by now: says who that is and asks whether it is meant. */
import { App } from "antd";

import { Problem } from "../../../api";
import { useLocale, useWords } from "../../../shared/i18n";
import { LIMIT_WORDS } from "./words";

type Holder = { id: string; name: string; held: number };

export const isOverCap = (error: unknown): error is Problem => error instanceof Problem && error.code === "cap_below_holdings";

/** True where the error was that; `again` is called on a yes. */
export function useOverCap(): (error: unknown, again: () => void) => boolean {
  const t = useWords(LIMIT_WORDS);
  const zh = useLocale() === "zh-CN";
  const { modal } = App.useApp();
  return (error, again) => {
    if (!isOverCap(error)) return false;
    const { over, limit, people } = error.data as { over: number; limit: number; people: Holder[] };
    const named = people.map((each) => t("overCapPerson", { name: each.name, held: each.held })).join(zh ? "、" : ", ");
    const told = over > people.length ? `${named} ${t("overCapMore")}` : named;
    modal.confirm({
      title: t("overCapTitle"),
      content: (
        <div data-testid="over-cap">
          <p>{t(over === 1 ? "overCapOne" : "overCapText", { n: over, limit, people: told })}</p>
          <p className="soft" style={{ marginTop: 8 }}>{t("overCapThen")}</p>
        </div>
      ),
      okText: t("overCapOk"),
      cancelText: t("cancel"),
      onOk: again,
    });
    return true;
  };
}
