/** 撞单: which customers match what is typed, as far as one may know, and the ways on from there. */
import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import type { Duplicate } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { MATCHED, useNames } from "../../shared/names";
import { dateTime } from "../../shared/time";
import { useClaim } from "../moves/useClaim";
import type { Typed } from "./api";
import { AskForIt } from "./AskForIt";
import { WORDS } from "./words";

function useSaid(): (match: Duplicate) => string[] {
  const t = useWords(WORDS);
  const name = useNames();
  const between = useLocale() === "zh-CN" ? "、" : ", ";
  return (match) => {
    const same = t("same", { matched: match.matched.map((kind) => name(MATCHED, kind)).join(between) });
    if (match.level === "exists") return [same];
    if (match.mine) return [same, t("mine")];
    if (match.owner) return [same, t("owned", { name: match.owner.name })];
    if (match.state === "archived") return [same, t("archived")];
    return [same, match.pool ? t("pooled", { pool: match.pool.name }) : t("nobody")];
  };
}

type OneProps = { match: Duplicate; onAsk: () => void; onGone: () => void };

function One({ match, onAsk, onGone }: OneProps) {
  const t = useWords(WORDS);
  const said = useSaid();
  const navigate = useNavigate();
  const { claim } = useClaim();
  const [claiming, setClaiming] = useState(false);
  const { id, name, pool } = match;
  const open = () => {
    onGone();
    void navigate(`/customers/${id}`);
  };
  const take = async () => {
    if (!id || !name || !pool) return;
    setClaiming(true);
    if (await claim({ id, name, pool })) open();
    else setClaiming(false);
  };
  return (
    <div style={{ padding: "8px 0", borderTop: "1px solid var(--line)" }} data-testid="duplicate">
      <b style={{ overflowWrap: "anywhere" }}>{name ?? t("hidden")}</b>
      <div className="small soft">{said(match).join(" · ")}</div>
      {match.kept && <div className="small" style={{ marginTop: 2 }}>{match.kept_until ? t("keptUntil", { until: dateTime(match.kept_until) }) : t("kept")}</div>}
      {!id && match.can.includes("ask") && <div className="small soft">{t("hiddenHint")}</div>}
      <div className="row wrap" style={{ marginTop: match.can.length ? 8 : 0 }}>
        {match.can.includes("claim") && (
          <Button size="small" type="primary" loading={claiming} onClick={() => void take()} data-testid="claim-duplicate">
            {t("claim")}
          </Button>
        )}
        {match.can.includes("ask") && (
          <Button size="small" type="primary" onClick={onAsk} data-testid="ask-duplicate">
            {t("ask")}
          </Button>
        )}
        {match.can.includes("open") && (
          <Button size="small" onClick={open} data-testid="open-duplicate">
            {t("open")}
          </Button>
        )}
      </div>
    </div>
  );
}

type Props = { matches: Duplicate[]; typed: Typed; busy: boolean; onDespite: (why: string) => void; onClose: () => void };

export function DuplicatePanel({ matches, typed, busy, onDespite, onClose }: Props) {
  const t = useWords(WORDS);
  const [asking, setAsking] = useState<Duplicate | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  // One request asks for whichever of those without an id is the most alike.
  const firstUnnamed = matches.find((match) => !match.id && match.can.includes("ask"));
  const shown = matches.map((match) => (match.id || match === firstUnnamed ? match : { ...match, can: [] }));
  return (
    <>
      <Alert
        type="warning"
        title={<b>{t("title")}</b>}
        style={{ marginBottom: 12, maxHeight: "45vh", overflowY: "auto", padding: "12px 16px" }}
        description={
          <div data-testid="duplicates">
            {shown.map((match, index) => (
              <One key={match.id ?? index} match={match} onAsk={() => setAsking(match)} onGone={onClose} />
            ))}
            <div style={{ paddingTop: 8, borderTop: "1px solid var(--line)" }}>
              <span className="small soft">{t("another")}</span>{" "}
              {why === null ? (
                <Button type="link" size="small" onClick={() => setWhy("")} data-testid="despite">
                  {t("anyway")}
                </Button>
              ) : (
                <div className="row" style={{ marginTop: 6 }}>
                  <Input autoFocus value={why} onChange={(event) => setWhy(event.target.value)} onPressEnter={() => why.trim() && onDespite(why.trim())} placeholder={t("whyAnother")} aria-label={t("whyAnother")} maxLength={60} />
                  <Button loading={busy} disabled={!why.trim()} onClick={() => onDespite(why.trim())} data-testid="create-anyway">
                    {t("anyway")}
                  </Button>
                </div>
              )}
            </div>
          </div>
        }
      />
      {asking && <AskForIt typed={typed} id={asking.id} onDone={onClose} onClose={() => setAsking(null)} />}
    </>
  );
}
