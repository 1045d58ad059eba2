/** 工作台: what falls soon, what waits for my yes, what is left of my limits; and how to begin where all is empty. */
import { Button } from "antd";
import { Link, useNavigate } from "react-router";

import { api, ok, type CustomerRow, type Request } from "../../api";
import { useNow } from "../../shared/clock";
import { CountdownChip } from "../../shared/Countdown";
import { ListSkeleton } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { LimitsDetail } from "../../shared/layout/LimitsBar";
import { useCan, useCurrentPool, useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState, ErrorState } from "../../shared/States";
import { CallButton } from "../customers/Phones";
import { usePhone } from "../../shared/screen";
import { useDialogs } from "../moves/Dialogs";
import { DecideButtons } from "../moves/requestButtons";
import { RequestCard } from "../moves/requestColumns";
import { NextSteps } from "./NextSteps";
import { WORDS } from "./words";

function greeting(now: number): "morning" | "afternoon" | "evening" {
  const hour = new Date(now).getHours();
  if (hour >= 4 && hour < 12) return "morning";
  return hour < 18 && hour >= 12 ? "afternoon" : "evening";
}

function SoonLine({ row }: { row: CustomerRow }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const dialogs = useDialogs();
  return (
    <div className="soon">
      <div className="grow">
        <Link to={`/customers/${row.id}`} className="clip" style={{ fontWeight: 600, display: "block" }}>
          {row.name}
        </Link>
        <div className="small muted clip">{[row.level, row.stage, row.source, row.region].filter(Boolean).join(" · ")}</div>
      </div>
      <CountdownChip customerId={row.id} poolId={row.pool.id} countdown={row.countdown} />
      <span className="row">
        {phone && <CallButton phones={row.phones} />}
        <Button onClick={() => dialogs.followUp(row)}>{t("followUp")}</Button>
      </span>
    </div>
  );
}

function Soon() {
  const t = useWords(WORDS);
  const can = useCan();
  const pages = usePages<CustomerRow>(["customers", "soon"], (after) =>
    ok(api.GET("/api/v1/customers", { params: { query: { scope: "mine", sort: "countdown", limit: 8, after } } })),
  );
  if (pages.loading) return <section className="panel"><ListSkeleton rows={6} /></section>;
  if (pages.error) return <section className="panel"><ErrorState error={pages.error} retry={pages.retry} /></section>;
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
        <h2>{t("soon")}</h2>
        <span className="muted small clip desk">{t("soonSub")}</span>
        <Link to="/customers" className="acts nowrap">
          {t("all")}
        </Link>
      </header>
      <div style={{ paddingTop: 8 }}>
        {pages.rows.slice(0, 8).map((row) => (
          <SoonLine key={row.id} row={row} />
        ))}
      </div>
    </section>
  );
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
      <div className="home">
        <div className="col">
          {me.requests_to_decide > 0 && <Inbox />}
          {leads && <NextSteps />}
          {(!leads || pool?.rights.claim) && <Soon />}
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
