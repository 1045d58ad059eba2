/** Whose customers fall soon: one line per owner, the customers behind it; for those who lead, of all below them. */
import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import type { OwnerFalling } from "../../api";
import { useNow } from "../../shared/clock";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { ErrorState } from "../../shared/States";
import { dateTime, relative } from "../../shared/time";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useDialogs } from "../moves/Dialogs";
import { WORDS as TASKS } from "../tasks/words";
import { type Ahead, fallingQuery, useAhead } from "./api";
import { AheadSwitch } from "./Falling";
import { FallingLine } from "./FallingLine";
import "./home.css";
import { WORDS } from "./words";

const OWNERS = 12;
const OF_OWNER = 20;

function OwnersCustomers({ owner, days }: { owner: OwnerFalling; days: Ahead }) {
  const t = useWords(WORDS);
  const k = useWords(TASKS);
  const mayGive = useCan()("tasks.assign");
  const dialogs = useDialogs();
  const mayPass = useMe().person.roles.some((role) => role === "manager" || role === "admin");
  const query = useQuery(fallingQuery("team", days, OF_OWNER, owner.owner.id));
  if (query.isPending) return <ListSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="theirs">
      {query.data.items.map((row) => (
        <FallingLine key={row.id} row={row} theirs mayPass={mayPass} />
      ))}
      {mayGive && query.data.items.length > 0 && (
        <div className="soon small">
          <Button size="small" onClick={() => dialogs.give({ customers: query.data.items, count: String(query.data.items.length) })}>
            {k("giveThese", { n: query.data.items.length })}
          </Button>
        </div>
      )}
      {query.data.total > query.data.items.length && <div className="soon small muted">{t("moreOf", { n: query.data.total - query.data.items.length })}</div>}
    </div>
  );
}

function OwnerLine({ owner, most, days }: { owner: OwnerFalling; most: number; days: Ahead }) {
  const t = useWords(WORDS);
  const now = useNow();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="plain soon owner" aria-expanded={open} onClick={() => setOpen(!open)} data-testid="falling-owner">
        {open ? <DownOutlined className="muted" /> : <RightOutlined className="muted" />}
        <b className="name clip">{owner.owner.name}</b>
        <span className="bar grow" aria-hidden="true">
          <i style={{ width: `${(100 * owner.count) / most}%` }} />
        </span>
        <span className="num">{t("count", { n: owner.count })}</span>
        <span className="small muted nowrap when" title={dateTime(owner.soonest)}>
          {Date.parse(owner.soonest) <= now ? t("dueNow") : t("first", { when: relative(owner.soonest, now) })}
        </span>
      </button>
      {open && <OwnersCustomers owner={owner} days={days} />}
    </>
  );
}

export function TeamFalling() {
  const t = useWords(WORDS);
  const me = useMe();
  const everybody = me.person.roles.includes("admin") || me.person.roles.includes("auditor");
  const [days, setDays] = useAhead();
  const [url, setUrl] = useUrlState();
  const by = oneOf(["count", "soonest"] as const, url.by) ?? "count";
  const [every, setEvery] = useState(false);
  const query = useQuery(fallingQuery("team", days, 0));
  if (query.isPending) return <section className="panel"><ListSkeleton rows={6} /></section>;
  if (query.isError) return <section className="panel"><ErrorState error={query.error} retry={() => void query.refetch()} /></section>;
  const { owners, owner_total, total } = query.data;
  const sorted = by === "count" ? [...owners].sort((a, b) => b.count - a.count) : [...owners].sort((a, b) => a.soonest.localeCompare(b.soonest));
  const most = Math.max(1, ...owners.map((owner) => owner.count));
  const shown = every ? sorted : sorted.slice(0, OWNERS);
  return (
    <section className="panel">
      <header className="wrap">
        <h2>
          {t(everybody ? "soonAll" : "soonTeam")}{" "}
          {total > 0 && <span className="num muted">{total}</span>}
        </h2>
        <span className="acts row">
          <Segmented size="small" value={by} options={[{ value: "count", label: t("byCount") }, { value: "soonest", label: t("bySoonest") }]} onChange={(next) => setUrl({ by: next === "count" ? undefined : next })} />
          <AheadSwitch value={days} onChange={setDays} />
        </span>
      </header>
      <div style={{ paddingTop: 8 }}>
        {shown.map((owner) => (
          <OwnerLine key={owner.owner.id} owner={owner} most={most} days={days} />
        ))}
        {!total && <p className="muted" style={{ padding: "14px 20px 20px" }}>{t("calmTeam", { n: days })}</p>}
        {total > 0 && (
          <div className="soon small row between">
            <Link to={everybody ? "/customers?scope=all&state=owned&sort=countdown" : "/customers?scope=team&sort=countdown"}>{t(everybody ? "allOwned" : "allTeam")}</Link>
            {sorted.length > OWNERS && !every && (
              <button type="button" className="plain" style={{ color: "var(--sea)" }} onClick={() => setEvery(true)}>
                {t(owner_total > sorted.length ? "foremostOwners" : "allOwners", { n: sorted.length })}
              </button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
