/** One import: how far it is, what is wrong with which rows, what each column became, and the step after a check. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useEffect, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { api, ok, type Import } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useLocale, useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { usePhone } from "../../shared/screen";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { UndoButton } from "../undo/UndoButton";
import { UndoPanel } from "../undo/UndoPanel";
import { importQuery, isAtWork, keepUpload, startImport, uploadOf, type Mapping, type Upload } from "./api";
import { ColumnsPanel } from "./ColumnsPanel";
import { FaultsTable } from "./FaultsTable";
import { ImportMode, ImportState } from "./ImportState";
import { PeopleOutcome } from "./PeopleOutcome";
import { ResultPanel } from "./ResultPanel";
import { WORDS } from "./words";

function CancelButton({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const cancel = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/imports/{import_id}/cancel", { params: { path: { import_id: one.id } } })),
    onError: (error) => void message.error(problem(error), 5),
    onSettled: () => client.invalidateQueries({ queryKey: ["imports"] }),
  });
  const ask = () =>
    modal.confirm({
      title: t("cancelAsk"),
      content: t("cancelText", { n: one.rows_done - one.faulty - one.duplicates }),
      okText: t("cancel"),
      cancelText: t("keepOn"),
      okButtonProps: { danger: true },
      onOk: () => cancel.mutateAsync().catch(() => undefined),
    });
  return (
    <Button danger loading={cancel.isPending} onClick={one.dry_run ? () => cancel.mutate() : ask}>
      {t(one.dry_run ? "cancelCheck" : "cancel")}
    </Button>
  );
}

/** The file of this import, where the page still has it, and a start with it. */
function useFollowing(one: Import | undefined) {
  const problem = useProblemText();
  const navigate = useNavigate();
  const locale = useLocale();
  const { message } = App.useApp();
  const [, setCount] = useState(0);
  const upload = one && uploadOf(one.id);
  const start = useMutation({
    mutationFn: startImport,
    onSuccess: (made) => navigate(`/imports/${made.id}`),
    onError: (error) => void message.error(problem(error), 6),
  });
  const choose = (file: File) => {
    if (!one) return;
    const language = locale === "zh-CN" ? "zh" : "en";
    keepUpload(one.id, { file, pool_id: one.pool?.id, kind: one.kind, dry_run: one.dry_run, language, encoding: one.encoding ?? undefined, create_departments: one.create_departments });
    setCount((count) => count + 1);
  };
  const go = (change: Partial<Upload>) => upload && start.mutate({ ...upload, ...change });
  return { atHand: Boolean(upload), busy: start.isPending, choose, go };
}

/** What was checked is what is imported: the same columns, said one by one. */
function mappingOf(one: Import): Mapping {
  return { ...one.mapping, ...Object.fromEntries(one.unmapped.map((header) => [header, null])) };
}

export default function ImportPage() {
  const t = useWords(WORDS);
  const can = useCan();
  const phone = usePhone();
  const client = useQueryClient();
  const id = useParams().importId ?? "";
  const query = useQuery(importQuery(id));
  const one = query.data;
  const following = useFollowing(one);
  const finished = one && !isAtWork(one) && !one.dry_run ? one.id : undefined;
  useEffect(() => {
    if (!finished) return;
    for (const queryKey of [["customers"], ["pool-customers"], ["pools"], ["people"], ["departments"]]) void client.invalidateQueries({ queryKey });
  }, [client, finished]);
  if (query.isError && !one) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!one) return <ListSkeleton rows={4} />;
  const mayStart = can("imports.start");
  const recheck = mayStart && following.atHand && !isAtWork(one) ? (mapping: Mapping) => following.go({ mapping, dry_run: true }) : undefined;
  const side = <ColumnsPanel key={one.id} one={one} onRecheck={recheck} busy={following.busy} />;
  return (
    <>
      <div className="page-head">
        <Link to="/runs?tab=imports" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1 style={{ overflowWrap: "anywhere", minWidth: 0 }}>{one.filename}</h1>
        <span className="row" style={{ height: 34, gap: 6 }}>
          <ImportMode one={one} />
          <ImportState one={one} />
        </span>
        <div className="acts">
          {isAtWork(one) && mayStart && <CancelButton one={one} />}
          <UndoButton what="import" id={one.id} canUndo={one.can_undo} undo={one.undo} />
        </div>
      </div>
      <p className="soft" style={{ margin: "-8px 0 16px" }}>
        {[t(one.kind), one.pool?.name, one.asked_by?.name ?? t("commandLine"), dateTime(one.created_at), one.encoding && t("detected", { encoding: one.encoding })]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <div className="col" style={{ gap: 16 }}>
        <UndoPanel what="import" undo={one.undo} />
        <ResultPanel
          one={one}
          mayStart={mayStart}
          atHand={following.atHand}
          busy={following.busy}
          onFile={following.choose}
          onReal={() => following.go({ dry_run: false, mapping: mappingOf(one) })}
          onMake={() => following.go({ create_departments: true, mapping: mappingOf(one) })}
        />
        <PeopleOutcome one={one} />
        <div style={{ display: "grid", gap: 16, alignItems: "start", gridTemplateColumns: phone || !one.errors_sample.length ? "minmax(0, 1fr)" : "minmax(0, 3fr) minmax(0, 2fr)" }}>
          <FaultsTable one={one} />
          {side}
        </div>
      </div>
    </>
  );
}
