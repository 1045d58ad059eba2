/** A whole condition: its tree to click together, and under it what it says in words. Also for other documents with conditions. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";

import { useServerWords, useWords } from "../../../shared/i18n";
import type { Words } from "../../../api";
import { useFacts } from "../api";
import { blankLeaf, groupKey, withPart, type Condition } from "../conditions";
import { CONDITION_WORDS } from "../conditionWords";
import { under, useFaultText } from "../faults";
import type { Fault } from "../shapes";
import { AddButtons, ConditionNode } from "./ConditionNode";
import { useSentence } from "./sentence";
import "./editor.css";

type Props = {
  value: Condition | null | undefined;
  /** Where the condition stands in its document, such as `segments[1].when`: the faults are found by it. */
  path: string;
  faults: Fault[];
  /** The server's words for exactly this condition, where they are known. */
  words?: Words | null;
  onChange: (value: Condition | null) => void;
};

export function ConditionBuilder({ value, path, faults, words, onChange }: Props) {
  const t = useWords(CONDITION_WORDS);
  const told = useServerWords();
  const facts = useFacts();
  const text = useFaultText(true);
  const sentence = useSentence(facts.data);
  if (!facts.data) return <Skeleton active />;
  const here = under(faults, path);
  const own = here.filter((fault) => fault.path === path && (!value || groupKey(value)));
  return (
    <div className="condition" data-testid="condition">
      {value ? (
        <>
          <ConditionNode node={value} path={path} facts={facts.data} faults={here} onChange={onChange} />
          {!groupKey(value) && <AddButtons facts={facts.data} onAdd={(part) => onChange(withPart(value, part))} />}
        </>
      ) : (
        <Button type="dashed" block icon={<PlusOutlined />} onClick={() => onChange(blankLeaf(facts.data))} data-testid="add-condition">
          {t("start")}
        </Button>
      )}
      {own.length > 0 && <div className="fault-line">{own.map(text).join(" ")}</div>}
      {value && (
        <div className="sentence">
          <span className="small muted">{t("sentence")}</span>
          <p data-testid="sentence">{words ? told(words) : sentence(value)}</p>
        </div>
      )}
      <p className="small muted">{t("missingHint")}</p>
    </div>
  );
}
