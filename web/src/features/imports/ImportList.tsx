/** The imports, newest first. */
import { Button } from "antd";
import { Link } from "react-router";

import { api, ok, type Import } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { ImportMode, ImportState } from "./ImportState";
import { PEOPLE_WORDS } from "./peopleWords";
import { WORDS } from "./words";

function Count({ n, bad }: { n: number; bad?: boolean }) {
  return <span className={n ? "num" : "num muted"} style={n && bad ? { color: "var(--red-fg)", fontWeight: 600 } : undefined}>{n.toLocaleString("en-US")}</span>;
}

function What({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  return (
    <>
      {t(one.kind)}
      {one.deactivated > 0 && (
        <div className="small muted">
          {p("deactivated")} {one.deactivated.toLocaleString("en-US")}
        </div>
      )}
    </>
  );
}

function useColumns(): Column<Import>[] {
  const t = useWords(WORDS);
  return [
    {
      key: "file",
      title: t("file"),
      width: 200,
      render: (one) => (
        <Link to={`/imports/${one.id}`} className="clip" style={{ fontWeight: 600 }} title={one.filename}>
          {one.filename}
        </Link>
      ),
    },
    { key: "kind", title: t("what"), width: 90, render: (one) => <What one={one} /> },
    { key: "mode", title: "", width: 78, render: (one) => <ImportMode one={one} /> },
    { key: "state", title: t("state"), width: 88, render: (one) => <ImportState one={one} /> },
    { key: "created", title: t("created"), width: 80, align: "right", render: (one) => <Count n={one.created} /> },
    { key: "updated", title: t("updated"), width: 84, align: "right", render: (one) => <Count n={one.updated} /> },
    { key: "unchanged", title: t("unchanged"), width: 100, align: "right", render: (one) => <Count n={one.unchanged} /> },
    { key: "duplicates", title: t("duplicates"), width: 100, align: "right", render: (one) => <Count n={one.duplicates} /> },
    { key: "faulty", title: t("faulty"), width: 72, align: "right", render: (one) => <Count n={one.faulty} bad /> },
    { key: "by", title: t("by"), width: 100, render: (one) => one.asked_by?.name ?? <span className="muted">{t("commandLine")}</span> },
    { key: "when", title: t("when"), width: 165, render: (one) => <span className="num">{dateTime(one.created_at)}</span> },
  ];
}

function ImportCard({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const counts = (["created", "updated", "unchanged", "duplicates", "faulty"] as const).filter((key) => one[key]);
  const people = (["deactivated", "rejoined"] as const).filter((key) => one[key]);
  return (
    <div className="card">
      <Link to={`/imports/${one.id}`} className="title">
        {one.filename}
      </Link>
      <span className="row" style={{ gap: 4 }}>
        <ImportMode one={one} />
        <ImportState one={one} />
      </span>
      <div className="meta">
        {counts.map((key) => (
          <span key={key} className="num">
            {t(key)} {one[key].toLocaleString("en-US")}
          </span>
        ))}
        {people.map((key) => (
          <span key={key} className="num">
            {p(key)} {one[key].toLocaleString("en-US")}
          </span>
        ))}
        <span>{t(one.kind)}</span>
        <span>{one.asked_by?.name ?? t("commandLine")}</span>
        <span className="num">{dateTime(one.created_at)}</span>
      </div>
    </div>
  );
}

export function ImportList() {
  const t = useWords(WORDS);
  const can = useCan();
  const columns = useColumns();
  const pages = usePages<Import>(["imports", "list"], (after) => ok(api.GET("/api/v1/imports", { params: { query: { limit: 50, after } } })), {
    refetchInterval: 5_000,
  });
  const empty = (
    <EmptyState title={t("none")} text={t("noneText")}>
      {can("imports.start") && (
        <Link to="/imports/new">
          <Button type="primary">{t("newImport")}</Button>
        </Link>
      )}
    </EmptyState>
  );
  return <DataList columns={columns} minWidth={1160} pages={pages} rowKey={(one) => one.id} card={(one) => <ImportCard one={one} />} empty={empty} />;
}
