/** Writes the condition of a setting; it is taken over when it is whole. */
import { Button, Drawer } from "antd";
import { useState } from "react";

import { useWords } from "../../shared/i18n";
import { useFacts } from "../policy/api";
import { missingValues, type Condition } from "../policy/conditions";
import { CONDITION_WORDS } from "../policy/conditionWords";
import { ConditionBuilder } from "../policy/editor/ConditionBuilder";
import type { Fault } from "../policy/shapes";

const PATH = "when";
type Props = { title: string; intro: string; value: Condition | null; onDone: (value: Condition | null) => void; onClose: () => void };

export default function ConditionDialog({ title, intro, value, onDone, onClose }: Props) {
  const t = useWords(CONDITION_WORDS);
  const facts = useFacts();
  const [draft, setDraft] = useState(value);
  const [tried, setTried] = useState(false);
  const faults: Fault[] = draft && facts.data ? missingValues(draft, facts.data, PATH).map((path) => ({ path, code: "value_missing", data: {} })) : [];
  const done = () => (faults.length ? setTried(true) : onDone(draft));
  return (
    <Drawer
      open
      size={720}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      title={title}
      onClose={onClose}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="primary" disabled={!facts.data} onClick={done} data-testid="condition-done">
            {t("done")}
          </Button>
        </div>
      }
    >
      <p className="soft" style={{ marginBottom: 12 }}>{intro}</p>
      <ConditionBuilder value={draft} path={PATH} faults={tried ? faults : []} onChange={setDraft} />
    </Drawer>
  );
}
