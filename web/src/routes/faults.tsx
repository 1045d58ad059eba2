/** An address without a page, and a page that broke. */
import { Button } from "antd";
import { Link } from "react-router";

import { useWords, type Pair } from "../shared/i18n";
import { EmptyState } from "../shared/States";

const WORDS = {
  lost: ["没有这个页面", "There is no such page"],
  lostText: ["地址可能不完整，或页面已经搬走。", "The address may be incomplete, or the page has moved."],
  home: ["回到工作台", "Back to home"],
  broken: ["页面出错了", "This page broke"],
  brokenText: ["你的数据没有受影响。刷新页面通常就好；如果刚升级过系统，请刷新一次。", "Your data is not affected. Reloading usually helps, above all right after an upgrade."],
  reload: ["刷新", "Reload"],
} as const satisfies Record<string, Pair>;

export function Lost() {
  const t = useWords(WORDS);
  return (
    <EmptyState title={t("lost")} text={t("lostText")}>
      <Link to="/">
        <Button type="primary">{t("home")}</Button>
      </Link>
    </EmptyState>
  );
}

export function RouteFault() {
  const t = useWords(WORDS);
  return (
    <EmptyState title={t("broken")} text={t("brokenText")}>
      <Button type="primary" onClick={() => window.location.reload()}>
        {t("reload")}
      </Button>
    </EmptyState>
  );
}
