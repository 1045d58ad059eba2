/** How a person's work looks in the table and on a phone. */
import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { useNavigate } from "react-router";

import type { Load } from "../../api";
import { useNow } from "../../shared/clock";
import type { Column } from "../../shared/DataList";
import { useLocale, useWords } from "../../shared/i18n";
import { byText } from "../../shared/limitBy";
import { useMe } from "../../shared/me";
import { dateTime, day, daysSince, lastDay } from "../../shared/time";
import { listOf, overBy } from "./api";
import { WORDS } from "./words";

export type Action = "act" | "limits" | "leave";
export type Act = (action: Action, load: Load) => void;

const NO_LIMIT = 1_000_000;

/** Red when over, sand when full, plain while there is room. */
function Room({ load }: { load: Load }) {
  const t = useWords(WORDS);
  const over = overBy(load);
  const { used, limit } = load.held;
  if (over) return <span className="pill bad" data-testid="over">{t("over", { n: over })}</span>;
  if (load.exempt || limit >= NO_LIMIT) return <span className="muted small">{t("free")}</span>;
  if (used >= limit) return <span className="pill sand">{t("full")}</span>;
  return <span className="muted small">{t("room", { n: limit - used })}</span>;
}

function Used({ limit: { used, limit, by }, free }: { limit: Load["held"]; free?: boolean }) {
  const locale = useLocale();
  const text = (
    <span className={used ? "num" : "num muted"}>
      {used}
      {!free && limit < NO_LIMIT && <span className="muted">/{limit}</span>}
    </span>
  );
  return by.kind === "pool" ? text : <Tooltip title={byText(by, locale)}>{text}</Tooltip>;
}

function Held({ load }: { load: Load }) {
  const t = useWords(WORDS);
  const company = load.company && load.company.used > load.company.limit ? t("companyOver", { used: load.company.used, limit: load.company.limit }) : undefined;
  return (
    <span className="row" style={{ gap: 8, justifyContent: "flex-end" }}>
      <Room load={load} />
      <span title={company}>
        <Used limit={load.held} free={load.exempt} />
      </span>
    </span>
  );
}

function Untouched({ load }: { load: Load }) {
  const t = useWords(WORDS);
  const now = useNow();
  const since = load.untouched_since;
  const days = since ? daysSince(since, now) : 0;
  return (
    <span className="row" style={{ gap: 8, justifyContent: "flex-end" }}>
      {since && (
        <span className={days > 2 ? "pill sand" : "muted small"} title={dateTime(since)}>
          {days ? t("oldest", { n: days }) : t("oldestToday")}
        </span>
      )}
      <Used limit={load.untouched} free={load.exempt} />
    </span>
  );
}

function Tasks({ load }: { load: Load }) {
  const t = useWords(WORDS);
  return (
    <span className="row" style={{ gap: 8, justifyContent: "flex-end" }}>
      {load.overdue > 0 && <span className="pill bad">{t("overdue", { n: load.overdue })}</span>}
      <Count n={load.tasks} />
    </span>
  );
}

function Count({ n }: { n: number }) {
  return <span className={n ? "num" : "num muted"}>{n}</span>;
}

function Leave({ load: { leave, deputy } }: { load: Load }) {
  const t = useWords(WORDS);
  const now = useNow();
  const away = leave && Date.parse(leave.until) > now ? leave : null;
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      {away && (
        <span className={Date.parse(away.from) <= now ? "pill sand" : "pill"}>
          {Date.parse(away.from) <= now ? t("away", { until: lastDay(away.until) }) : t("awaySoon", { from: day(away.from) })}
        </span>
      )}
      {deputy && <span className="muted small" title={dateTime(deputy.until)}>{t("deputy", { name: deputy.person.name })}</span>}
    </span>
  );
}

function Actions({ load, act, block }: { load: Load; act: Act; block?: boolean }) {
  const t = useWords(WORDS);
  const navigate = useNavigate();
  const me = useMe();
  const size = block ? "middle" : "small";
  const items = [
    { key: "customers", label: t("customers"), onClick: () => void navigate(listOf(me, load.person.id)) },
    { key: "limits", label: t("limits"), onClick: () => act("limits", load) },
    ...(load.may_set_leave ? [{ key: "leave", label: t("setLeave"), onClick: () => act("leave", load) }] : []),
    ...(load.may_hand_over ? [{ key: "handOver", label: t("handOver"), onClick: () => void navigate(`/team/${load.person.id}/hand-over`) }] : []),
  ];
  return (
    <span className="row" style={{ justifyContent: block ? "flex-start" : "flex-end", gap: block ? 8 : 2 }}>
      <Button size={size} type={block ? "default" : "link"} onClick={() => act("act", load)} data-testid="act">
        {t("act")}
      </Button>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button size={size} type="text" icon={<EllipsisOutlined />} aria-label={t("more")} data-testid="load-more" />
      </Dropdown>
    </span>
  );
}

function Name({ load }: { load: Load }) {
  return (
    <span style={{ display: "block", minWidth: 0 }}>
      <b className="clip" style={{ display: "block" }}>{load.person.name}</b>
      {load.department && <span className="muted small clip" style={{ display: "block" }}>{load.department.name}</span>}
    </span>
  );
}

export function useLoadColumns(act: Act, days: number): Column<Load>[] {
  const t = useWords(WORDS);
  const right = { align: "right", sortFirst: "descend" } as const;
  return [
    { key: "name", title: t("name"), width: 118, sort: "name", render: (load) => <Name load={load} /> },
    { key: "held", title: t("held"), width: 158, sort: "held", ...right, render: (load) => <Held load={load} /> },
    { key: "claimed", title: t("claimed"), width: 146, sort: "claimed", ...right, render: (load) => <Used limit={load.claimed_today} free={load.exempt} /> },
    { key: "falling", title: t("falling", { n: days }), width: 116, sort: "falling", ...right, render: (load) => <Count n={load.falling} /> },
    { key: "untouched", title: t("untouched"), width: 158, sort: "untouched", ...right, render: (load) => <Untouched load={load} /> },
    { key: "tasks", title: t("tasks"), width: 116, sort: "tasks", ...right, render: (load) => <Tasks load={load} /> },
    { key: "requests", title: t("requests"), width: 110, sort: "requests", ...right, render: (load) => <Count n={load.requests} /> },
    { key: "leave", title: t("leave"), width: 156, sort: "leave", sortFirst: "descend", render: (load) => <Leave load={load} /> },
    { key: "actions", title: "", width: 92, align: "right", pinned: true, render: (load) => <Actions load={load} act={act} /> },
  ];
}

export function LoadCard({ load, act, days }: { load: Load; act: Act; days: number }) {
  const t = useWords(WORDS);
  const line = (label: string, value: React.ReactNode) => (
    <>
      <span className="muted">{label}</span>
      <span>{value}</span>
    </>
  );
  return (
    <div className="card" data-testid="load-card">
      <Name load={load} />
      <Leave load={load} />
      <div className="meta load">
        {line(t("held"), <Held load={load} />)}
        {line(t("claimed"), <Used limit={load.claimed_today} free={load.exempt} />)}
        {line(t("falling", { n: days }), <Count n={load.falling} />)}
        {line(t("untouched"), <Untouched load={load} />)}
        {line(t("tasks"), <Tasks load={load} />)}
        {line(t("requests"), <Count n={load.requests} />)}
      </div>
      <div className="acts">
        <Actions load={load} act={act} block />
      </div>
    </div>
  );
}
