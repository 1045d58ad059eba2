/** Why a customer is out of circulation, in words: a reason of its pool, or one that the product gives itself. */
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";

import type { Customer } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { ARCHIVE_REASONS, useNames } from "../../shared/names";
import { poolQuery } from "../pools/api";
import { WORDS } from "./words";

export function ArchivedBecause({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const name = useNames();
  const words = useServerWords();
  const pool = useQuery(poolQuery(customer.pool.id));
  const code = customer.archived_reason;
  const reason = pool.data?.return_reasons.find((each) => each.code === code);
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      title={t("archivedBecause", { reason: reason ? words(reason) : name(ARCHIVE_REASONS, code) })}
    />
  );
}
