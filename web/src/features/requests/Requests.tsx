/** 申请: what waits for my yes, what I asked for, what is over; alone in a drawer or many at once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Badge, Button, Input, Modal, Tabs } from "antd";
import { lazy, Suspense, useState } from "react";

import { api, ok, type Request } from "../../api";
import { DataList } from "../../shared/DataList";
import { FilterChip } from "../../shared/FilterChip";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { useProblemText } from "../../shared/problems";
import { SelectionBar } from "../../shared/SelectionBar";
import { EmptyState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { useSelection } from "../../shared/useSelection";
import { useDialogs } from "../moves/Dialogs";
import { refreshRequests, sendMany, type Box, type Kind } from "./api";
import { DecideButtons, WithdrawButton } from "./buttons";
import { RequestCard, useRequestColumns } from "./columns";
import { KINDS, WORDS } from "./words";

const RequestDrawer = lazy(() => import("./RequestDrawer"));
const BOXES = ["to_decide", "mine", "decided"] as const;
const KIND_NAMES = Object.keys(KINDS) as Kind[];

type Decision = "accept" | "decline";

/** One answer to the selected ones; those refused come back with the reason. */
function BulkButtons({ rows, onDone }: { rows: Request[]; onDone: () => void }) {
  const t = useWords(WORDS);
  const client = useQueryClient();
  const dialogs = useDialogs();
  const problem = useProblemText();
  const { message } = App.useApp();
  const [note, setNote] = useState<string | null>(null);
  // Of one kind: in its own words. A no to one that shall be verified archives it.
  const kind = rows.every((row) => row.kind === rows[0]?.kind) ? rows[0]?.kind : undefined;
  const [yes, no] = [t(kind ? `accept_${kind}` : "acceptMany"), t(kind ? `decline_${kind}` : "declineMany")];
  const archives = rows.some((row) => row.kind === "reverify");
  const decide = useMutation({
    mutationFn: (decision: Decision) => sendMany(decision, rows.map((row) => row.id), note?.trim() ?? ""),
    onSuccess: ({ results }, decision) => {
      const customers = new Map(rows.flatMap((row) => (row.customer ? [[row.id, row.customer]] : [])));
      const refused = results.filter((result) => result.outcome === "refused").length;
      if (!refused) message.success(t("doneMany", { n: results.length }));
      else {
        const askers = new Map(rows.flatMap((row) => (row.kind === "claim" ? [[row.id, row.asked_by]] : [])));
        const shown = results.map((result) => ({
          ...result,
          id: customers.get(result.id)?.id ?? result.id,
          outcome: result.outcome === "refused" ? ("refused" as const) : ("moved" as const),
          data: { ...result.data, theirs: askers.get(result.id) },
        }));
        dialogs.results({ title: decision === "accept" ? yes : no, answer: { results: shown }, names: [...customers.values()] });
      }
      setNote(null);
      onDone();
    },
    onError: (error) => void message.warning(problem(error), 6),
    onSettled: () => refreshRequests(client),
  });
  return (
    <>
      <Button onClick={() => setNote("")} disabled={decide.isPending}>
        {no}
      </Button>
      <Button type="primary" loading={decide.isPending && note === null} onClick={() => decide.mutate("accept")} data-testid="accept-many">
        {yes}
      </Button>
      <Modal
        open={note !== null}
        width={440}
        title={t("declineManyTitle", { answer: no, n: rows.length })}
        okText={no}
        cancelText={t("cancel")}
        okButtonProps={{ loading: decide.isPending, danger: archives }}
        onOk={() => decide.mutate("decline")}
        onCancel={() => setNote(null)}
      >
        <p className="soft" style={{ margin: "4px 0 8px" }}>{t(archives ? "reverifyNote" : "declineNote")}</p>
        <Input.TextArea value={note ?? ""} onChange={(event) => setNote(event.target.value)} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} autoFocus />
      </Modal>
    </>
  );
}

function RequestList({ box, kind, onOpen }: { box: Box; kind: Kind | undefined; onOpen: (request: Request) => void }) {
  const t = useWords(WORDS);
  const key = `${box}:${kind ?? ""}`;
  const pages = usePages<Request>(["requests", key], (after) => ok(api.GET("/api/v1/requests", { params: { query: { box, kind, after } } })), { refetchInterval: 60_000 });
  const selection = useSelection(key);
  const buttons = (request: Request) => {
    if (request.can.includes("accept")) return <DecideButtons request={request} />;
    return request.can.includes("withdraw") ? <WithdrawButton request={request} /> : null;
  };
  const columns = useRequestColumns(box, onOpen, buttons);
  const empty = kind ? <EmptyState title={t("nothingOfKind")} text="" /> : <EmptyState title={t(`nothing_${box}`)} text={t(`nothing_${box}Text`)} />;
  return (
    <>
      <DataList
        columns={columns}
        minWidth={1080}
        pages={pages}
        rowKey={(request) => request.id}
        card={(request) => <RequestCard request={request} box={box} onOpen={onOpen} buttons={buttons(request)} />}
        empty={empty}
        selection={box === "to_decide" ? selection : undefined}
      />
      <SelectionBar ids={selection.ids} total={undefined} all={false} onClear={selection.clear}>
        <BulkButtons rows={pages.rows.filter((row) => selection.ids.includes(row.id))} onDone={selection.clear} />
      </SelectionBar>
    </>
  );
}

export default function Requests() {
  const t = useWords(WORDS);
  const k = useWords(KINDS);
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const box = oneOf(BOXES, url.box) ?? "to_decide";
  const kind = oneOf(KIND_NAMES, url.kind);
  const label = (each: Box) =>
    each === "to_decide" ? (
      <span className="row">
        {t(each)}
        <Badge count={me.requests_to_decide} size="small" color="#b3402f" />
      </span>
    ) : (
      t(each)
    );
  return (
    <>
      <div className="page-head">
        <h1>{t("requests")}</h1>
        <span className="sub">{t("sub")}</span>
      </div>
      <section className="panel">
        <Tabs
          activeKey={box}
          onChange={(next) => setUrl({ box: next === "to_decide" ? undefined : next })}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
          items={BOXES.map((each) => ({ key: each, label: label(each) }))}
        />
        <div className="filters">
          <FilterChip label={t("kind")} value={kind} onChange={(value) => setUrl({ kind: value })} options={KIND_NAMES.map((each) => ({ value: each, label: k(each) }))} />
        </div>
        <RequestList key={box} box={box} kind={kind} onOpen={(request) => setUrl({ id: request.id })} />
      </section>
      {url.id && (
        <Suspense fallback={null}>
          <RequestDrawer id={url.id} onClose={() => setUrl({ id: undefined })} />
        </Suspense>
      )}
    </>
  );
}
