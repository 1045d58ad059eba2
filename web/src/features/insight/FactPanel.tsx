/** One fact: who, how many of how many, against the median; what exactly is counted; the list behind each row. */
import { RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { lazy, Suspense, useState } from "react";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { EmptyState, ErrorState } from "../../shared/States";
import { factQuery, keyOf, type Asked, type Fact, type FactRow, type FactTable } from "./api";
import { percent, scaleOf, ShareBar, useFigures, usePeople } from "./figures";
import { WORDS } from "./words";

const FactDrawer = lazy(() => import("./FactDrawer"));
const FEW = 12;

type Lines = { table: FactTable; rows: FactRow[]; onOpen: (row: FactRow) => void };

function Desk({ table, rows, onOpen }: Lines) {
  const t = useWords(WORDS);
  const people = usePeople();
  const figures = useFigures();
  const top = scaleOf(table.rows, table.median_share);
  const [first] = rows;
  const pairs = table.fact === "ping_pong" || table.fact === "exchanges";
  return (
    <table className="fact-table">
      <thead>
        <tr>
          <th>{t(pairs ? "chain" : "who")}</th>
          <th className="wide">{t("shareBar")}</th>
          <th className="n">{t("share")}</th>
          <th className="n">{t("ofAll")}</th>
          {first && figures(table.fact, first).map(({ title }) => <th className="n" key={title}>{title}</th>)}
          <th aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} onClick={() => onOpen(row)} data-testid="fact-row">
            <th scope="row">
              <button type="button" className="plain">{people(row)}</button>
            </th>
            <td className="wide"><ShareBar row={row} top={top} median={table.median_share} /></td>
            <td className="n num">{percent(row.share)}</td>
            <td className="n num"><b>{row.n}</b> / {row.of}</td>
            {figures(table.fact, row).map(({ title, value }) => <td className="n num" key={title}>{value}</td>)}
            <td><RightOutlined className="muted" style={{ fontSize: 11 }} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Phone({ table, rows, onOpen }: Lines) {
  const people = usePeople();
  const figures = useFigures();
  const top = scaleOf(table.rows, table.median_share);
  return (
    <div className="cards">
      {rows.map((row) => (
        <button type="button" className="plain card" key={keyOf(row)} onClick={() => onOpen(row)} data-testid="fact-row">
          <span className="title">{people(row)}</span>
          <span className="num"><b>{row.n}</b> / {row.of} · {percent(row.share)}</span>
          <span className="meta"><ShareBar row={row} top={top} median={table.median_share} /></span>
          <span className="meta">{figures(table.fact, row).map(({ title, value }) => <span key={title} className="num">{title} {value}</span>)}</span>
        </button>
      ))}
    </div>
  );
}

function Length({ table, onN }: { table: FactTable; onN: (n: number | undefined) => void }) {
  const t = useWords(WORDS);
  const [n, setN] = useState<number | null>(table.n);
  const done = () => n !== table.n && onN(n ?? undefined);
  const label = t(table.unit === "days" ? "limitDays" : "limitHours");
  return (
    <label className="row small soft">
      {label}
      <InputNumber<number> min={1} max={table.unit === "days" ? 366 : 2160} precision={0} value={n} onChange={setN} onBlur={done} onPressEnter={done} suffix={t(table.unit ?? "days")} inputMode="numeric" style={{ width: 112 }} size="small" />
    </label>
  );
}

function Rows({ table, onOpen }: { table: FactTable; onOpen: (row: FactRow) => void }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const [all, setAll] = useState(false);
  if (!table.people) return <EmptyState title={t("nobody")} text={t("nobodyText")} />;
  if (!table.rows.length) return <EmptyState title={t(table.fact === "hoarding" ? "noneNow" : "none")} text={t("noneText", { people: table.people })} />;
  const rows = all ? table.rows : table.rows.slice(0, FEW);
  return (
    <>
      {phone ? <Phone table={table} rows={rows} onOpen={onOpen} /> : <Desk table={table} rows={rows} onOpen={onOpen} />}
      {rows.length < table.rows.length && <Button type="link" onClick={() => setAll(true)}>{t("showAll", { n: table.rows.length })}</Button>}
      {all && table.rows.length < table.with_any && <p className="small muted">{t("firstOnly", { n: table.rows.length })}</p>}
    </>
  );
}

type Props = { fact: Fact; asked: Asked; onN?: (n: number | undefined) => void };

export function FactPanel({ fact, asked, onN }: Props) {
  const t = useWords(WORDS);
  const [open, setOpen] = useState<FactRow | null>(null);
  const query = useQuery(factQuery(fact, asked));
  const table = query.data;
  const groups = fact === "ping_pong" || fact === "exchanges";
  const says = { n: table?.with_any ?? 0, people: table?.people ?? 0, median: percent(table?.median_share ?? null) };
  return (
    <section className="one-fact" data-testid={`fact-${fact}`}>
      <header className="row wrap">
        <h2>{t(fact)}</h2>
        {table && table.people > 0 && <span className="soft">{t(groups ? "saysGroups" : "says", says)}</span>}
        {table?.unit && onN && <Length key={table.n} table={table} onN={onN} />}
      </header>
      {query.isPending && <ListSkeleton rows={4} />}
      {query.isError && <ErrorState error={query.error} retry={() => void query.refetch()} />}
      {table && <Rows table={table} onOpen={setOpen} />}
      <p className="fact-counts" data-testid="fact-counts">
        {t(`counts_${fact}`, { n: table?.n ?? "" })} <span className="soft">{t(`innocent_${fact}`)}</span>
      </p>
      {open && (
        <Suspense fallback={null}>
          <FactDrawer fact={fact} asked={asked} row={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </section>
  );
}
