/** When this pool is open for claiming, and if it isn't now, when it is next. */
import { useQuery } from "@tanstack/react-query";

import type { MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import { poolQuery } from "./api";
import { useClaimGate } from "./claimGate";
import { useWindowsText } from "./windows";
import { WORDS } from "./words";
import "./pools.css";

export function ClaimHours({ pool }: { pool: MyPool }) {
  const t = useWords(WORDS);
  const text = useWindowsText();
  const { data } = useQuery(poolQuery(pool.id));
  const { closed } = useClaimGate(pool);
  if (!data?.claim_windows.length || !pool.rights.claim) return null;
  const hours = text(data.claim_windows);
  return (
    <span className={closed ? "hours closed" : "hours"} data-testid="claim-hours">
      {!closed ? t("hours", { hours }) : closed.until ? t("hoursClosed", { hours, when: dateTime(closed.until) }) : t("hoursNever", { hours })}
    </span>
  );
}
