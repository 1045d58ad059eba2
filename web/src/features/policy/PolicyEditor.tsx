/** The rules of a pool for those who write them: the matrix that is the editor, what lies beside it, preview, publishing. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Tabs } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";

import type { Policy, Pool } from "../../api";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { ErrorState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import type { SectionName } from "../pools/PoolForm";
import { draftQuery, policyKey, publishDraft, useFacts, useVersions, type Draft } from "./api";
import { CleaningTab } from "./CleaningTab";
import { caughtBy } from "./editor/Cells";
import { ConflictNote, DraftBar } from "./editor/DraftBar";
import { Ladder } from "./editor/Ladder";
import { MatrixEditor } from "./editor/MatrixEditor";
import { useSentence } from "./editor/sentence";
import { useRowName, useRows } from "./editor/useRows";
import { EDITOR_WORDS } from "./editorWords";
import { under } from "./faults";
import { Planned } from "./Planned";
import { PreviewPanel } from "./preview/PreviewPanel";
import { PUBLISH_WORDS } from "./publishWords";
import { segmentsOf, type PolicyDocument } from "./rules";
import { Start } from "./Start";
import { useDraft } from "./useDraft";
import { useLook } from "./useLook";
import { DiffDrawer, Versions } from "./Versions";
import "./editor/editor.css";

// What not everybody opens comes when it is opened: pickers, forms, the reader of YAML.
const PublishDialog = lazy(() => import("./PublishDialog"));
const ConditionDrawer = lazy(() => import("./editor/ConditionDrawer"));
const TextTab = lazy(() => import("./editor/TextTab"));
const PoolSettings = lazy(() => import("../pools/PoolSettings").then((found) => ({ default: found.PoolSettings })));

const SETTINGS: SectionName[] = ["claiming", "claimTimes", "claimRules", "followUps", "warnings", "requests", "returns", "graces"];
const TABS = ["rules", "settings", "cleaning", "versions", "text"] as const;
const TAB_WORDS = { rules: "tabRules", settings: "tabSettings", cleaning: "tabCleaning", versions: "tabVersions", text: "tabText" } as const;
type Tab = (typeof TABS)[number];
const GRACE = 3;

type Props = { pool: Pool; policy: Policy | null; loaded: Draft | null; onFresh: () => Promise<void> };

function Editor({ pool, policy, loaded, onFresh }: Props) {
  const t = useWords(EDITOR_WORDS);
  const d = useWords(PUBLISH_WORDS);
  const [url, setUrl] = useUrlState();
  const present = policy?.number ?? null;
  const begun = useMemo<PolicyDocument>(() => policy?.document ?? { segments: [] }, [policy?.document]);
  const state = useDraft(pool.id, loaded, begun, present);
  const { document, draft, change } = state;
  const sentence = useSentence(useFacts().data);
  const rowName = useRowName();
  const rows = useRows(document, change);
  const [condition, setCondition] = useState<number | null>(null);
  const [graceDays, setGraceDays] = useState<number | null>(GRACE);
  const [publishing, setPublishing] = useState(false);
  const [comparing, setComparing] = useState(false);
  const versions = useVersions(pool.id);
  const look = useLook(pool.id, document, graceDays);
  const { faults } = look;
  const caught = caughtBy(look.preview, segmentsOf(look.counted), rows.segments);
  const edited = condition === null ? undefined : rows.segments[condition];
  const begin = draft !== null || state.status !== "saved" || policy !== null;
  const tab = oneOf(TABS, url.tab) ?? "rules";
  const show = (next: Tab) => setUrl({ tab: next === "rules" ? undefined : next });

  const cleaning = under(faults, "cleaning").length;
  const marked = { rules: faults.length > cleaning, cleaning: cleaning > 0, text: faults.length > 0, settings: false, versions: false };
  const label = (key: Tab) => <span className={marked[key] ? "marked" : undefined}>{t(TAB_WORDS[key])}</span>;

  const rules = !begin && !rows.segments.length ? (
    <Start pool={pool} onBegin={change} />
  ) : (
    <>
      <MatrixEditor
        rows={rows}
        document={document}
        faults={faults}
        told={look.told}
        caught={caught}
        stale={look.stale}
        sentence={(segment) => sentence(segment.when as Record<string, unknown> | undefined)}
        onCondition={setCondition}
      />
      <Ladder document={document} pool={pool} faults={faults} onChange={change} onSettings={() => show("settings")} />
      <PreviewPanel
        poolId={pool.id}
        poolName={pool.name}
        question={look.question}
        preview={look.preview}
        error={look.error}
        stale={look.stale}
        faulty={faults.length > 0}
        graceDays={graceDays}
        onGrace={setGraceDays}
      />
    </>
  );
  const bodies = {
    rules,
    settings: (
      <>
        <p className="soft" style={{ marginBottom: 12 }}>{t("settingsAtOnce")}</p>
        <PoolSettings pool={pool} sections={SETTINGS} />
      </>
    ),
    cleaning: <CleaningTab document={document} onChange={change} poolId={pool.id} errors={faults} />,
    versions: <Versions pool={pool} editing={{ hasDraft: draft !== null, onIntoDraft: (from) => (change(from.document), show("rules")), onPublished: () => void onFresh() }} />,
    text: <TextTab document={document} faults={faults} pool={pool} onChange={change} />,
  };
  return (
    <>
      <DraftBar
        poolId={pool.id}
        state={state}
        present={present}
        faulty={faults.length > 0}
        onDiscarded={() => void onFresh()}
        onCompare={() => setComparing(true)}
        onPublish={() => setPublishing(true)}
      />
      <ConflictNote state={state} />
      <Planned pool={pool} versions={versions.data?.versions ?? []} />
      <Tabs
        activeKey={tab}
        onChange={(key) => show(key as Tab)}
        // Settings may hold unsaved changes; all others keep theirs in the draft.
        items={TABS.map((key) => ({ key, label: label(key), children: <Suspense fallback={<ListSkeleton rows={4} />}>{bodies[key]}</Suspense>, destroyOnHidden: key !== "settings" }))}
      />
      {edited && condition !== null && (
        <Suspense fallback={null}>
          <ConditionDrawer
            segment={edited}
            index={condition}
            name={rowName(edited, condition)}
            faults={faults}
            words={look.told[condition]}
            caught={caught[condition]}
            stale={look.stale}
            onChange={(segment) => rows.set(condition, segment)}
            onClose={() => setCondition(null)}
          />
        </Suspense>
      )}
      {publishing && (
        <Suspense fallback={null}>
          <PublishDialog
            pool={pool}
            title={d("title", { name: pool.name })}
            what={{ document }}
            graceDays={graceDays}
            publish={async (body) => {
              const saved = await state.flush();
              if (!saved) throw state.error ?? new Error("not saved");
              return publishDraft(pool.id, saved.version, body);
            }}
            onDone={() => {
              setPublishing(false);
              void onFresh();
            }}
            onClose={() => setPublishing(false)}
          />
        </Suspense>
      )}
      {comparing && draft?.based_on != null && (
        <DiffDrawer poolId={pool.id} versions={versions.data?.versions ?? []} hasDraft start={{ from: draft.based_on, to: present ?? "draft" }} onClose={() => setComparing(false)} />
      )}
    </>
  );
}

/** Waits for the draft; after publishing or discarding it, begins anew with what then holds. */
export default function PolicyEditor({ pool, policy }: { pool: Pool; policy: Policy | null }) {
  const client = useQueryClient();
  const draft = useQuery(draftQuery(pool.id));
  const [round, setRound] = useState(0);
  if (draft.isError) return <ErrorState error={draft.error} retry={() => void draft.refetch()} />;
  if (draft.data === undefined) return <section className="panel"><ListSkeleton rows={5} /></section>;
  const fresh = async () => {
    client.setQueryData(draftQuery(pool.id).queryKey, null);
    await client.refetchQueries({ queryKey: policyKey(pool.id), exact: true });
    void client.invalidateQueries({ queryKey: ["pools", pool.id, "policies"] });
    setRound((before) => before + 1);
  };
  return <Editor key={round} pool={pool} policy={policy} loaded={draft.data} onFresh={fresh} />;
}
