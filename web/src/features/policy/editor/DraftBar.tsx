/** What is being edited, whether it is saved, and what can be done with it; and what to do when somebody else saved first. */
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Tooltip } from "antd";

import { useNow } from "../../../shared/clock";
import { useWords } from "../../../shared/i18n";
import { useProblemText } from "../../../shared/problems";
import { dateTime, relative } from "../../../shared/time";
import { discardDraft } from "../api";
import { EDITOR_WORDS } from "../editorWords";
import type { DraftState } from "../useDraft";
import { saveFile } from "../../../shared/files";

type Props = {
  poolId: string;
  state: DraftState;
  /** The number in force; null: none yet. */
  present: number | null;
  faulty: boolean;
  onDiscarded: () => void;
  onCompare: () => void;
  onPublish: () => void;
};

function Saved({ state }: { state: DraftState }) {
  const t = useWords(EDITOR_WORDS);
  const now = useNow();
  const problem = useProblemText();
  const { status, draft } = state;
  if (status === "saving") return <span className="muted">{t("saving")}</span>;
  if (status === "waiting") return <span className="muted">{t("waiting")}</span>;
  if (status === "failed" && !state.conflict) {
    return (
      <span className="row">
        <Tooltip title={problem(state.error)}>
          <span className="pill bad">{t("notSaved")}</span>
        </Tooltip>
        <Button size="small" onClick={() => void state.flush()}>
          {t("again")}
        </Button>
      </span>
    );
  }
  if (!draft) return null;
  const when = relative(draft.updated_at, now);
  return (
    <span className="muted" title={dateTime(draft.updated_at)} data-testid="draft-saved">
      {draft.author ? t("savedBy", { who: draft.author, when }) : t("savedAt", { when })}
    </span>
  );
}

export function DraftBar({ poolId, state, present, faulty, onDiscarded, onCompare, onPublish }: Props) {
  const t = useWords(EDITOR_WORDS);
  const problem = useProblemText();
  const { message } = App.useApp();
  const { draft } = state;
  const begun = draft !== null || state.status !== "saved";
  const basedOn = draft ? draft.based_on : present;
  const discard = useMutation({
    mutationFn: async () => {
      const saved = await state.flush();
      if (saved) await discardDraft(poolId, saved.version);
    },
    onSuccess: () => {
      message.success(t("discarded"));
      onDiscarded();
    },
    onError: (error) => void message.error(problem(error)),
  });
  if (!begun && present === null) return null;
  const why = !begun ? t("nothingNew") : faulty ? t("publishFirst") : "";
  return (
    <div className="draft-bar" data-testid="draft-bar">
      <span className="row wrap grow">
        {begun && <span className="pill sand">{basedOn === null ? t("editingFresh") : t("editing", { n: basedOn })}</span>}
        {!begun && present !== null && <span className="soft">{t("clean", { n: present })}</span>}
        <Saved state={state} />
        {draft && basedOn !== null && present !== null && basedOn < present && (
          <span className="row">
            <span className="pill bad">{t("outdated", { n: basedOn, m: present })}</span>
            <Button size="small" onClick={onCompare}>
              {t("compare")}
            </Button>
          </span>
        )}
      </span>
      <span className="row">
        {draft && (
          <Popconfirm title={t("discardSure")} description={t("discardText")} okText={t("discard")} cancelText={t("cancel")} okButtonProps={{ danger: true }} onConfirm={() => discard.mutate()} styles={{ root: { maxWidth: 340 } }}>
            <Button loading={discard.isPending} disabled={Boolean(state.conflict)}>
              {t("discard")}
            </Button>
          </Popconfirm>
        )}
        <Tooltip title={why}>
          <Button type="primary" disabled={Boolean(why) || Boolean(state.conflict)} onClick={onPublish} data-testid="publish">
            {t("publish")}
          </Button>
        </Tooltip>
      </span>
    </div>
  );
}

export function ConflictNote({ state }: { state: DraftState }) {
  const t = useWords(EDITOR_WORDS);
  const now = useNow();
  const problem = useProblemText();
  const { message } = App.useApp();
  const take = useMutation({ mutationFn: state.takeTheirs, onError: (error) => void message.error(problem(error)) });
  const { conflict } = state;
  if (!conflict) return null;
  const title = conflict.gone
    ? t("conflictGone")
    : conflict.author && conflict.updated_at
      ? t("conflict", { who: conflict.author, when: `${relative(conflict.updated_at, now)} (${dateTime(conflict.updated_at)})` })
      : t("conflictSomebody");
  const mine = async () => (await import("../document")).writeDocument(state.document);
  const download = async () => saveFile("draft.yaml", await mine(), "text/yaml");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await mine());
      message.success(t("copied"));
    } catch {
      // No clipboard without https: a file does as well.
      await download();
    }
  };
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="draft-conflict"
      style={{ marginBottom: 16 }}
      title={title}
      description={
        <>
          <p style={{ marginBottom: 10 }}>{t("conflictText")}</p>
          <div className="row wrap">
            <Button size="small" onClick={() => void copy()}>
              {t("copyMine")}
            </Button>
            <Button size="small" onClick={() => void download()}>
              {t("saveMine")}
            </Button>
            <Button size="small" type="primary" loading={take.isPending} onClick={() => take.mutate()} data-testid="take-theirs">
              {t("takeTheirs")}
            </Button>
          </div>
        </>
      }
    />
  );
}
