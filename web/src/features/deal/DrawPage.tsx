/** One draw: what the reader got and why, what everybody got, and how to check it. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { Link, useParams } from "react-router";

import type { DrawDetail, DrawRecord, Wish } from "../../api";
import { useWords } from "../../shared/i18n";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { drawQuery, recordQuery, useDraws } from "./api";
import { CancelDraw } from "./CancelDraw";
import { Check } from "./Check";
import { DrawHead } from "./DrawHead";
import { WORDS } from "./words";
import "./deal.css";

function Outcome({ wish }: { wish: Wish }) {
  const t = useWords(WORDS);
  if (wish.outcome === null) return null;
  const refusedWhy = `code_${wish.code}`;
  const why =
    wish.outcome === "won"
      ? t("wonAt", { round: wish.round ?? 0, turn: wish.turn ?? 0 })
      : wish.outcome === "taken"
        ? wish.taken_by && t("takenBy", { name: wish.taken_by.name })
        : wish.outcome === "refused"
          ? refusedWhy in WORDS && t(refusedWhy as keyof typeof WORDS)
          : t("not_reachedWhy");
  return (
    <span className="row wrap outcome">
      <span className="small muted">{why}</span>
      <span className={`pill ${wish.outcome === "won" ? "sea" : ""}`} data-testid="outcome">
        {t(wish.outcome)}
      </span>
    </span>
  );
}

function Mine({ draw }: { draw: DrawDetail }) {
  const t = useWords(WORDS);
  if (!draw.my_wishes.length) return <p className="soft">{t("noMine")}</p>;
  return (
    <ol className="wishes result" data-testid="my-result">
      {draw.my_wishes.map((wish) => (
        <li key={wish.place}>
          <span className="place">{wish.place}</span>
          <Link to={`/customers/${wish.customer.id}`} className="grow clip">
            {wish.customer.name}
          </Link>
          <Outcome wish={wish} />
        </li>
      ))}
    </ol>
  );
}

function Everybody({ record, draw }: { record: DrawRecord; draw: DrawDetail }) {
  const t = useWords(WORDS);
  // One knows the names of what one wished for, also where somebody else has it now.
  const known = { ...record.names.customers, ...Object.fromEntries(draw.my_wishes.map(({ customer }) => [customer.id, customer.name])) };
  return (
    <ul className="wishes" data-testid="everybody">
      {record.entries.map(({ person, wishes }) => {
        const won = wishes.filter((wish) => wish.outcome === "won");
        const names = won.map((wish) => known[wish.customer] ?? t("customerNo", { id: wish.customer }));
        return (
          <li key={person}>
            <b className="nowrap">{record.names.people[person] ?? t("person", { id: person })}</b>
            <span className="grow clip soft" title={names.join(" · ")}>
              {names.join(" · ")}
            </span>
            <span className="num nowrap">{won.length ? t("gotN", { n: won.length }) : t("gotNone")}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Others({ draw }: { draw: DrawDetail }) {
  const t = useWords(WORDS);
  const draws = (useDraws(draw.pool.id).data ?? []).filter((each) => each.id !== draw.id);
  if (!draws.length) return null;
  return (
    <section className="panel pad" style={{ marginTop: 16 }}>
      <h2 style={{ fontSize: 15 }}>{t("otherDraws")}</h2>
      <ul className="wishes">
        {draws.map((each) => (
          <li key={each.id}>
            <Link to={`/draws/${each.id}`} className="grow num">
              {t("window", { from: dateTime(each.opens_at), to: dateTime(each.closes_at) })}
            </Link>
            <span className="pill">{t(`state_${each.state}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function DrawPage() {
  const t = useWords(WORDS);
  const { drawId = "" } = useParams();
  const { data: draw, error, refetch } = useQuery(drawQuery(drawId));
  const dealt = draw?.state === "dealt";
  const record = useQuery({ ...recordQuery(drawId), enabled: dealt });
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!draw) return <Skeleton active />;
  return (
    <>
      <div className="page-head">
        <h1>{t("drawOf", { pool: draw.pool.name })}</h1>
        <Link to={`/pool/${draw.pool.id}`}>{t("toPool")}</Link>
        {draw.may_cancel && (
          <div className="acts">
            <CancelDraw draw={draw} />
          </div>
        )}
      </div>
      <section className="panel pad">
        <DrawHead draw={draw} />
        {draw.why && <p style={{ marginTop: 10 }}>{t(`why_${draw.why}`)}</p>}
        {dealt && <p style={{ marginTop: 10, fontWeight: 600 }}>{t("summary", { people: draw.people, wishes: draw.wishes, won: draw.won })}</p>}
      </section>
      <section className="panel pad" style={{ marginTop: 16 }}>
        <h2 style={{ fontSize: 15 }}>{t(dealt ? "mine" : "wishes")}</h2>
        <Mine draw={draw} />
        {record.data && record.data.entries.length > 0 && (
          <>
            <h2 style={{ fontSize: 15, marginTop: 18 }}>{t("everybody")}</h2>
            <Everybody record={record.data} draw={draw} />
          </>
        )}
      </section>
      <section className="panel pad" style={{ marginTop: 16 }}>
        <h2 style={{ fontSize: 15, marginBottom: 10 }}>{t("how")}</h2>
        <Check draw={draw} />
      </section>
      <Others draw={draw} />
    </>
  );
}
