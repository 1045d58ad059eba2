/** 工作台: what falls soon, what waits for my yes, what is left of my limits; and how to begin where all is empty. */
import { Alert } from "antd";
import { lazy, Suspense } from "react";
import { Link } from "react-router";

import { api, ok, type Request } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { LimitsDetail } from "../../shared/layout/LimitsDetail";
import { useCurrentPool, useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { day, hourOf } from "../../shared/time";
import { DueLine } from "../tasks/DueLine";
import { HomeLine } from "../incentives/HomeLine";
import { RequestLine } from "../requests/RequestLine";
import { Acting } from "./Acting";
import { ActingFalling, Falling } from "./Falling";
import { NextSteps } from "./NextSteps";
import { TeamFalling } from "./TeamFalling";
import { WORDS } from "./words";

// A table and a list to choose from weigh more than the rest of this page.
const Forecast = lazy(() => import("./Forecast").then((found) => ({ default: found.Forecast })));

function greeting(now: number): "morning" | "afternoon" | "evening" {
  const hour = hourOf(now);
  if (hour >= 4 && hour < 12) return "morning";
  return hour < 18 && hour >= 12 ? "afternoon" : "evening";
}

function ToDecide() {
  const t = useWords(WORDS);
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
        <RequestLine key={request.id} request={request} />
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
  // Those who lead may own customers too.
  const owns = me.pools.some((each) => each.limits.holding_cap.used > 0);
  return (
    <>
      <div className="page-head">
        <h1>{t(greeting(now), { name: me.person.name })}</h1>
        {me.permissions.includes("incentives.read") && <HomeLine />}
      </div>
      {me.calendar_notice && (
        <Alert type="info" showIcon style={{ marginBottom: 16 }} title={t("calendarNotice", { date: day(me.calendar_notice.table_ends) })} />
      )}
      <Acting />
      <div className="home">
        <div className="col">
          <DueLine />
          {me.requests_to_decide > 0 && <ToDecide />}
          {leads && <NextSteps />}
          {leads && <TeamFalling />}
          {(!leads || owns) && <Falling />}
          {me.acts_for.length > 0 && <ActingFalling />}
          {(leads || me.pools.some((each) => each.rights.admin)) && (
            <Suspense fallback={<section className="panel" style={{ minHeight: 320 }} />}>
              <Forecast />
            </Suspense>
          )}
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
