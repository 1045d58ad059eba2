/** The condition of one row, written beside the matrix; every change is in the draft at once. */
import { Button, Drawer } from "antd";

import type { Words } from "../../../api";
import { useWords } from "../../../shared/i18n";
import type { Condition } from "../conditions";
import { CONDITION_WORDS } from "../conditionWords";
import { without, type Segment } from "../rules";
import type { Fault } from "../shapes";
import { CountCell, type Caught } from "./Cells";
import { ConditionBuilder } from "./ConditionBuilder";

type Props = {
  segment: Segment;
  index: number;
  name: string;
  faults: Fault[];
  words: Words | null | undefined;
  caught: Caught | undefined;
  stale: boolean;
  onChange: (segment: Segment) => void;
  onClose: () => void;
};

export default function ConditionDrawer({ segment, index, name, faults, words, caught, stale, onChange, onClose }: Props) {
  const t = useWords(CONDITION_WORDS);
  return (
    <Drawer
      open
      size={720}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      title={t("title", { name })}
      onClose={onClose}
      footer={
        <div className="row between">
          <CountCell caught={caught} stale={stale} />
          <Button type="primary" onClick={onClose} data-testid="condition-done">
            {t("done")}
          </Button>
        </div>
      }
    >
      <p className="soft" style={{ marginBottom: 12 }}>{t("intro")}</p>
      <ConditionBuilder
        value={segment.when as Condition | null | undefined}
        path={`segments[${index}].when`}
        faults={faults}
        words={words}
        onChange={(when) => onChange(when ? { ...without(segment, "when"), when } : without(segment, "when"))}
      />
    </Drawer>
  );
}
