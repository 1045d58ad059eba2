/** How a request looks in the table and on a phone: who, which customer, the clock that comes along, the outcome. */
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Request } from "../../api";
import { useNow } from "../../shared/clock";
import { CountdownChip, toneOf } from "../../shared/Countdown";
import type { Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { TIMERS, useNames } from "../../shared/names";
import { dateTime, relative } from "../../shared/time";
import { REQUEST_WORDS } from "./requestWords";
import { WORDS } from "./words";

export type Box = "to_decide" | "mine";

const STATES = {
  open: ["openState", "pill sand"],
  accepted: ["accepted", "pill sea"],
  declined: ["declined", "pill bad"],
  withdrawn: ["withdrawn", "pill"],
  lapsed: ["lapsed", "pill"],
} as const;

function When({ at }: { at: string }) {
  const now = useNow();
  return (
    <Tooltip title={dateTime(at)}>
      <span className="nowrap">{relative(at, now)}</span>
    </Tooltip>
  );
}

/** The receiver can't open the customer yet, so the chip is plain: no why card behind it. */
function ComingClock({ request }: { request: Request }) {
  const r = useWords(REQUEST_WORDS);
  const name = useNames();
  const now = useNow();
  const clock = request.countdown;
  if (!clock) return <span className="muted">{r("noClock")}</span>;
  const tone = toneOf(new Date(clock.effective).getTime() - now);
  return (
    <Tooltip title={`${dateTime(clock.effective)} · ${r("clockTip")}`}>
      <span className={`chip ${tone}`} style={{ cursor: "default" }}>
        {r("due", { when: relative(clock.effective, now) })}
        <span className="what">· {name(TIMERS, clock.timer)}</span>
      </span>
    </Tooltip>
  );
}

function Clock({ request, box }: { request: Request; box: Box }) {
  if (box === "to_decide") return <ComingClock request={request} />;
  return request.state === "open" ? <CountdownChip customerId={request.customer.id} countdown={request.countdown} /> : <span className="muted">–</span>;
}

function Customer({ request, box }: { request: Request; box: Box }) {
  const { id, name } = request.customer;
  const mine = box === "mine" && request.state !== "accepted";
  return mine ? (
    <Link to={`/customers/${id}`} style={{ fontWeight: 600 }}>
      {name}
    </Link>
  ) : (
    <b style={{ fontWeight: 600 }}>{name}</b>
  );
}

function State({ request }: { request: Request }) {
  const t = useWords(WORDS);
  const r = useWords(REQUEST_WORDS);
  const now = useNow();
  const [word, className] = STATES[request.state];
  return (
    <span className="row wrap" style={{ gap: 6 }}>
      <span className={className}>{t(word)}</span>
      {request.state === "open" ? (
        <span className="muted small">{r("lapses", { when: relative(request.lapses_at, now) })}</span>
      ) : (
        request.decided_at && <span className="muted small">{relative(request.decided_at, now)}</span>
      )}
      {request.answer && (
        <Tooltip title={request.answer}>
          <span className="small soft clip" style={{ maxWidth: 220 }}>
            {r("answer", { text: request.answer })}
          </span>
        </Tooltip>
      )}
    </span>
  );
}

export function useRequestColumns(box: Box, buttons: (request: Request) => ReactNode): Column<Request>[] {
  const r = useWords(REQUEST_WORDS);
  const mine = box === "mine";
  const all: (Column<Request> | false)[] = [
    { key: "customer", title: r("customer"), width: 250, render: (request) => <Customer request={request} box={box} /> },
    { key: "who", title: r(mine ? "to" : "from"), width: 110, render: (request) => (mine ? request.decider : request.asked_by).name },
    { key: "note", title: r("note"), render: (request) => request.note || <span className="muted">–</span> },
    { key: "clock", title: r(mine ? "clockMine" : "clock"), width: 200, render: (request) => <Clock request={request} box={box} /> },
    { key: "asked", title: r("asked"), width: 110, render: (request) => <When at={request.asked_at} /> },
    mine && { key: "state", title: r("state"), width: 260, render: (request) => <State request={request} /> },
    { key: "act", title: "", width: mine ? 90 : 170, align: "right", render: buttons },
  ];
  return all.filter((column) => column !== false);
}

export function RequestCard({ request, box, buttons }: { request: Request; box: Box; buttons: ReactNode }) {
  const t = useWords(WORDS);
  const r = useWords(REQUEST_WORDS);
  const mine = box === "mine";
  return (
    <div className="card">
      <div className="title" style={{ fontWeight: 400 }}>
        {t(mine ? "sentTo" : "asks", { name: request.asked_by.name, customer: request.customer.name, to: request.decider.name })}
      </div>
      <span className="small muted">
        <When at={request.asked_at} />
      </span>
      {request.note && <div className="meta soft">“{request.note}”</div>}
      <div className="meta" style={{ alignItems: "center" }}>
        {(!mine || request.state === "open") && <Clock request={request} box={box} />}
        {!mine && request.countdown && (
          <span className="small">
            {r("clockShort")}
          </span>
        )}
        {mine && <State request={request} />}
      </div>
      {buttons && <div className="acts">{buttons}</div>}
    </div>
  );
}
