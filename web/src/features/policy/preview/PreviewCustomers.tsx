/** The customers behind a bar: when each would be due by the rules, when it would really go, and what holds today. */
import { Drawer } from "antd";
import { Link } from "react-router";

import { DataList, type Column } from "../../../shared/DataList";
import { useServerWords, useWords } from "../../../shared/i18n";
import { HELD_BY, TIMERS, useNames } from "../../../shared/names";
import { usePages } from "../../../shared/pages";
import { EmptyState } from "../../../shared/States";
import { dateTime } from "../../../shared/time";
import { previewCustomers, type Cut } from "../api";
import { PREVIEW_WORDS } from "../previewWords";
import type { PreviewCustomer, PreviewQuestion } from "../shapes";

type Props = { poolId: string; question: PreviewQuestion; cut: Cut; title: string; now: string; onClose: () => void };

function useColumns(now: string): Column<PreviewCustomer>[] {
  const t = useWords(PREVIEW_WORDS);
  const words = useServerWords();
  const name = useNames();
  const at = (instant: string | null) => (instant === null ? t("stays") : instant <= now ? t("atOnce") : dateTime(instant));
  return [
    {
      key: "customer",
      title: t("customer"),
      width: 200,
      render: (row) => (
        <Link to={`/customers/${row.customer.id}`} style={{ fontWeight: 600 }}>
          {row.customer.name}
        </Link>
      ),
    },
    { key: "owner", title: t("owner"), width: 90, render: (row) => row.owner.name },
    { key: "segment", title: t("segment"), width: 140, render: (row) => words(row.segment) },
    { key: "timer", title: t("timer"), width: 100, render: (row) => name(TIMERS, row.timer) },
    { key: "deadline", title: t("deadline"), width: 145, render: (row) => at(row.deadline) },
    {
      key: "goes",
      title: t("goesAt"),
      width: 165,
      render: (row) => (
        <>
          {at(row.goes_at)}
          {row.held_by && <div className="small muted">{t("heldBy", { why: name(HELD_BY, row.held_by) })}</div>}
        </>
      ),
    },
    { key: "present", title: t("now"), width: 145, render: (row) => <span className="muted">{row.present ? at(row.present.deadline) : t("notNow")}</span> },
  ];
}

export default function PreviewCustomers({ poolId, question, cut, title, now, onClose }: Props) {
  const t = useWords(PREVIEW_WORDS);
  const words = useServerWords();
  const columns = useColumns(now);
  const pages = usePages<PreviewCustomer>(["pools", poolId, "preview", question, cut], (after) => previewCustomers(poolId, question, cut, after));
  const value = (key: string, row: PreviewCustomer) => columns.find((column) => column.key === key)?.render(row);
  return (
    <Drawer open size={1040} styles={{ wrapper: { maxWidth: "100vw" }, body: { padding: 0 } }} title={title} onClose={onClose}>
      <DataList
        columns={columns}
        pages={pages}
        rowKey={(row) => row.customer.id}
        density="compact"
        minWidth={960}
        card={(row) => (
          <div className="card">
            <Link to={`/customers/${row.customer.id}`} className="title">
              {row.customer.name}
            </Link>
            <span className="soft">{row.owner.name}</span>
            <div className="meta">
              <span>{words(row.segment)}</span>
              <span>{value("timer", row)}</span>
            </div>
            <div className="meta">
              <span>{t("deadline")} {value("deadline", row)}</span>
              <span>{t("goesAt")} {value("goes", row)}</span>
              <span>{t("now")} {value("present", row)}</span>
            </div>
          </div>
        )}
        empty={<EmptyState title={t("noCustomers")} />}
      />
    </Drawer>
  );
}
