/** What the rules on the screen would do to the customers of today, before anybody publishes them. */
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, InputNumber, Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";

import { useWords } from "../../../shared/i18n";
import { useProblemText } from "../../../shared/problems";
import { saveFile } from "../../../shared/files";
import { previewCsv, type Cut } from "../api";
import { PREVIEW_WORDS } from "../previewWords";
import type { Preview, PreviewQuestion } from "../shapes";
import { HORIZONS, Horizons, plainNumber, useSays } from "./Horizons";
import { Whom } from "./Whom";
import "./preview.css";

const PreviewCustomers = lazy(() => import("./PreviewCustomers"));

type Props = {
  poolId: string;
  poolName: string;
  question: PreviewQuestion;
  preview: Preview | undefined;
  error: unknown;
  stale: boolean;
  faulty: boolean;
  graceDays: number | null;
  onGrace: (days: number | null) => void;
};

function Figures({ poolId, question, preview, graceDays }: Pick<Props, "poolId" | "question" | "graceDays"> & { preview: Preview }) {
  const t = useWords(PREVIEW_WORDS);
  const says = useSays();
  const [asTable, setAsTable] = useState(false);
  const [open, setOpen] = useState<{ cut: Cut; title: string } | null>(null);
  const show = (cut: Cut, name: string) => {
    const horizon = HORIZONS.find((each) => (each === "at_once" ? 0 : each === "within_7" ? 7 : 30) === cut.within) ?? "at_once";
    setOpen({ cut, title: t("customers", { name, when: t(horizon) }) });
  };
  return (
    <>
      <Horizons preview={preview} asTable={asTable} onOpen={(within) => show({ within }, t("all"))} />
      <p className="says" data-testid="preview-says">
        {says(preview, graceDays)} {preview.never > 0 && t("never", { n: plainNumber(preview.never) })}
      </p>
      <Whom preview={preview} asTable={asTable} onOpen={show} />
      <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => setAsTable(!asTable)}>
        {t(asTable ? "chart" : "table")}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <PreviewCustomers poolId={poolId} question={question} cut={open.cut} title={open.title} now={preview.now} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  );
}

export function PreviewPanel({ poolId, poolName, question, preview, error, stale, faulty, graceDays, onGrace }: Props) {
  const t = useWords(PREVIEW_WORDS);
  const problem = useProblemText();
  const { message } = App.useApp();
  const csv = useMutation({
    mutationFn: () => previewCsv(poolId, question),
    onSuccess: (blob) => saveFile(`${poolName}.csv`, blob),
    onError: (failed) => void message.error(problem(failed)),
  });
  return (
    <section className="panel preview" style={{ marginTop: 16 }} data-testid="preview">
      <header className="wrap">
        <h2>{t("title")}</h2>
        {preview && <span className="small muted">{t("sub", { n: plainNumber(preview.population) })}</span>}
        {stale && !faulty && <span className="small muted">{t("busy")}</span>}
        <span className="acts row wrap">
          <label className="row small soft" title={t("graceHint")}>
            {t("grace")}
            <InputNumber<number> size="small" min={0} max={60} precision={0} value={graceDays ?? 0} onChange={(days) => onGrace(days || null)} suffix={t("workingDays")} style={{ width: 138 }} inputMode="numeric" aria-label={t("grace")} />
          </label>
          <Button size="small" loading={csv.isPending} disabled={!preview || faulty} onClick={() => csv.mutate()}>
            {t("csv")}
          </Button>
        </span>
      </header>
      <div className={stale ? "body stale" : "body"}>
        {faulty && <Alert type="info" showIcon title={t("faulty")} style={{ marginBottom: 12 }} />}
        {!faulty && error !== null && !preview && <Alert type="error" showIcon title={problem(error)} />}
        {preview ? (
          preview.population ? (
            <Figures poolId={poolId} question={question} preview={preview} graceDays={graceDays} />
          ) : (
            <p className="soft">{t("empty")}</p>
          )
        ) : (
          !error && !faulty && <Skeleton active />
        )}
      </div>
    </section>
  );
}
