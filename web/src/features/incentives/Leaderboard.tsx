/** The leaderboard: bars from zero, ties with one place; one's own place with the neighbours above it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import type { Placed } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useCan, useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { dateTime, day } from "../../shared/time";
import { oneOf, useUrlState } from "../../shared/urlState";
import { anyOn, boardQuery, rulesQuery, type By } from "./api";
import { SeasonSelect } from "./SeasonSelect";
import { WORDS } from "./words";

const SAYS = { all: "showsAll", team: "showsTeam", managers: "showsManagers" } as const;

type LineProps = { row: Placed; by: By; top: number; mine: boolean; link: string | null };

function Line({ row, by, top, mine, link }: LineProps) {
  const t = useWords(WORDS);
  const value = by === "team" ? row.mean : row.points;
  const name = link ? <Link to={link}>{row.name}</Link> : row.name;
  return (
    <li className={mine ? "me" : undefined} data-testid="place">
      <b className="place num">{row.place}</b>
      <span className="who">
        <span className="name">{name}</span>
        {mine && <span className="pill sea">{t("me")}</span>}
        {row.left && <span className="pill">{t("left")}</span>}
        <span className="muted small">{[row.team, by === "team" && t("heads", { n: row.heads })].filter(Boolean).join(" · ")}</span>
      </span>
      <span className="bar" aria-hidden="true">
        <i style={{ width: `${top > 0 ? Math.min(100, Math.max(0, (100 * value) / top)) : 0}%` }} />
      </span>
      <span className={`score num${value < 0 ? " minus" : ""}`}>
        {by === "team" ? row.mean.toFixed(1) : row.points}
        {by === "team" && <span className="muted small"> / {row.points}</span>}
      </span>
    </li>
  );
}

function linkOf(row: Placed, me: string): string | null {
  if (!row.may_see_points) return null;
  return `/incentives?tab=points${row.id === me ? "" : `&person=${row.id}&name=${encodeURIComponent(row.name)}`}`;
}

function Board({ by, season }: { by: By; season: string | undefined }) {
  const t = useWords(WORDS);
  const me = useMe();
  const admin = useCan()("incentives.edit");
  const [near, setNear] = useState(false);
  const rules = useQuery(rulesQuery);
  const board = useInfiniteQuery(boardQuery(by, season));
  if (board.isPending) return <ListSkeleton rows={8} />;
  if (board.isError) return <ErrorState error={board.error} retry={() => void board.refetch()} />;
  const data = board.data.pages[0];
  const setUp = admin && (
    <Link to="/incentives?tab=rules">
      <Button>{t("toRules")}</Button>
    </Link>
  );
  if (!data?.season) {
    return (
      <EmptyState title={t("noSeason")} text={t(admin ? "noSeasonAdmin" : "noSeasonText")}>
        {setUp}
      </EmptyState>
    );
  }
  if (data.top === 0 && data.items.every((row) => row.points === 0)) {
    const idle = rules.data && !anyOn(rules.data.rules);
    return (
      <EmptyState title={t("noneScored")} text={[t(idle ? "noRulesText" : "noneScoredText"), data.counted_at && t("counted", { at: dateTime(data.counted_at) })].filter(Boolean).join(" ")}>
        {idle && setUp}
      </EmptyState>
    );
  }
  const rows = near && data.mine && by === "person" ? data.mine.near : board.data.pages.flatMap((page) => page.items);
  const span = t("days", { from: day(data.season.first_day), to: day(data.season.last_day) });
  return (
    <div className="board">
      {data.mine && by === "person" && (
        <div className="mine" data-testid="my-place">
          <b>{t("myPlace")}</b>
          <span className="num">{t("placeOf", { place: data.mine.place, of: data.mine.of })}</span>
          <span className="num">{t("myPoints", { n: data.mine.points })}</span>
          <Button size="small" type={near ? "primary" : "default"} onClick={() => setNear(!near)} aria-pressed={near}>
            {t("around")}
          </Button>
        </div>
      )}
      <p className="soft small say">
        {span} · {t(by === "team" ? "teamSays" : SAYS[data.shown])} {data.counted_at && <span className="num" data-testid="counted">{t("counted", { at: dateTime(data.counted_at) })}</span>}
      </p>
      {rows.length ? (
        <ol className="places" data-testid="leaderboard">
          {rows.map((row) => (
            <Line key={row.id} row={row} by={by} top={data.top} mine={by === "person" && row.id === me.person.id} link={linkOf(row, me.person.id)} />
          ))}
        </ol>
      ) : (
        <EmptyState title={t("noPlaces")} text={t("noPlacesText")} />
      )}
      {!near && board.hasNextPage && (
        <Button block type="text" loading={board.isFetchingNextPage} onClick={() => void board.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </div>
  );
}

export function Leaderboard() {
  const t = useWords(WORDS);
  const [url, setUrl] = useUrlState();
  const by = oneOf(["person", "team"] as const, url.by) ?? "person";
  const season = /^\d+$/.test(url.season ?? "") ? url.season : undefined;
  const shown = useInfiniteQuery(boardQuery(by, season)).data?.pages[0]?.season;
  return (
    <>
      {shown && (
        <div className="filters">
          <SeasonSelect value={season ?? shown.id} onChange={(next) => setUrl({ season: next })} />
          <Segmented<By>
            value={by}
            onChange={(next) => setUrl({ by: next === "person" ? undefined : next })}
            options={[
              { value: "person", label: t("byPerson") },
              { value: "team", label: t("byTeam") },
            ]}
            data-testid="board-by"
          />
        </div>
      )}
      <Board key={`${by}:${season}`} by={by} season={season} />
    </>
  );
}
