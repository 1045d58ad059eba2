/** The button that claims one customer, or what stands in its place: it is mine, gone, frozen, or asked for. */
import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { CustomerRow } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime, nearTime } from "../../shared/time";
import type { Claim } from "../moves/useClaim";
import type { Gate } from "./claimGate";
import { WORDS } from "./words";

export type Claiming = { claims: Record<string, Claim>; claim: (row: CustomerRow) => void; may: boolean; gate: Gate; act?: (row: CustomerRow) => ReactNode };
type Props = { row: CustomerRow; claiming: Claiming; block?: boolean };

/** Until when nobody can claim it. */
export function FrozenPill({ row, claiming }: Props) {
  const t = useWords(WORDS);
  const until = claiming.gate.frozen(row);
  if (!until) return null;
  return (
    <Tooltip title={t("frozenTip")}>
      <span className="pill" data-testid="frozen">{t("frozen", { until: nearTime(until) })}</span>
    </Tooltip>
  );
}

export function ClaimButton({ row, claiming, block }: Props) {
  const t = useWords(WORDS);
  const state = claiming.claims[row.id];
  const size = block ? "middle" : "small";
  if (state?.state === "mine") {
    return (
      <Link to={`/customers/${row.id}`}>
        <Button size={size}>{t("openIt")}</Button>
      </Link>
    );
  }
  if (state?.state === "gone") return <span className="pill clip" title={state.text} style={{ maxWidth: block ? "100%" : 138, verticalAlign: "middle" }}>{state.text}</span>;
  const { gate } = claiming;
  const asked = state?.state === "asked" ? state.request : gate.asked(row.id);
  if (asked) {
    return (
      <Link to={`/requests?box=mine&id=${asked}`} className="pill sand" title={t("askedTip")} data-testid="claim-asked">
        {t("asked")}
      </Link>
    );
  }
  if (claiming.act) return <>{claiming.act(row)}</>;
  if (!claiming.may) return null;
  const frozen = gate.frozen(row);
  // Closed hours only explain: the clock here may be behind, and the server says when it opens.
  const tip = frozen ? t("frozenUntil", { until: dateTime(frozen) }) : gate.closed ? (gate.closed.until ? t("closedTip", { when: dateTime(gate.closed.until) }) : t("closedNever")) : "";
  return (
    <Tooltip title={tip}>
      <Button type={gate.closed ? "default" : "primary"} ghost={!gate.closed} disabled={frozen !== null} size={size} onClick={() => claiming.claim(row)} data-testid="claim">
        {t("claim")}
      </Button>
    </Tooltip>
  );
}
