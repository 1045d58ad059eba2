/** How far an import is, or what came of it and what to do next. */
import { CheckCircleFilled, DownloadOutlined, ExclamationCircleFilled } from "@ant-design/icons";
import { Button, Progress, Upload } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Import } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { ENDINGS, faultyUrl, isAtWork } from "./api";
import { useFileCheck } from "./FileField";
import { InviteButton } from "./InviteButton";
import { PEOPLE_WORDS } from "./peopleWords";
import { WORDS } from "./words";

const count = (n: number) => n.toLocaleString("en-US");
const changing = (one: Import) => one.created + one.updated + one.deactivated + one.rejoined;
const good = (one: Import) => changing(one) + one.unchanged;
const leftOut = (one: Import) => one.faulty + one.duplicates;

function Numbers({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const tiles: [string, number, boolean][] = [
    [t(one.dry_run ? "wouldCreate" : "created"), one.created, false],
    [t(one.dry_run ? "wouldUpdate" : "updated"), one.updated, false],
    ...(one.kind === "people"
      ? ([
          [p(one.dry_run ? "wouldDeactivate" : "deactivated"), one.deactivated, false],
          [p(one.dry_run ? "wouldRejoin" : "rejoined"), one.rejoined, false],
        ] as [string, number, boolean][])
      : []),
    [t("unchanged"), one.unchanged, false],
    ...(one.duplicates ? [[t("duplicates"), one.duplicates, false] as [string, number, boolean]] : []),
    [t("faulty"), one.faulty, one.faulty > 0],
  ];
  return (
    <div className="row wrap" style={{ gap: "12px 40px", marginTop: 16 }}>
      {tiles.map(([label, n, bad]) => (
        <div key={label}>
          <div className="small muted">{label}</div>
          <div className="num" style={{ fontSize: 22, fontWeight: 600, color: bad ? "var(--red-fg)" : n ? "var(--ink)" : "var(--ink-3)" }}>
            {count(n)}
          </div>
        </div>
      ))}
    </div>
  );
}

function AtWork({ one }: { one: Import }) {
  const t = useWords(WORDS);
  const { state, rows_done, rows_total } = one;
  const numbers = { done: count(rows_done), total: count(rows_total ?? 0) };
  const text = state === "writing" ? t(one.dry_run ? "checkingText" : "writingText", numbers) : t(state === "waiting" ? "waitingText" : "readingText");
  return (
    <>
      <p>{text}</p>
      <Progress percent={rows_total ? Math.floor((100 * rows_done) / rows_total) : 0} status="active" style={{ marginTop: 8 }} />
    </>
  );
}

function useSentence(): (one: Import) => string {
  const t = useWords(WORDS);
  const words = useServerWords();
  return (one) => {
    const numbers = { total: count(good(one) + leftOut(one)), good: count(good(one)), faulty: count(one.faulty), same: count(one.duplicates) };
    if (one.state === "failed") {
      const why = t(one.dry_run ? "failedCheck" : "failedText", { why: words(one.error?.message) });
      return good(one) && !one.dry_run ? why : `${why} ${t("failedNothing")}`;
    }
    if (one.state === "cancelled") return one.dry_run ? t("cancelledCheck") : t("cancelledText", { n: numbers.good });
    if (leftOut(one) && !good(one)) return t(one.duplicates ? "noneGood" : "allFaulty", numbers);
    if (one.duplicates && (!one.dry_run || changing(one))) return t(`same${one.faulty ? "Faulty" : ""}${one.dry_run ? "Check" : "Import"}`, numbers);
    if (one.dry_run && !changing(one)) return t("nothingNew", numbers);
    if (one.dry_run) return t(one.faulty ? "faultyCheck" : "cleanCheck", numbers);
    return t(one.faulty ? "faultyImport" : "cleanImport", numbers);
  };
}

/** Asks for the file again where the page no longer has it. */
function ChooseAgain({ one, onFile }: { one: Import; onFile: (file: File) => void }) {
  const t = useWords(WORDS);
  const fits = useFileCheck();
  return (
    <span className="row wrap">
      <Upload
        accept={ENDINGS.join(",")}
        showUploadList={false}
        beforeUpload={(file) => {
          if (fits(file)) onFile(file);
          return false;
        }}
      >
        <Button data-testid="choose-again">{t("again")}</Button>
      </Upload>
      <span className="small muted">{t("againHint", { name: one.filename })}</span>
    </span>
  );
}

type Props = { one: Import; mayStart: boolean; atHand: boolean; busy: boolean; onFile: (file: File) => void; onReal: () => void; onMake: () => void };

function NextSteps({ one, mayStart, atHand, busy, onFile, onReal, onMake }: Props) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const can = useCan();
  const n = good(one);
  const steps: ReactNode[] = [];
  if (one.dry_run && one.state === "done" && changing(one) > 0 && mayStart) {
    steps.push(
      atHand ? (
        <Button key="real" type="primary" size="large" loading={busy} onClick={onReal} data-testid="import-real">
          {t(leftOut(one) ? "importGood" : "importReal", { n: count(n) })}
        </Button>
      ) : (
        <ChooseAgain key="choose" one={one} onFile={onFile} />
      ),
    );
  }
  if (one.dry_run && atHand && mayStart && !one.create_departments && one.errors_sample.some((fault) => fault.code === "unknown_department")) {
    steps.push(
      <Button key="make" loading={busy} onClick={onMake} data-testid="make-departments">
        {p("makeThem")}
      </Button>,
    );
  }
  if (one.kind === "people" && !one.dry_run) {
    steps.push(
      can("people.edit") && <InviteButton key="invite" one={one} />,
      <Link key="team" to="/team">
        <Button>{p("toTeam")}</Button>
      </Link>,
    );
  }
  if (one.pool && !one.dry_run && one.state === "done" && n > 0) {
    steps.push(
      <Link key="customers" to="/customers?scope=all">
        <Button type={one.faulty ? "default" : "primary"}>{t("toCustomers")}</Button>
      </Link>,
      <Link key="pool" to={`/pool/${one.pool.id}`}>
        <Button>{t("toPool")}</Button>
      </Link>,
    );
  }
  if (leftOut(one) > 0) {
    steps.push(
      <Button key="download" href={faultyUrl(one.id)} download icon={<DownloadOutlined />} type={one.dry_run || one.outcome?.to_invite ? "default" : "primary"} data-testid="download-faulty">
        {t(one.duplicates ? "downloadLeft" : "download", { n: count(leftOut(one)) })}
      </Button>,
    );
  }
  if (mayStart && (leftOut(one) > 0 || one.state !== "done")) {
    steps.push(
      <Link key="again" to={`/imports/new?kind=${one.kind}${one.pool ? `&pool=${one.pool.id}` : ""}`}>
        <Button>{t(one.faulty ? "importMended" : "again")}</Button>
      </Link>,
    );
  }
  return steps.length ? <div className="row wrap" style={{ marginTop: 18, gap: 10 }}>{steps}</div> : null;
}

function hintOf({ one, atHand }: Props) {
  if (one.state === "failed") return atHand && Array.isArray(one.error?.data.headers) ? "failedFix" : "failedMend";
  if (one.state === "cancelled") return one.dry_run ? null : "cancelledHint";
  if (!one.faulty) return one.duplicates ? "sameHint" : null;
  return one.dry_run ? "mendCheckHint" : "mendHint";
}

export function ResultPanel(props: Props) {
  const { one } = props;
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const sentence = useSentence();
  if (isAtWork(one)) {
    return (
      <section className="panel pad" data-testid="progress">
        <AtWork one={one} />
        {one.state === "writing" && <Numbers one={one} />}
      </section>
    );
  }
  const fine = one.state === "done" && !one.faulty && good(one) > 0;
  const key = hintOf(props);
  const hint = key && (one.kind === "people" && (key === "cancelledHint" || key === "mendHint") ? p(key) : t(key));
  return (
    <section className="panel pad" data-testid="result">
      <p style={{ fontSize: 15.5, lineHeight: 1.7, fontWeight: 600, overflowWrap: "anywhere" }} className="row">
        {fine ? <CheckCircleFilled style={{ color: "#2f7d5b" }} /> : <ExclamationCircleFilled style={{ color: one.state === "failed" ? "#b3402f" : "#b7791f" }} />}
        {sentence(one)}
      </p>
      {hint && <p className="soft" style={{ marginTop: 6, lineHeight: 1.7 }}>{hint}</p>}
      {(one.state === "done" || good(one) > 0) && <Numbers one={one} />}
      {one.outcome && one.outcome.to_invite > 0 && <p className="soft" style={{ marginTop: 14 }}>{p("inviteHint")}</p>}
      <NextSteps {...props} />
    </section>
  );
}
