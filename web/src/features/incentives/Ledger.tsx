/** Every point with its why: one's own, or of somebody whose manager one is. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";

import type { PointRow } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useServerWords, useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { dateTime, day } from "../../shared/time";
import { useUrlState } from "../../shared/urlState";
import { PersonSelect } from "../people/PersonSelect";
import { anyOn, getPoints, pointsKey, rulesQuery } from "./api";
import { SeasonSelect } from "./SeasonSelect";
import { WORDS } from "./words";

function Score({ row }: { row: PointRow }) {
  return <b className={`num score${row.points < 0 ? " minus" : ""}`}>{row.points > 0 ? `+${row.points}` : row.points}</b>;
}

/** The sentence, with the customer's name in it as a link. */
function Why({ row }: { row: PointRow }) {
  const said = useServerWords()(row.sentence);
  const at = row.customer ? said.indexOf(row.customer.name) : -1;
  return (
    <span style={{ whiteSpace: "normal", lineHeight: 1.6 }}>
      {row.customer && at >= 0 ? (
        <>
          {said.slice(0, at)}
          <Link to={`/customers/${row.customer.id}`}>{row.customer.name}</Link>
          {said.slice(at + row.customer.name.length)}
        </>
      ) : (
        said
      )}
    </span>
  );
}

function useColumns(): Column<PointRow>[] {
  const t = useWords(WORDS);
  return [
    { key: "rule", title: t("rule"), width: 150, render: (row) => t(row.rule) },
    { key: "points", title: t("score"), width: 80, align: "right", render: (row) => <Score row={row} /> },
    { key: "why", title: t("why"), width: 460, render: (row) => <Why row={row} /> },
    { key: "at", title: t("when"), width: 150, render: (row) => <span className="num" title={t("bookedLater", { when: dateTime(row.booked_at) })}>{dateTime(row.at)}</span> },
  ];
}

function PointCard({ row }: { row: PointRow }) {
  const t = useWords(WORDS);
  return (
    <div className="card" data-testid="point">
      <span className="title">{t(row.rule)}</span>
      <Score row={row} />
      <div className="meta">
        <Why row={row} />
        <span className="num">{day(row.at)}</span>
      </div>
    </div>
  );
}

export function Ledger() {
  const t = useWords(WORDS);
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const person = /^\d+$/.test(url.person ?? "") ? (url.person as string) : me.person.id;
  const season = /^\d+$/.test(url.season ?? "") ? url.season : undefined;
  const leads = me.person.roles.some((role) => role !== "rep");
  const columns = useColumns();
  const rules = useQuery(rulesQuery).data?.rules;
  const idle = rules && !anyOn(rules);
  const pages = usePages<PointRow>(pointsKey(person, season), (after) => getPoints(person, season, after));
  return (
    <>
      <div className="filters">
        <SeasonSelect value={season} onChange={(next) => setUrl({ season: next })} none={t("allTime")} />
        {leads && <PersonSelect mine value={person === me.person.id ? undefined : person} placeholder={t("person")} onChange={(next) => setUrl({ person: next, name: undefined })} style={{ minWidth: 200 }} />}
        <b>{person === me.person.id ? t("mine") : url.name ? t("pointsOf", { name: url.name }) : ""}</b>
        {person !== me.person.id && (
          <Button size="small" onClick={() => setUrl({ person: undefined, name: undefined })}>
            {t("mine")}
          </Button>
        )}
      </div>
      <DataList columns={columns} minWidth={820} pages={pages} rowKey={(row) => row.id} card={(row) => <PointCard row={row} />} empty={<EmptyState title={t("noPoints")} text={t(idle ? "noRulesText" : "noPointsText")} />} />
    </>
  );
}
