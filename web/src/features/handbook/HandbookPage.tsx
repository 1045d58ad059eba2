/** The published rules of the pools that one sees, in plain sentences: to read, to print, to confirm. */
import { useQueries } from "@tanstack/react-query";
import { PrinterOutlined } from "@ant-design/icons";
import { Alert, Button, Select, Tabs } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";

import type { Handbook } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { handbookQuery, useHandbooks } from "./api";
import { Book } from "./Book";
import { Asked, Confirm, WhoConfirmed } from "./Confirmed";
import { WORDS } from "./words";

const ALL = "all";

function useStanding(): (book: Handbook) => string {
  const t = useWords(WORDS);
  const now = useNow();
  return (book) => {
    if (book.policy_number === null || !book.effective_from) return t("noRules");
    const version = t("version", { n: book.policy_number });
    const from = dateTime(book.effective_from);
    if (book.ended && Date.parse(book.ended) <= now) return `${version} · ${t("was", { from, to: dateTime(book.ended) })}`;
    if (Date.parse(book.effective_from) > now) return `${version} · ${t("planned", { when: from })}`;
    return `${version} · ${t("since", { when: from })}`;
  };
}

function PoolBook({ book, alone }: { book: Handbook; alone: boolean }) {
  const t = useWords(WORDS);
  const standing = useStanding();
  const now = useNow();
  const old = book.ended !== null && Date.parse(book.ended) <= now;
  return (
    <article className="panel book" data-testid="handbook">
      <header>
        <h2>{t("ofPool", { name: book.pool.name })}</h2>
        <p className="muted small">
          {standing(book)} · {t("edition", { edition: book.edition })}
        </p>
      </header>
      {alone && old && <Alert className="no-print" type="info" showIcon title={t("oldNote")} description={t("oldSettings")} />}
      {alone && <Asked book={book} />}
      <Book sections={book.sections} />
      {alone && <Confirm book={book} />}
    </article>
  );
}

function VersionSelect({ present, number, onChange }: { present: number; number: number; onChange: (n: number) => void }) {
  const t = useWords(WORDS);
  const newest = Math.max(present, number);
  if (newest < 2) return null;
  const options = Array.from({ length: newest }, (_, index) => newest - index).map((n) => ({
    value: n,
    label: n === present ? `${t("version", { n })} · ${t("present")}` : t("version", { n }),
  }));
  return <Select aria-label={t("olderVersions")} value={number} onChange={onChange} options={options} style={{ minWidth: 170 }} />;
}

export default function HandbookPage() {
  const t = useWords(WORDS);
  const me = useMe();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const wanted = useParams().poolId;
  const list = useHandbooks();
  const first = list.data?.[0]?.pool.id;
  const chosen = wanted ?? first;
  const all = chosen === ALL;
  const asked = Number(params.get("number")) || undefined;
  const ids = all ? (list.data ?? []).map((book) => book.pool.id) : chosen ? [chosen] : [];
  const books = useQueries({ queries: ids.map((id) => handbookQuery(id, all ? undefined : asked)) });
  if (list.error) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.data && !first) return <EmptyState title={t("none")} text={t("noneText")} />;
  const broken = books.find((book) => book.error);
  const ready = books.flatMap((book) => (book.data ? [book.data] : []));
  const present = list.data?.find((book) => book.pool.id === chosen);
  const mayAsk = !all && me.tenant.handbook_acknowledged && me.pools.some((pool) => pool.id === chosen && pool.rights.admin);
  const tabs = (list.data ?? []).map((book) => ({ key: book.pool.id, label: book.pool.name }));
  const number = all ? undefined : (asked ?? present?.policy_number ?? undefined);
  return (
    <div className="handbook-page">
      <div className="page-head no-print">
        <h1>{t("handbook")}</h1>
        <span className="sub">{t("sub")}</span>
        <div className="acts">
          {number && present?.policy_number && (
            <VersionSelect present={present.policy_number} number={number} onChange={(n) => setParams(n === present.policy_number ? {} : { number: String(n) })} />
          )}
          <Button icon={<PrinterOutlined />} onClick={() => window.print()} disabled={!ready.length} data-testid="print">
            {t("print")}
          </Button>
        </div>
      </div>
      {tabs.length > 1 && (
        <Tabs className="no-print" activeKey={chosen} onChange={(id) => void navigate(`/handbook/${id}`)} items={[...tabs, { key: ALL, label: t("allPools") }]} />
      )}
      {broken ? (
        <ErrorState error={broken.error} retry={() => void broken.refetch()} />
      ) : (
        <div className={mayAsk ? "book-and-who" : undefined}>
          <div className="col">
            {ready.length ? ready.map((book) => <PoolBook key={book.pool.id} book={book} alone={!all} />) : <section className="panel"><ListSkeleton rows={6} /></section>}
          </div>
          {mayAsk && chosen && <WhoConfirmed poolId={chosen} />}
        </div>
      )}
    </div>
  );
}
