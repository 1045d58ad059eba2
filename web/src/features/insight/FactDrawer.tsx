/** The list behind a row: each case with its customer, and what happened, so that anybody can judge for themselves. */
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { Link } from "react-router";

import { DataList, type Column } from "../../shared/DataList";
import { useNow } from "../../shared/clock";
import { useServerWords, useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { usePages } from "../../shared/pages";
import { usePhone } from "../../shared/screen";
import { EmptyState } from "../../shared/States";
import { dateTime, day, daysSince } from "../../shared/time";
import { csvUrl, factItems, type Asked, type Fact, type FactItem, type FactRow, type Stay } from "./api";
import { useLasting, usePeople } from "./figures";
import { coded, WORDS } from "./words";

const HOUR = 3_600_000;
const hoursBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / HOUR;

/** One spell: who, how it began and ended, and what was done meanwhile. */
function StayLine({ stay }: { stay: Stay }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const began = stay.own_transfer ? "began_own" : coded("began", stay.started_by);
  const ended = stay.ended_by ? coded("ended", stay.ended_by) : undefined;
  return (
    <li>
      <b>{stay.person?.name ?? <span className="muted">{t("otherTeam")}</span>}</b>
      <span className="num">
        {dateTime(stay.started_at)} {began ? t(began) : stay.started_by} → {stay.ended_at ? dateTime(stay.ended_at) : t("now")} {ended ? t(ended) : (stay.ended_by ?? "")}
      </span>
      <span className="muted">
        {stay.reason && `${words(stay.reason)} · `}
        {stay.follow_ups ? t("followUps", { n: stay.follow_ups }) : t("noFollowUps")}
      </span>
    </li>
  );
}

function EntryLines({ entry }: { entry: NonNullable<FactItem["entry"]> }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  const name = useNames();
  const lasting = useLasting();
  const late = hoursBetween(entry.at, entry.recorded_at);
  return (
    <>
      <p className="tl-note">
        <span className="pill">{name(KINDS, entry.kind)}</span>{" "}
        {entry.note ? entry.note : <span className="muted">{entry.note_length ? t("noteHidden", { n: entry.note_length }) : t("noNote")}</span>}
      </p>
      <div className="case-facts small">
        <span>{t("recorded", { when: dateTime(entry.recorded_at) })}</span>
        {late > 1 && <span>{t("happened", { when: dateTime(entry.at), lag: lasting(late) })}</span>}
        {entry.deadline && <span>{t("deadline", { when: dateTime(entry.deadline) })}</span>}
        {entry.deadline && <span>{t("left", { timer: words(entry.timer), left: lasting(hoursBetween(entry.recorded_at, entry.deadline)) })}</span>}
        {(entry.same ?? 0) > 2 && <span>{t("sameWords", { n: entry.same ?? 0 })}</span>}
        {!entry.qualifies && <span>{t("notCounted")}</span>}
      </div>
    </>
  );
}

function IdleLines({ idle }: { idle: NonNullable<FactItem["idle"]> }) {
  const t = useWords(WORDS);
  const now = useNow();
  const coming = (at: string | null) => at !== null && Date.parse(at) > now;
  return (
    <div className="case-facts small">
      <span className="pill sand">{t("idleFor", { n: daysSince(idle.since, now) })}</span>
      <span>{t("heldSince", { when: day(idle.held_since) })}</span>
      <span>{idle.last_follow_up_at ? t("lastFollowUp", { when: day(idle.last_follow_up_at) }) : t("neverFollowedUp")}</span>
      {idle.last_win_at && <span>{t("wonAt", { when: day(idle.last_win_at) })}</span>}
      {coming(idle.locked_until) && <span>{t("lockedUntil", { when: day(idle.locked_until) })}</span>}
      {coming(idle.protected_until) && <span>{t("protectedUntil", { when: day(idle.protected_until) })}</span>}
    </div>
  );
}

function Case({ item }: { item: FactItem }) {
  const t = useWords(WORDS);
  return (
    <div className="case" data-testid="case">
      {item.customer ? (
        <Link to={`/customers/${item.customer.id}`} className="title">{item.customer.name}</Link>
      ) : (
        <span className="muted">{t("unseen")}</span>
      )}
      {item.chain.length > 0 && <ol className="stays small">{item.chain.map((stay) => <StayLine key={stay.started_at} stay={stay} />)}</ol>}
      {item.entry && <EntryLines entry={item.entry} />}
      {item.idle && <IdleLines idle={item.idle} />}
    </div>
  );
}

type Props = { fact: Fact; asked: Asked; row: FactRow; onClose: () => void };

export default function FactDrawer({ fact, asked, row, onClose }: Props) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const people = usePeople();
  const pages = usePages<FactItem>(["insight", fact, "items", asked, row.people], (after) => factItems(fact, asked, row, after));
  const columns: Column<FactItem>[] = [{ key: "case", title: "", render: (item) => <Case item={item} /> }];
  return (
    <Drawer
      open
      size={phone ? "100%" : 680}
      styles={{ body: { padding: 0 } }}
      title={t("listOf", { fact: t(fact), who: people(row) })}
      extra={<Button size="small" icon={<DownloadOutlined />} href={csvUrl(fact, asked, row)} download title={t("csv")} aria-label={t("csv")}>{phone ? "" : t("csv")}</Button>}
      onClose={onClose}
      data-testid="fact-list"
    >
      <div className="cases">
        <DataList columns={columns} pages={pages} rowKey={(item) => `${item.customer?.id ?? ""} ${item.at}`} card={(item) => <Case item={item} />} empty={<EmptyState title={t("emptyList")} />} />
      </div>
    </Drawer>
  );
}
