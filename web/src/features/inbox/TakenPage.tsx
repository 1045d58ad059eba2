/** What one sweep took from the reader: each customer, where it went, and which timer had run out. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Link, useParams } from "react-router";

import { api, ok, type RunItem } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useLocale, useServerWords, useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { useDialogs } from "../moves/Dialogs";
import { useWaiting } from "../requests/api";
import { WORDS as REQUESTS } from "../requests/words";
import { WORDS } from "./words";

function Name({ item }: { item: RunItem }) {
  const t = useWords(WORDS);
  return (
    <span className="row">
      <Link to={`/customers/${item.customer.id}`} className="clip" style={{ fontWeight: 600 }}>
        {item.customer.name}
      </Link>
      {item.outcome === "undone" && <span className="pill sea">{t("undone")}</span>}
    </span>
  );
}

/** Whether it is not too late, and nobody has it by now, the dialog says. */
function Appeal({ item }: { item: RunItem }) {
  const r = useWords(REQUESTS);
  const dialogs = useDialogs();
  const waiting = useWaiting("appeal").get(item.customer.id);
  if (item.outcome !== "moved") return null;
  if (waiting) {
    return (
      <Link to={`/requests?box=mine&id=${waiting}`} className="pill sand">
        {r("appealWaiting")}
      </Link>
    );
  }
  return (
    <Button size="small" onClick={() => dialogs.ask("appeal", item.customer)} data-testid="appeal">
      {r("appeal")}
    </Button>
  );
}

export default function TakenPage() {
  const t = useWords(WORDS);
  const words = useServerWords();
  const comma = useLocale() === "zh-CN" ? "、" : ", ";
  const id = useParams().runId ?? "";
  const pages = usePages<RunItem>(["runs", "taken", id], (after) =>
    ok(api.GET("/api/v1/recycle-runs/{run_id}/items", { params: { path: { run_id: id }, query: { after } } })),
  );
  const timers = (item: RunItem) => item.timers.map(words).join(comma);
  const columns: Column<RunItem>[] = [
    { key: "customer", title: t("customer"), width: 260, render: (item) => <Name item={item} /> },
    { key: "to", title: t("to"), width: 180, render: (item) => item.pool_to.name },
    { key: "timers", title: t("timer"), width: 160, render: timers },
    { key: "segment", title: t("segment"), width: 200, render: (item) => words(item.segment) },
    { key: "act", title: "", width: 130, align: "right", pinned: true, render: (item) => <Appeal item={item} /> },
  ];
  return (
    <>
      <div className="page-head">
        <Link to="/inbox" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("takenTitle")}</h1>
      </div>
      <p className="soft" style={{ marginBottom: 12 }}>{t("takenText")}</p>
      <section className="panel" style={{ overflow: "hidden" }}>
        <DataList
          columns={columns}
          pages={pages}
          rowKey={(item) => item.customer.id}
          card={(item) => (
            <div className="card">
              <Name item={item} />
              <div className="meta">
                <span>{item.pool_to.name}</span>
                <span>{timers(item)}</span>
                <span>{words(item.segment)}</span>
              </div>
              <div className="acts">
                <Appeal item={item} />
              </div>
            </div>
          )}
          empty={<EmptyState title={t("none")} text={t("noneText")} />}
        />
      </section>
    </>
  );
}
