/** All versions of a pool's rules, newest first; for those who may publish, the way back to an old one. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Popconfirm, Select, Skeleton } from "antd";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { Problem, type Policy, type Pool } from "../../api";
import { useServerWords, useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { publishAgain, useDiff, useVersions, versionQuery } from "./api";
import { Matrix } from "./Matrix";
import { PUBLISH_WORDS } from "./publishWords";
import type { Version } from "./shapes";

const PublishDialog = lazy(() => import("./PublishDialog"));

/** What the one who edits may do besides reading. */
export type Editing = { hasDraft: boolean; onIntoDraft: (policy: Policy) => void; onPublished: (policy: Policy) => void };
type Compared = { from: number; to: number | "draft" };

const TONES = { in_force: "pill sea", planned: "pill sand", superseded: "pill" } as const;

function Line({ version, children }: { version: Version; children: ReactNode }) {
  const t = useWords(PUBLISH_WORDS);
  const unborn = version.state === "superseded" && version.superseded_at !== null && version.superseded_at <= version.effective_from;
  const word = version.state === "planned" ? "planned_" : unborn ? "never_started" : version.state;
  const facts = [
    dateTime(version.published_at),
    version.author,
    version.effective_from !== version.published_at && t(unborn ? "wasFrom" : "from", { when: dateTime(version.effective_from) }),
    !unborn && version.grace_until && t("graceUntil", { when: dateTime(version.grace_until) }),
    version.based_on !== null && version.based_on !== version.number - 1 && t("basedOn", { n: version.based_on }),
  ];
  return (
    <div className="version-line" data-testid="version">
      <b className="num">{t("version", { n: version.number })}</b>
      <span className="row wrap" style={{ gap: 8 }}>
        <span className={TONES[version.state]}>{t(word)}</span>
        <span className="muted small">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      <span />
      <span className={version.note ? "soft" : "muted"}>{version.note || t("noNote")}</span>
      <span />
      <span className="row wrap">{children}</span>
    </div>
  );
}

export function DiffDrawer({ poolId, versions, hasDraft, start, onClose }: { poolId: string; versions: Version[]; hasDraft: boolean; start: Compared; onClose: () => void }) {
  const t = useWords(PUBLISH_WORDS);
  const words = useServerWords();
  const problem = useProblemText();
  const [{ from, to }, setCompared] = useState(start);
  const diff = useDiff(poolId, from, to);
  const numbers = versions.map(({ number }) => ({ value: number as number | "draft", label: t("version", { n: number }) }));
  const faulty = diff.error instanceof Problem && diff.error.code === "policy_invalid";
  return (
    <Drawer open size={560} styles={{ wrapper: { maxWidth: "100vw" } }} title={t("diffTitle")} onClose={onClose}>
      <div className="row wrap" style={{ marginBottom: 16 }}>
        {t("diffFrom")}
        <Select value={from as number | "draft"} options={numbers} onChange={(next) => next !== "draft" && setCompared({ from: next, to })} aria-label={t("diffFrom")} style={{ width: 120 }} />
        {t("diffTo")}
        <Select value={to} options={hasDraft ? [{ value: "draft" as const, label: t("draft") }, ...numbers] : numbers} onChange={(next) => setCompared({ from, to: next })} aria-label={t("diffTo")} style={{ width: 120 }} />
      </div>
      {from === to ? (
        <p className="muted">{t("diffSame")}</p>
      ) : diff.isError ? (
        <p className="soft">{faulty ? t("diffFaulty") : problem(diff.error)}</p>
      ) : !diff.data ? (
        <Skeleton active title={false} />
      ) : diff.data.items.length ? (
        <ul className="diff" data-testid="diff">
          {diff.data.items.map((item, index) => (
            <li key={index} className={item.kind}>
              {words(item.words)}
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{t("diffNone")}</p>
      )}
    </Drawer>
  );
}

function VersionDrawer({ poolId, number, onClose }: { poolId: string; number: number; onClose: () => void }) {
  const t = useWords(PUBLISH_WORDS);
  const version = useQuery(versionQuery(poolId, number));
  return (
    <Drawer open size={1000} styles={{ wrapper: { maxWidth: "100vw" }, body: { padding: 0 } }} title={t("version", { n: number })} onClose={onClose}>
      {version.isError ? <ErrorState error={version.error} /> : version.data ? <Matrix policy={version.data} /> : <Skeleton active style={{ padding: 24 }} />}
    </Drawer>
  );
}

export function Versions({ pool, editing }: { pool: Pool; editing?: Editing }) {
  const t = useWords(PUBLISH_WORDS);
  const found = useVersions(pool.id);
  const [viewed, setViewed] = useState<number | null>(null);
  const [compared, setCompared] = useState<Compared | null>(null);
  const [again, setAgain] = useState<number | null>(null);
  const client = useQueryClient();
  const take = async (number: number) => editing?.onIntoDraft(await client.fetchQuery(versionQuery(pool.id, number)));
  const versions = found.data?.versions ?? [];
  const hasDraft = editing?.hasDraft ?? false;
  return (
    <section className="panel">
      <header>
        <h2>{t("versions")}</h2>
        <span className="small muted">{t("explains")}</span>
      </header>
      <div className="body">
        {found.isError && <ErrorState error={found.error} retry={() => void found.refetch()} />}
        {found.isPending && <Skeleton active title={false} />}
        {found.data && !versions.length && <p className="muted">{t("none")}</p>}
        {versions.map((version, index) => {
          const before = versions[index + 1];
          const { number } = version;
          return (
            <Line version={version} key={number}>
              <Button size="small" onClick={() => setViewed(number)}>
                {t("view")}
              </Button>
              {before && (
                <Button size="small" onClick={() => setCompared({ from: before.number, to: number })} data-testid="what-changed">
                  {t("changes")}
                </Button>
              )}
              {editing && (
                <Popconfirm title={t("intoDraftSure", { n: number })} okText={t("intoDraft")} cancelText={t("cancel")} onConfirm={() => void take(number)} disabled={!hasDraft}>
                  <Button size="small" onClick={() => !hasDraft && void take(number)}>
                    {t("intoDraft")}
                  </Button>
                </Popconfirm>
              )}
              {/* The newest is in force or on its way; any other can be put in its place. */}
              {editing && index > 0 && (
                <Button size="small" title={t("again_hint")} onClick={() => setAgain(number)} data-testid="publish-again">
                  {t("again")}
                </Button>
              )}
            </Line>
          );
        })}
      </div>
      {viewed !== null && <VersionDrawer poolId={pool.id} number={viewed} onClose={() => setViewed(null)} />}
      {compared && <DiffDrawer poolId={pool.id} versions={versions} hasDraft={hasDraft} start={compared} onClose={() => setCompared(null)} />}
      {again !== null && editing && (
        <Suspense fallback={null}>
          <PublishDialog
            pool={pool}
            title={t("titleAgain", { n: again })}
            what={{ number: again }}
            graceDays={3}
            publish={(body) => publishAgain(pool.id, again, body)}
            onDone={(policy) => {
              setAgain(null);
              editing.onPublished(policy);
            }}
            onClose={() => setAgain(null)}
          />
        </Suspense>
      )}
    </section>
  );
}
