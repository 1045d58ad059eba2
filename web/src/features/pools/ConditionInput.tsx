/** A condition as a setting: told as a sentence, written in a drawer. */
import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import { useWords } from "../../shared/i18n";
import { useFacts } from "../policy/api";
import type { Condition } from "../policy/conditions";
import { useSentence } from "../policy/editor/sentence";
import { CLAIM_FIELD_WORDS } from "./claimFieldWords";

const ConditionDialog = lazy(() => import("./ConditionDialog"));

type Word = keyof typeof CLAIM_FIELD_WORDS;
type Props = { value?: Condition | null; onChange?: (value: Condition | null) => void; title: Word; intro: Word; none: Word; locked: boolean; id?: string };

export function ConditionInput({ value, onChange, title, intro, none, locked, id }: Props) {
  const f = useWords(CLAIM_FIELD_WORDS);
  const facts = useFacts();
  const sentence = useSentence(facts.data);
  const [open, setOpen] = useState(false);
  const told = value ? (facts.data ? sentence(value) : "…") : f(none);
  if (locked) return <span id={id}>{told}</span>;
  return (
    <div className="row wrap" style={{ gap: 6 }} id={id}>
      <span className={value ? "told" : "soft"} data-testid={`told-${title}`}>{told}</span>
      <Button size="small" icon={<EditOutlined />} onClick={() => setOpen(true)} data-testid={`edit-${title}`}>
        {f(value ? "conditionEdit" : "conditionAdd")}
      </Button>
      {value && (
        <Button size="small" type="text" onClick={() => onChange?.(null)}>
          {f("conditionClear")}
        </Button>
      )}
      {open && (
        <Suspense fallback={null}>
          <ConditionDialog
            title={f(title)}
            intro={f(intro)}
            value={value ?? null}
            onDone={(next) => {
              onChange?.(next);
              setOpen(false);
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
