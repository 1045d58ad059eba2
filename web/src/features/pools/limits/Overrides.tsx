/** What holds for one person for a while: granted with a reason, revoked when it is no longer needed. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { lazy, Suspense, useState } from "react";

import type { Override } from "../../../api";
import { useNow } from "../../../shared/clock";
import { DataList, type Column } from "../../../shared/DataList";
import { useWords } from "../../../shared/i18n";
import { usePages } from "../../../shared/pages";
import { useProblemText } from "../../../shared/problems";
import { EmptyState } from "../../../shared/States";
import { day, untilText } from "../../../shared/time";
import { getOverrides, overridesKey, refreshLimits, revokeOverride, type OverrideState, type Scope } from "./api";
import { useLimitValue, useRuleName } from "./rules";
import { LIMIT_WORDS } from "./words";

const OverrideDialog = lazy(() => import("./OverrideDialog"));

function State({ row }: { row: Override }) {
  const t = useWords(LIMIT_WORDS);
  const now = useNow();
  if (row.revoked_at) return <span className="pill">{t("revoked", { when: day(row.revoked_at) })}</span>;
  if (Date.parse(row.until) <= now) return <span className="pill">{t("over")}</span>;
  return Date.parse(row.from) <= now ? <span className="pill sea">{t("on")}</span> : <span className="pill sand">{t("soon")}</span>;
}

function RevokeButton({ row, scope }: { row: Override; scope: Scope }) {
  const t = useWords(LIMIT_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const ruleName = useRuleName(scope);
  const { message, modal } = App.useApp();
  const revoke = useMutation({
    mutationFn: () => revokeOverride(scope, row.id),
    onSuccess: () => void message.success(t("revokedDone")),
    onError: (error) => void message.error(problem(error)),
    onSettled: () => refreshLimits(client),
  });
  const ask = () =>
    modal.confirm({
      title: t("revokeTitle", { name: row.person.name }),
      content: t("revokeText", { rule: ruleName(row.rule) }),
      okText: t("revoke"),
      cancelText: t("cancel"),
      onOk: () => revoke.mutateAsync().catch(() => undefined),
    });
  return (
    <Button size="small" loading={revoke.isPending} onClick={ask} data-testid="revoke-override">
      {t("revoke")}
    </Button>
  );
}

function useColumns(scope: Scope, state: OverrideState, locked: boolean): Column<Override>[] {
  const t = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  const ruleName = useRuleName(scope);
  const columns: (Column<Override> | false)[] = [
    { key: "person", title: t("person"), width: 110, render: (row) => <b>{row.person.name}</b> },
    { key: "rule", title: t("rule"), width: 150, render: (row) => <>{ruleName(row.rule)} <b className="num">{value(row.rule, row.value)}</b></> },
    { key: "when", title: t("when"), width: 210, render: (row) => <span className="num">{t("fromTo", { from: day(row.from), until: untilText(row.until) })}</span> },
    { key: "why", title: t("why"), width: 220, render: (row) => <span title={row.why} style={{ whiteSpace: "normal" }}>{row.why}</span> },
    { key: "by", title: t("grantedBy"), width: 120, render: (row) => <span title={day(row.granted_at)}>{row.source === "earned" ? t("byRule") : (row.granted_by?.name ?? "–")}</span> },
    { key: "state", title: "", width: 130, render: (row) => <State row={row} /> },
    state === "current" && !locked && { key: "act", title: "", width: 84, align: "right", pinned: true, render: (row) => <RevokeButton row={row} scope={scope} /> },
  ];
  return columns.filter((column) => column !== false);
}

function OverrideCard({ row, scope, revocable }: { row: Override; scope: Scope; revocable: boolean }) {
  const t = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  const ruleName = useRuleName(scope);
  return (
    <div className="card" data-testid="override">
      <span className="title">
        {row.person.name} · {ruleName(row.rule)} {value(row.rule, row.value)}
      </span>
      <State row={row} />
      <div className="meta num">{t("fromTo", { from: day(row.from), until: untilText(row.until) })}</div>
      <div className="meta">
        <span>{row.why}</span>
        <span>
          {t("grantedBy")} {row.source === "earned" ? t("byRule") : (row.granted_by?.name ?? "–")}
        </span>
      </div>
      {revocable && (
        <div className="acts">
          <RevokeButton row={row} scope={scope} />
        </div>
      )}
    </div>
  );
}

export function Overrides({ scope, locked }: { scope: Scope; locked: boolean }) {
  const t = useWords(LIMIT_WORDS);
  const [state, setState] = useState<OverrideState>("current");
  const [granting, setGranting] = useState(false);
  const pages = usePages<Override>(overridesKey(scope, state), (after) => getOverrides(scope, state, after));
  const columns = useColumns(scope, state, locked);
  return (
    <section className="panel">
      <header>
        <h2>{t(scope ? "overrides" : "overridesCompany")}</h2>
        {!locked && (
          <Button className="acts" icon={<PlusOutlined />} onClick={() => setGranting(true)} data-testid="grant-override">
            {t("grant")}
          </Button>
        )}
      </header>
      <div className="body">
        <p className="soft small" style={{ lineHeight: 1.7, marginBottom: 10 }}>{t("overridesText")}</p>
        <Segmented<OverrideState> value={state} onChange={setState} options={(["current", "past"] as const).map((each) => ({ value: each, label: t(each) }))} />
      </div>
      <DataList
        columns={columns}
        minWidth={900}
        pages={pages}
        rowKey={(row) => row.id}
        card={(row) => <OverrideCard row={row} scope={scope} revocable={state === "current" && !locked} />}
        empty={state === "current" ? <EmptyState title={t("noCurrent")} text={t("noCurrentText")} /> : <EmptyState title={t("noPast")} />}
      />
      {granting && (
        <Suspense fallback={null}>
          <OverrideDialog scope={scope} onClose={() => setGranting(false)} />
        </Suspense>
      )}
    </section>
  );
}
