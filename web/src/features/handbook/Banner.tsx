/** On every page while the company asks to confirm a changed handbook: a line that leads there and holds nothing up. */
import { Alert, Button } from "antd";
import { useLocation, useNavigate } from "react-router";

import { useLocale, useWords } from "../../shared/i18n";
import { useHandbooks } from "./api";
import { WORDS } from "./words";

export default function HandbookBanner() {
  const t = useWords(WORDS);
  const zh = useLocale() === "zh-CN";
  const navigate = useNavigate();
  const reading = useLocation().pathname.startsWith("/handbook");
  const { data } = useHandbooks();
  const open = data?.filter((book) => book.must_acknowledge) ?? [];
  const first = open[0];
  if (!first || reading) return null;
  const pools = open.map((book) => (zh ? `「${book.pool.name}」` : book.pool.name)).join(zh ? "" : ", ");
  return (
    <Alert
      className="no-print"
      type="warning"
      showIcon
      banner
      title={t("toConfirmPools", { pools })}
      action={
        <Button size="small" onClick={() => void navigate(`/handbook/${first.pool.id}`)} data-testid="read-handbook">
          {t("read")}
        </Button>
      }
    />
  );
}
