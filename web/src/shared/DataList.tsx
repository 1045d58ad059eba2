/** The list that all pages share: a table at a desk, cards on a phone, one page after another. */
import { Checkbox, Table, type TableColumnType } from "antd";
import { useEffect, useRef, type ReactNode } from "react";

import { useWords, type Pair } from "./i18n";
import { ListSkeleton } from "./ListSkeleton";
import type { Pages } from "./pages";
import { usePhone } from "./screen";
import { ErrorState } from "./States";

const WORDS = {
  more: ["继续载入…", "Loading more…"],
  end: ["已全部显示", "That is all"],
} as const satisfies Record<string, Pair>;

export type Density = "compact" | "roomy";
export type Column<T> = {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  width?: number;
  align?: "left" | "right";
  /** Name of the server's sort; a leading "-" turns it round. */
  sort?: string;
  /** Which way the first click sorts. */
  sortFirst?: "ascend" | "descend";
  /** Stays in sight at the right while the others scroll. */
  pinned?: boolean;
};
export type Selection = { ids: string[]; onChange: (ids: string[]) => void };
type Props<T> = {
  columns: Column<T>[];
  pages: Pages<T>;
  rowKey: (row: T) => string;
  card: (row: T) => ReactNode;
  empty: ReactNode;
  selection?: Selection;
  sort?: { value: string | undefined; onChange: (value: string | undefined) => void };
  density?: Density;
  minWidth?: number;
  /** The class of a row that is only shown any more, and not to be selected. */
  rowState?: (row: T) => string | undefined;
};

function Sentinel({ onSeen }: { onSeen: () => void }) {
  const mark = useRef<HTMLDivElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const element = mark.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => entries[0]?.isIntersecting && seen.current(), { rootMargin: "400px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return <div ref={mark} />;
}

function Cards<T>({ pages, rowKey, card, selection, rowState }: Props<T>) {
  const toggle = (id: string, on: boolean) => selection?.onChange(on ? [...selection.ids, id] : selection.ids.filter((each) => each !== id));
  return (
    <div className="cards">
      {pages.rows.map((row) => (
        <div className={`row ${rowState?.(row) ?? ""}`} key={rowKey(row)} style={{ alignItems: "stretch", gap: 0 }}>
          {selection && (
            <label style={{ padding: "14px 0 0 12px" }}>
              <Checkbox disabled={Boolean(rowState?.(row))} checked={selection.ids.includes(rowKey(row))} onChange={(event) => toggle(rowKey(row), event.target.checked)} />
            </label>
          )}
          <div className="grow">{card(row)}</div>
        </div>
      ))}
    </div>
  );
}

function Grid<T>({ columns, pages, rowKey, selection, sort, density, minWidth, rowState }: Props<T>) {
  const antColumns = columns.map(
    (column): TableColumnType<T & object> => ({
      key: column.key,
      title: column.title,
      width: column.width,
      align: column.align,
      ellipsis: true,
      fixed: column.pinned ? "right" : undefined,
      render: (_, row) => column.render(row as T),
      sorter: Boolean(sort && column.sort),
      sortDirections: column.sortFirst === "descend" ? ["descend", "ascend"] : ["ascend", "descend"],
      showSorterTooltip: false,
      sortOrder: sort?.value && column.sort ? (sort.value === column.sort ? "ascend" : sort.value === `-${column.sort}` ? "descend" : null) : null,
    }),
  );
  return (
    <Table<T & object>
      columns={antColumns}
      dataSource={pages.rows as (T & object)[]}
      rowKey={(row) => rowKey(row as T)}
      rowClassName={(row) => rowState?.(row as T) ?? ""}
      pagination={false}
      size={density === "compact" ? "small" : "middle"}
      scroll={minWidth ? { x: minWidth } : undefined}
      rowSelection={
        selection && {
          selectedRowKeys: selection.ids,
          onChange: (keys) => selection.onChange(keys as string[]),
          getCheckboxProps: (row) => ({ disabled: Boolean(rowState?.(row as T)) }),
          columnWidth: 44,
        }
      }
      onChange={(_page, _filters, sorter) => {
        const one = Array.isArray(sorter) ? sorter[0] : sorter;
        const column = columns.find((each) => each.key === one?.columnKey);
        sort?.onChange(one?.order && column?.sort ? (one.order === "descend" ? `-${column.sort}` : column.sort) : undefined);
      }}
    />
  );
}

export function DataList<T>(props: Props<T>) {
  const { pages, empty } = props;
  const t = useWords(WORDS);
  const phone = usePhone();
  if (pages.loading) return <ListSkeleton />;
  if (pages.error) return <ErrorState error={pages.error} retry={pages.retry} />;
  if (!pages.rows.length && !pages.hasMore) return <>{empty}</>;
  return (
    <>
      {pages.rows.length > 0 && (phone ? <Cards {...props} /> : <Grid {...props} />)}
      {pages.hasMore && <Sentinel key={pages.fetched} onSeen={() => !pages.loadingMore && pages.more()} />}
      <div className="list-more small">{pages.hasMore ? t("more") : pages.rows.length > 12 ? t("end") : ""}</div>
    </>
  );
}
