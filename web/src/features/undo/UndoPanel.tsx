/** How far an undo is, what it gave back, and what it left as it is, each with why. */
import { CheckCircleFilled } from "@ant-design/icons";
import { Alert, Progress } from "antd";
import { Link } from "react-router";

import { api, ok, type Undo, type UndoKept } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import type { What } from "./UndoButton";
import { WORDS } from "./words";

export function isUndoing(undo: Undo | null): boolean {
  return undo?.state === "selecting" || undo?.state === "running";
}

function useWhy(): (kept: UndoKept) => string {
  const t = useWords(WORDS);
  return ({ why, kind, owner }) => {
    if (why !== "moved_since") return t(why, { owner: owner?.name ?? "" });
    const key = `move_${kind ?? "other"}`;
    const what = t((key in WORDS ? key : "move_other") as keyof typeof WORDS);
    return owner ? t("moved_sinceNow", { what, owner: owner.name }) : t("moved_since", { what });
  };
}

function KeptList({ undo }: { undo: Undo }) {
  const t = useWords(WORDS);
  const why = useWhy();
  const pages = usePages<UndoKept>(["runs", "kept", undo.id, undo.kept], (after) =>
    ok(api.GET("/api/v1/undos/{undo_id}/kept", { params: { path: { undo_id: undo.id }, query: { limit: 50, after } } })),
  );
  const link = (kept: UndoKept) => (
    <Link to={`/customers/${kept.customer.id}`} className="clip title" style={{ fontWeight: 600 }} title={kept.customer.name}>
      {kept.customer.name}
    </Link>
  );
  const columns: Column<UndoKept>[] = [
    { key: "customer", title: t("customer"), width: 240, render: link },
    { key: "why", title: t("why"), width: 320, render: why },
    { key: "when", title: t("when"), width: 170, render: (kept) => <span className="num">{kept.at ? dateTime(kept.at) : "–"}</span> },
  ];
  const card = (kept: UndoKept) => (
    <div className="card">
      {link(kept)}
      <div className="meta">
        <span>{why(kept)}</span>
        {kept.at && <span className="num">{dateTime(kept.at)}</span>}
      </div>
    </div>
  );
  return <DataList columns={columns} pages={pages} rowKey={(kept) => kept.customer.id} card={card} empty={<EmptyState title={t("none")} text={t("noneText")} />} />;
}

export function UndoPanel({ what, undo }: { what: What; undo: Undo | null }) {
  const t = useWords(WORDS);
  if (!undo) return null;
  const by = [undo.requested_by?.name, dateTime(undo.started_at)].filter(Boolean).join(" · ");
  if (isUndoing(undo)) {
    const done = undo.undone + undo.kept;
    return (
      <section className="panel pad" data-testid="undo-progress">
        <p>{undo.state === "selecting" ? t("preparing") : t("progress", { done, total: undo.total })}</p>
        <Progress percent={undo.total ? Math.min(100, Math.floor((100 * done) / undo.total)) : 0} status="active" style={{ marginTop: 8 }} />
      </section>
    );
  }
  const said = undo.undone ? t(`done_${what}`, { n: undo.undone, until: dateTime(undo.protected_until) }) : t("doneNone");
  return (
    <section className="panel" data-testid="undo-result">
      <div style={{ padding: "14px 20px" }}>
        {undo.state === "failed" && <Alert type="error" showIcon title={t("failed")} description={undo.error} style={{ marginBottom: 12 }} />}
        <p className="row" style={{ fontSize: 15.5, lineHeight: 1.7, fontWeight: 600 }}>
          {undo.state === "done" && undo.undone > 0 && <CheckCircleFilled style={{ color: "#2f7d5b" }} />}
          <span>
            {said} {undo.kept > 0 && t("keptN", { n: undo.kept })}
          </span>
        </p>
        <p className="small muted" style={{ marginTop: 4 }}>{by}</p>
      </div>
      {undo.kept > 0 && <KeptList undo={undo} />}
    </section>
  );
}
