/** The way to a pooled customer's contact details before it is claimed, with what is left of the day's quota. */
import { EyeOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";

import type { CustomerRow } from "../../api";
import { useWords } from "../../shared/i18n";
import { Phones } from "../customers/Phones";
import { inClear, useReveal } from "./useReveal";
import { WORDS } from "./words";

type Props = { customer: Pick<CustomerRow, "id" | "state" | "masked" | "pool"> };

/** On the customer's page. What was revealed already today can be revealed again for nothing, so it stays enabled. */
export function RevealButton({ customer }: Props) {
  const t = useWords(WORDS);
  const { revealed, left, offered, reveal, pending } = useReveal(customer);
  if (!offered) return null;
  const rest = left ? t("left", { n: left }) : t("usedUp");
  if (revealed) {
    return (
      <span className="small muted" style={{ alignSelf: "center" }} data-testid="revealed">
        {t("revealed")} · {rest}
      </span>
    );
  }
  return (
    <Button icon={<EyeOutlined />} loading={pending} onClick={reveal} data-testid="reveal">
      {t("reveal")} <span className="muted small num">{rest}</span>
    </Button>
  );
}

/** In a list: the number, and an eye beside it while it is masked. */
export function RowPhones({ row }: { row: CustomerRow }) {
  const t = useWords(WORDS);
  const { revealed, left, offered, reveal, pending } = useReveal(row);
  const asked = offered && !revealed && row.masked.includes("phones") && row.phones.length > 0;
  return (
    <span className="row nowrap" style={{ gap: 2, display: "inline-flex" }}>
      <Phones phones={inClear(row, revealed).phones} />
      {asked && (
        <Tooltip title={t("tip", { n: left })}>
          <Button type="text" size="small" icon={<EyeOutlined />} loading={pending} onClick={reveal} aria-label={t("see")} data-testid="reveal" />
        </Tooltip>
      )}
    </span>
  );
}
