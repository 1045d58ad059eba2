/** Somebody saved the same pool first: what they changed, and the choice between keeping mine and taking theirs. */
import { Alert, Button } from "antd";

import type { ClaimWindow, Pool, Subject } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { FIELDS, KINDS, ROLES, useNames } from "../../shared/names";
import { useFacts } from "../policy/api";
import type { Condition } from "../policy/conditions";
import { useSentence } from "../policy/editor/sentence";
import { EDIT_WORDS } from "./editWords";
import { FIELD_WORDS } from "./fieldWords";
import { differing, valuesOf, type Key, type Reason, type Values } from "./settings";
import { useWindowsText } from "./windows";

/** A setting's value as people read it. */
export function useValueText(): (key: Key, values: Values) => string {
  const e = useWords(EDIT_WORDS);
  const f = useWords(FIELD_WORDS);
  const name = useNames();
  const windows = useWindowsText();
  const sentence = useSentence(useFacts().data);
  const zh = useLocale() === "zh-CN";
  const list = (texts: string[]) => texts.join(zh ? "、" : ", ") || e("nobody");
  const subject = (given: Subject) => (given.kind === "all" ? f("everyone") : given.kind === "role" ? name(ROLES, given.role) : (given.name ?? `#${given.id}`));
  return (key, values) => {
    const value = values[key];
    if (typeof value === "boolean") return e(value ? "on" : "off");
    if (key === "mode") return f(`mode_${values.mode}`);
    if (key === "approval" || key === "holding_exempt") return value ? sentence(value as Condition) : f(`${key}_none`);
    if (value === null || value === undefined) return f("allCount");
    if (!Array.isArray(value)) return String(value);
    if (key === "claim_windows") return windows(value as ClaimWindow[]);
    if (key === "follow_up_kinds") return list((value as string[]).map((kind) => name(KINDS, kind)));
    if (key === "masked_fields") return list((value as string[]).map((field) => name(FIELDS, field)));
    if (key === "return_reasons") return list((value as Reason[]).map((reason) => (zh ? reason.zh : reason.en) ?? ""));
    return list((value as Subject[]).map(subject));
  };
}

type Props = { base: Values; mine: readonly Key[]; latest: Pool; onKeep: () => void; onTheirs: () => void };

export function Conflict({ base, mine, latest, onKeep, onTheirs }: Props) {
  const e = useWords(EDIT_WORDS);
  const f = useWords(FIELD_WORDS);
  const text = useValueText();
  const theirs = valuesOf(latest);
  const keys = differing(base, theirs);
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 16 }}
      data-testid="conflict"
      title={e("conflict", { n: latest.version })}
      description={
        <>
          <ul style={{ margin: "4px 0 10px", paddingLeft: 20, lineHeight: 1.9 }}>
            {keys.map((key) => (
              <li key={key}>
                <b>{f(key)}</b> <s className="muted">{text(key, base)}</s> → {text(key, theirs)}
                {mine.includes(key) && <span className="pill bad" style={{ marginLeft: 8 }}>{e("conflictBoth")}</span>}
              </li>
            ))}
            {!keys.length && <li>{e("nothingElse")}</li>}
          </ul>
          <div className="row wrap">
            <Button type="primary" size="small" onClick={onKeep}>
              {e("conflictKeep")}
            </Button>
            <Button size="small" onClick={onTheirs}>
              {e("conflictTheirs")}
            </Button>
            <span className="small muted">{e("conflictKeepHint")}</span>
          </div>
        </>
      }
    />
  );
}
