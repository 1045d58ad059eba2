/** One customer that falls soon: who it is, how long it stays, and what can be done about it right here. */
import { Button } from "antd";
import { Link } from "react-router";

import type { CustomerRow } from "../../api";
import { CountdownChip } from "../../shared/Countdown";
import { useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { CallButton } from "../customers/Phones";
import { useDialogs } from "../moves/Dialogs";
import { WORDS as MOVES } from "../moves/words";
import { useWaiting } from "../requests/api";
import { WORDS as REQUESTS } from "../requests/words";
import { useForWhom } from "../tasks/forWhom";
import "../tasks/tasks.css";
import { WORDS } from "./words";

/** `theirs`: of somebody whom the reader leads, so it can be passed on; else to be followed up, one's own or for
 * somebody one acts for. */
export function FallingLine({ row, theirs, mayPass }: { row: CustomerRow; theirs?: boolean; mayPass?: boolean }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const dialogs = useDialogs();
  const r = useWords(REQUESTS);
  const m = useWords(MOVES);
  const target = { customers: [row], count: "1", byManager: true };
  const mark = useForWhom()(row.owner);
  const waiting = useWaiting("extension", !theirs).get(row.id);
  return (
    <div className="soon" data-testid="falling">
      <div className="grow">
        <Link to={`/customers/${row.id}`} className="clip" style={{ fontWeight: 600, display: "block" }}>
          {row.name}
        </Link>
        <div className="small muted clip">
          {mark && !theirs && <span className="pill sand for-whom">{mark}</span>}
          {[row.level, row.stage, row.source, row.region].filter(Boolean).join(" · ")}
        </div>
      </div>
      <CountdownChip customerId={row.id} poolId={row.pool.id} countdown={row.countdown} />
      {theirs ? (
        mayPass && (
          <span className="row">
            {!row.countdown?.held_by && <Button type="text" onClick={() => dialogs.move("protect", target)}>{m("protect")}</Button>}
            <Button onClick={() => dialogs.move("transfer", target)}>{t("pass")}</Button>
          </span>
        )
      ) : (
        <span className="row">
          {phone && <CallButton phones={row.phones} />}
          {waiting ? (
            <Link to={`/requests?box=mine&id=${waiting}`} className="pill sand">
              {r("extendWaiting")}
            </Link>
          ) : (
            !mark && <Button type="text" onClick={() => dialogs.ask("extension", row)}>{t("extend")}</Button>
          )}
          <Button onClick={() => dialogs.followUp(row)}>{t("followUp")}</Button>
        </span>
      )}
    </div>
  );
}
