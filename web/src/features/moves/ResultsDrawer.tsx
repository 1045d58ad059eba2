/** What came of a batch: how many moved, and those refused grouped by reason. */
import { CheckCircleFilled, ClockCircleFilled, ExclamationCircleFilled } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";

import type { MoveResult } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { codeText } from "../../shared/problems";
import type { Results } from "./Dialogs";
import { WORDS } from "./words";

const SHOWN = 8;

type GroupProps = { icon: ReactNode; title: string; results: MoveResult[]; nameOf: (id: string) => string; onLeave: () => void };

function Group({ icon, title, results, nameOf, onLeave }: GroupProps) {
  const t = useWords(WORDS);
  const [all, setAll] = useState(false);
  return (
    <section style={{ marginBottom: 20 }}>
      <div className="row" style={{ alignItems: "flex-start" }}>
        {icon}
        <b className="grow">{title}</b>
        <span className="num muted">{results.length}</span>
      </div>
      <ul style={{ margin: "8px 0 0", paddingLeft: 24, lineHeight: 1.9 }}>
        {(all ? results : results.slice(0, SHOWN)).map((result) => (
          <li key={result.id}>
            <Link to={`/customers/${result.id}`} onClick={onLeave}>
              {nameOf(result.id)}
            </Link>
          </li>
        ))}
      </ul>
      {!all && results.length > SHOWN && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t("showAll")} ({results.length})
        </Button>
      )}
    </section>
  );
}

export default function ResultsDrawer({ results, onClose }: { results: Results; onClose: () => void }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const names = new Map(results.names.map((each) => [each.id, each.name]));
  const nameOf = (id: string) => names.get(id) ?? `#${id}`;
  const all = results.answer.results;
  const refused = all.filter((result) => result.outcome === "refused");
  const asked = all.filter((result) => result.outcome === "requested");
  const claims = all.filter((result) => result.outcome === "asked");
  const done = all.filter((result) => !["refused", "requested", "asked"].includes(result.outcome));
  // One group for each sentence: two people who were faster are two reasons, the same full quota is one.
  const groups = new Map<string, MoveResult[]>();
  for (const result of refused) {
    const text = codeText(result.code ?? "internal_error", result.data ?? {}, locale);
    groups.set(text, [...(groups.get(text) ?? []), result]);
  }
  const common = { nameOf, onLeave: onClose };
  return (
    <Drawer open size={420} title={t("resultTitle", { move: results.title })} onClose={onClose}>
      {all.length === 0 && <p className="soft">{t("resultNone")}</p>}
      {done.length > 0 && <Group {...common} icon={<CheckCircleFilled style={{ color: "#2f7d5b", marginTop: 4 }} />} title={t("resultDone", { n: done.length })} results={done} />}
      {asked.length > 0 && <Group {...common} icon={<ClockCircleFilled style={{ color: "#0d5c75", marginTop: 4 }} />} title={t("resultAsked", { n: asked.length })} results={asked} />}
      {claims.length > 0 && <Group {...common} icon={<ClockCircleFilled style={{ color: "#0d5c75", marginTop: 4 }} />} title={t("resultAskedClaim", { n: claims.length })} results={claims} />}
      {refused.length > 0 && <p className="soft" style={{ margin: "0 0 12px" }}>{t("resultRefused", { n: refused.length })}</p>}
      {[...groups].map(([text, group]) => (
        <Group {...common} key={text} icon={<ExclamationCircleFilled style={{ color: "#b7791f", marginTop: 4 }} />} title={text} results={group} />
      ))}
    </Drawer>
  );
}
