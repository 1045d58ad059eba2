/** 工作台: what falls soon, what waits for my yes, what is left of my limits; and how to begin where all is empty. */
import { Alert, Button } from "antd";
import { Link, useNavigate } from "react-router";

import { api, ok, Problem, type CustomerRow, type Request } from "../../api";
import { useNow } from "../../shared/clock";
import { CountdownChip } from "../../shared/Countdown";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { LimitsDetail } from "../../shared/layout/LimitsBar";
import { useCan, useCurrentPool, useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState, ErrorState } from "../../shared/States";
import { day, hourOf } from "../../shared/time";
import { CallButton } from "../customers/Phones";
import { usePhone } from "../../shared/screen";
import { useDialogs } from "../moves/Dialogs";
import { DecideButtons } from "../moves/requestButtons";
import { RequestCard } from "../moves/requestColumns";
import { NextSteps } from "./NextSteps";
import { WORDS } from "./words";

function greeting(now: number): "morning" | "afternoon" | "evening" {
  const hour = hourOf(now);
  if (hour >= 4 && hour < 12) return "morning";
  return hour < 18 && hour >= 12 ? "afternoon" : "evening";
}

function SoonLine({ row, team }: { row: CustomerRow; team: boolean }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const dialogs = useDialogs();
  return (
    <div className="soon">
      <div className="grow">
        <Link to={`/customers/${row.id}`} className="clip" style={{ fontWeight: 600, display: "block" }}>
          {row.name}
        </Link>
        <div className="small muted clip">{[team && row.owner?.name, row.level, row.stage, row.source, row.region].filter(Boolean).join(" · ")}</div>
      </div>
      <CountdownChip customerId={row.id} poolId={row.pool.id} countdown={row.countdown} />
      {!team && (
        <span className="row">
          {phone && <CallButton phones={row.phones} />}
          <Button onClick={() => dialogs.followUp(row)}>{t("followUp")}</Button>
        </span>
      )}
    </div>
  );
}

const SOON = {
  mine: { title: "soon", sub: "soonSub", link: "all", to: "/customers" },
  team: { title: "soonTeam", sub: "soonTeamSub", link: "allTeam", to: "/customers?scope=team&sort=countdown" },
  all: { title: "soonAll", sub: "soonTeamSub", link: "allOwned", to: "/customers?scope=all&state=owned&sort=countdown" },
} as const;

/** The customers with least time left: one's own; a manager's team's; for an admin the company's. */
function Soon({ scope }: { scope: keyof typeof SOON }) {
  const t = useWords(WORDS);
  const can = useCan();
  const team = scope !== "mine";
  const state = scope === "all" ? "owned" : undefined;
  const pages = usePages<CustomerRow>(["customers", "soon", scope], (after) =>
    ok(api.GET("/api/v1/customers", { params: { query: { scope, state, sort: "countdown", limit: 8, after } } })),
  );
  if (pages.loading) return <section className="panel"><ListSkeleton rows={6} /></section>;
  // A company too large to sort by countdown looks at its teams instead.
  if (pages.error instanceof Problem && pages.error.code === "too_many_to_sort") return null;
  if (pages.error) return <section className="panel"><ErrorState error={pages.error} retry={pages.retry} /></section>;
  if (!pages.rows.length && team) return null;
  if (!pages.rows.length) {
    return (
      <section className="panel">
        <EmptyState title={t("begin")} text={t("beginText")}>
          <Link to="/pool">
            <Button type="primary">{t("toPool")}</Button>
          </Link>
          {can("customers.create") && (
            <Link to="/customers?create=1">
              <Button>{t("create")}</Button>
            </Link>
          )}
        </EmptyState>
      </section>
    );
  }
  return (
    <section className="panel">
      <header>
        <h2>{t(SOON[scope].title)}</h2>
        <span className="muted small clip desk">{t(SOON[scope].sub)}</span>
        <Link to={SOON[scope].to} className="acts nowrap">
          {t(SOON[scope].link)}
        </Link>
      </header>
      <div style={{ paddingTop: 8 }}>
        {pages.rows.slice(0, 8).map((row) => (
          <SoonLine key={row.id} row={row} team={team} />
        ))}
      </div>
    </section>
  );
}

/** Those who lead may own customers too; where they own none there is nothing to say. */
function OwnSoon() {
  const pool = useCurrentPool();
  return pool && pool.limits.holding_cap.used > 0 ? <Soon scope="mine" /> : null;
}

function Inbox() {
  const t = useWords(WORDS);
  const navigate = useNavigate();
  const pages = usePages<Request>(["requests", "home"], (after) =>
    ok(api.GET("/api/v1/requests", { params: { query: { box: "to_decide", limit: 3, after } } })),
  );
  if (!pages.rows.length) return null;
  return (
    <section className="panel">
      <header style={{ paddingBottom: 12 }}>
        <h2>{t("inbox")}</h2>
        <Link to="/requests" className="acts">
          {t("allRequests")}
        </Link>
      </header>
      {pages.rows.slice(0, 3).map((request) => (
        <RequestCard key={request.id} request={request} box="to_decide" buttons={<DecideButtons request={request} onAccepted={(done) => void navigate(`/customers/${done.customer.id}`)} />} />
      ))}
    </section>
  );
}

export default function Home() {
  const t = useWords(WORDS);
  const me = useMe();
  const now = useNow();
  const pool = useCurrentPool();
  const leads = me.person.roles.some((role) => role !== "rep");
  return (
    <>
      <div className="page-head">
        <h1>{t(greeting(now), { name: me.person.name })}</h1>
      </div>
      {me.calendar_notice && (
        <Alert type="info" showIcon style={{ marginBottom: 16 }} title={t("calendarNotice", { date: day(me.calendar_notice.table_ends) })} />
      )}
      <div className="home">
        <div className="col">
          {me.requests_to_decide > 0 && <Inbox />}
          {leads && <NextSteps />}
          {leads && <Soon scope={me.person.roles.includes("manager") ? "team" : "all"} />}
          {!leads && <Soon scope="mine" />}
          {leads && pool?.rights.claim && <OwnSoon />}
        </div>
        {pool?.rights.claim && (
          <section className="panel pad">
            <h2 style={{ fontSize: 15, marginBottom: 14 }}>
              {t("limits")} · {pool.name}
            </h2>
            <LimitsDetail pool={pool} />
          </section>
        )}
      </div>
    </>
  );
}
