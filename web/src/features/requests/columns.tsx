/** How a request looks in the table and on a phone: which kind, whose customer, what is asked, the clock, the outcome. */
import { Tooltip } from "antd";
import type { ReactNode } from "react";

import type { Request } from "../../api";
import { useNow } from "../../shared/clock";
import { toneOf, useLeft } from "../../shared/Countdown";
import type { Column } from "../../shared/DataList";
import { useLocale, useServerWords, useWords } from "../../shared/i18n";
import { MATCHED, TIMERS, useNames } from "../../shared/names";
import { dateTime, lastDay, relative } from "../../shared/time";
import type { Box } from "./api";
import { KINDS, WORDS } from "./words";

const PILLS = { open: "pill sand", accepted: "pill sea", declined: "pill bad", withdrawn: "pill", lapsed: "pill" } as const;

export function KindPill({ kind }: { kind: Request["kind"] }) {
  const k = useWords(KINDS);
  return <span className="pill">{k(kind)}</span>;
}

function When({ at }: { at: string }) {
  const now = useNow();
  return (
    <Tooltip title={dateTime(at)}>
      <span className="nowrap">{relative(at, now)}</span>
    </Tooltip>
  );
}

/** What is asked, as a sentence. */
export function useWhat(): (request: Request) => string {
  const t = useWords(WORDS);
  const words = useServerWords();
  const name = useNames();
  const decider = useDecider();
  const between = useLocale() === "zh-CN" ? "、" : ", ";
  return (request) =>
    t(`what_${request.kind}`, {
      to: decider(request),
      days: request.days ?? "",
      until: lastDay(request.until),
      reason: words(request.reason),
      rule: words(request.rule),
      matched: request.matched.map((kind) => name(MATCHED, kind)).join(between),
    });
}

export function useDecider(): (request: Request) => string {
  const t = useWords(WORDS);
  return ({ deciders, decider, pool }) => {
    if (deciders === "person") return decider?.name ?? "";
    if (deciders === "managers") return t("managers");
    return pool ? t("poolAdmins", { pool: pool.name }) : t("itsPoolAdmins");
  };
}

/** A decider may not see the customer yet, so the chip is plain: no why card behind it. */
export function Clock({ request, brief }: { request: Request; brief?: boolean }) {
  const name = useNames();
  const now = useNow();
  const left = useLeft();
  const clock = request.countdown;
  if (!clock) return <span className="muted">–</span>;
  const tone = toneOf(new Date(clock.effective).getTime() - now);
  return (
    <Tooltip title={`${dateTime(clock.effective)} · ${name(TIMERS, clock.timer)}`}>
      <span className={`chip ${tone}`} style={{ cursor: "default" }}>
        {left(Date.parse(clock.effective) - now)}
        {!brief && <span className="what">· {name(TIMERS, clock.timer)}</span>}
      </span>
    </Tooltip>
  );
}

export function State({ request }: { request: Request }) {
  const t = useWords(WORDS);
  const now = useNow();
  const { state, decided_at, decided_by } = request;
  return (
    <span className="row wrap" style={{ gap: 6 }}>
      <span className={PILLS[state]}>{t(state)}</span>
      {state === "open" && <span className="muted small">{t("lapses", { when: relative(request.lapses_at, now) })}</span>}
      {state !== "open" && decided_at && (
        <span className="muted small">{decided_by ? t("by", { name: decided_by.name, when: relative(decided_at, now) }) : relative(decided_at, now)}</span>
      )}
    </span>
  );
}

type Buttons = (request: Request) => ReactNode;

export function useRequestColumns(box: Box, onOpen: (request: Request) => void, buttons: Buttons): Column<Request>[] {
  const t = useWords(WORDS);
  const what = useWhat();
  const decider = useDecider();
  const name = (request: Request) => (
    <button type="button" className="plain clip" style={{ fontWeight: 600, color: "var(--sea)", textAlign: "left" }} onClick={() => onOpen(request)}>
      {request.subject}
    </button>
  );
  const all: (Column<Request> | false)[] = [
    { key: "kind", title: t("kind"), width: 106, render: (request) => <KindPill kind={request.kind} /> },
    { key: "customer", title: t("customer"), width: 200, render: name },
    { key: "what", title: t("what"), width: 230, render: (request) => <span title={request.note} style={{ whiteSpace: "normal" }}>{what(request)}</span> },
    box !== "mine" && { key: "from", title: t("from"), width: 100, render: (request) => request.asked_by?.name ?? t("cleaning") },
    box === "mine" && { key: "to", title: t("to"), width: 110, render: decider },
    box !== "decided" && { key: "clock", title: t("clock"), width: 120, render: (request) => <Clock request={request} brief /> },
    { key: "asked", title: t("asked"), width: 122, render: (request) => <When at={request.asked_at} /> },
    box !== "to_decide" && { key: "state", title: t("state"), width: 220, render: (request) => <State request={request} /> },
    box !== "decided" && { key: "act", title: "", width: box === "mine" ? 104 : 210, align: "right", pinned: true, render: buttons },
  ];
  return all.filter((column) => column !== false);
}

type CardProps = { request: Request; box: Box; onOpen: (request: Request) => void; buttons: ReactNode };

export function RequestCard({ request, box, onOpen, buttons }: CardProps) {
  const t = useWords(WORDS);
  const what = useWhat();
  return (
    <div className="card">
      <button type="button" className="plain title" style={{ textAlign: "left" }} onClick={() => onOpen(request)}>
        {request.subject}
      </button>
      <KindPill kind={request.kind} />
      <div className="meta soft">
        <span>{box === "mine" ? t("mine") : (request.asked_by?.name ?? t("cleaning"))}</span>
        <When at={request.asked_at} />
      </div>
      <div className="meta" style={{ color: "var(--ink)" }}>{what(request)}</div>
      {request.note && <div className="meta soft">{t("quoted", { note: request.note })}</div>}
      <div className="meta" style={{ alignItems: "center" }}>
        {request.countdown && <Clock request={request} />}
        {box !== "to_decide" && <State request={request} />}
      </div>
      {buttons && <div className="acts">{buttons}</div>}
    </div>
  );
}
