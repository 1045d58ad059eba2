/** The frame round every page: menu, what is left of the limits, who is signed in; bottom tabs on a phone. */
import { EllipsisOutlined, GlobalOutlined } from "@ant-design/icons";
import { Avatar, Badge, Button, Drawer, Dropdown, Spin } from "antd";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { Navigate, NavLink, Outlet, useLocation, useNavigate } from "react-router";

import { Problem, type Me } from "../../api";
import { useNow } from "../clock";
import { setLocale, useLocale, useWords } from "../i18n";
import { saveLocale, useMeQuery } from "../me";
import { usePhone } from "../screen";
import { day } from "../time";
import { ErrorState } from "../States";
import { Bell } from "./Bell";
import { LimitsBar } from "./LimitsBar";
import { entries, type Entry } from "./menu";
import { useSignOut } from "./signOut";
import { WORDS } from "./words";

// Only where the company asks its reps to confirm the handbook.
const HandbookBanner = lazy(() => import("../../features/handbook/Banner"));

function Item({ entry, onClick }: { entry: Entry; onClick?: () => void }) {
  const t = useWords(WORDS);
  return (
    <NavLink to={entry.to} end={entry.to === "/"} onClick={onClick}>
      {entry.icon}
      <span className="grow">{t(entry.word)}</span>
      {entry.badge ? <Badge count={entry.badge} size="small" color="#b3402f" /> : null}
    </NavLink>
  );
}

function Menu({ me, onClick }: { me: Me; onClick?: () => void }) {
  const all = entries(me);
  return (
    <nav className="menu">
      {all.map((entry, index) => [
        index > 0 && all[index - 1]?.group !== entry.group && <div className="rule" key={`${entry.to} rule`} />,
        <Item entry={entry} key={entry.to} onClick={onClick} />,
      ])}
    </nav>
  );
}

function LanguageButton() {
  const locale = useLocale();
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      onClick={() => void saveLocale(locale === "zh-CN" ? "en-US" : "zh-CN").catch(() => undefined)}
      data-testid="language"
    >
      {locale === "zh-CN" ? "EN" : "中文"}
    </Button>
  );
}

function PersonMenu({ me }: { me: Me }) {
  const t = useWords(WORDS);
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "account", label: t("account"), onClick: () => void navigate("/account") },
          { type: "divider" },
          { key: "out", label: t("signOut"), onClick: () => void signOut() },
        ],
      }}
    >
      <button type="button" className="plain row" data-testid="person">
        <Avatar size={30} style={{ background: "var(--sea)" }}>
          {me.person.name.slice(-1)}
        </Avatar>
        <span className="nowrap">{me.person.name}</span>
      </button>
    </Dropdown>
  );
}

/** One's own leave, as a manager entered it. */
function OwnLeave({ me }: { me: Me }) {
  const t = useWords(WORDS);
  const now = useNow();
  const leave = me.person.leave;
  if (!leave || Date.parse(leave.until) <= now) return null;
  // `until` is when one is back: a minute earlier is still the last day away.
  const last = day(new Date(Date.parse(leave.until) - 60_000).toISOString());
  return (
    <span className="pill sand" title={t("leaveTip")} data-testid="own-leave">
      {Date.parse(leave.from) <= now ? t("leaveNow", { until: last }) : t("leaveSoon", { from: day(leave.from) })}
    </span>
  );
}

function BottomTabs({ me }: { me: Me }) {
  const t = useWords(WORDS);
  const [open, setOpen] = useState(false);
  const signOut = useSignOut();
  const all = entries(me);
  const tab = (to: string) => all.find((entry) => entry.to === to);
  const face = (entry: Entry | undefined, word: keyof typeof WORDS) =>
    entry && (
      <NavLink to={entry.to} end={entry.to === "/"} key={entry.to}>
        {entry.badge ? <Badge dot color="#b3402f">{entry.icon}</Badge> : entry.icon}
        {t(word)}
      </NavLink>
    );
  return (
    <nav className="bottom">
      {face(tab("/"), "home")}
      {face(tab("/pool"), "pool")}
      {face(tab("/customers"), "mine")}
      {face(tab("/follow-ups"), "followUps")}
      <button type="button" className="plain" onClick={() => setOpen(true)}>
        <Badge dot={me.requests_to_decide > 0}>
          <EllipsisOutlined />
        </Badge>
        {t("more")}
      </button>
      <Drawer open={open} onClose={() => setOpen(false)} placement="bottom" size="auto" title={me.person.name}>
        <Menu me={me} onClick={() => setOpen(false)} />
        <div className="row between" style={{ padding: "8px 12px" }}>
          <NavLink to="/account" onClick={() => setOpen(false)}>
            {t("account")}
          </NavLink>
          <LanguageButton />
          <Button type="text" onClick={() => void signOut()}>
            {t("signOut")}
          </Button>
        </div>
      </Drawer>
    </nav>
  );
}

function Waiting({ children }: { children: ReactNode }) {
  return <Suspense fallback={<div style={{ padding: 80, textAlign: "center" }}><Spin /></div>}>{children}</Suspense>;
}

export function Frame() {
  const t = useWords(WORDS);
  const phone = usePhone();
  const location = useLocation();
  const { data: me, error, refetch } = useMeQuery();
  const locale = me?.person.locale;
  useEffect(() => {
    if (locale === "zh-CN" || locale === "en-US") setLocale(locale);
  }, [locale]);
  if (error instanceof Problem && error.status === 401) {
    const back = location.pathname + location.search;
    return <Navigate to={back === "/" ? "/sign-in" : `/sign-in?back=${encodeURIComponent(back)}`} replace />;
  }
  if (error && !me) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!me) return <div style={{ padding: "30vh 0", textAlign: "center" }}><Spin size="large" /></div>;
  return (
    <div className="frame">
      <aside className="side">
        <NavLink to="/" className="brand">
          <img src="/mark.svg" alt="" />
          {t("brand")}
        </NavLink>
        <Menu me={me} />
        <div className="small muted clip" style={{ padding: "12px 24px" }}>{me.tenant.name}</div>
      </aside>
      <div style={{ minWidth: 0 }}>
        <header className="top">
          <LimitsBar />
          <span className="grow" />
          <OwnLeave me={me} />
          <Bell />
          {!phone && <LanguageButton />}
          {!phone && <PersonMenu me={me} />}
        </header>
        {me.tenant.handbook_acknowledged && (
          <Suspense fallback={null}>
            <HandbookBanner />
          </Suspense>
        )}
        <main className="page">
          <Waiting>
            <Outlet />
          </Waiting>
        </main>
      </div>
      {phone && <BottomTabs me={me} />}
    </div>
  );
}
