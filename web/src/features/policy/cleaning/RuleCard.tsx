/** One cleaning rule: its name, whom it is about, what is done, and how many that would be now. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { useWords } from "../../../shared/i18n";
import type { Condition } from "../conditions";
import { NameCell } from "../editor/Cells";
import { under, useFaultText, usePlace } from "../faults";
import type { PolicyDocument } from "../rules";
import type { Fault } from "../shapes";
import { DeedFields } from "./DeedFields";
import type { Rule } from "./rules";
import { CLEANING_WORDS } from "./words";

type Props = {
  rule: Rule;
  index: number;
  count: number;
  poolId: string;
  document: PolicyDocument;
  faults: Fault[];
  sentence: (condition: Condition) => string;
  /** How many customers it would be about now; undefined while that isn't known. */
  found: number | undefined;
  onChange: (rule: Rule) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
  onCondition: () => void;
  onSee: () => void;
};

export function RuleCard({ rule, index, count, poolId, document, faults, sentence, found, onChange, onMove, onRemove, onCondition, onSee }: Props) {
  const t = useWords(CLEANING_WORDS);
  const place = usePlace();
  const text = useFaultText();
  const path = `cleaning.rules[${index}]`;
  const here = under(faults, path);
  const faulty = (part: string) => under(here, `${path}.${part}`).length > 0;
  const when = rule.when as Condition | null | undefined;
  return (
    <section className="panel clean-rule" data-testid="clean-rule">
      <div className="row clean-head">
        <b className="num muted">{index + 1}</b>
        <div className="grow">
          <NameCell segment={rule} faulty={faulty("name")} onChange={onChange} />
        </div>
        <Button type="text" icon={<ArrowUpOutlined />} disabled={index === 0} onClick={() => onMove(index - 1)} aria-label={t("up")} />
        <Button type="text" icon={<ArrowDownOutlined />} disabled={index === count - 1} onClick={() => onMove(index + 1)} aria-label={t("down")} />
        <Button type="text" icon={<DeleteOutlined />} onClick={onRemove} aria-label={t("remove")} />
      </div>
      <div className="clean-parts">
        <div>
          <div className="small muted">{t("whom")}</div>
          <button type="button" className={`cell when${faulty("when") ? " faulty" : ""}`} onClick={onCondition} data-testid="clean-condition">
            {sentence(when ?? {})} <EditOutlined />
          </button>
        </div>
        <div>
          <div className="small muted">{t("what")}</div>
          <DeedFields rule={rule} poolId={poolId} faulty={faulty("do")} onChange={onChange} />
        </div>
        <div className="clean-count" data-testid="clean-count">
          {found === undefined ? (
            <span className="muted">{faults.length ? "–" : t("counting")}</span>
          ) : found ? (
            <Button type="link" onClick={onSee} style={{ padding: 0, height: "auto" }}>
              <b className="num">{t("count", { n: found.toLocaleString("en-US") })}</b>
            </Button>
          ) : (
            <span className="muted">{t("countNone")}</span>
          )}
        </div>
      </div>
      {here.length > 0 && (
        <ul className="row-faults">
          {here.map((fault, at) => (
            <li key={`${fault.path} ${at}`}>
              <b>{place(fault, document, 3)}</b> {text(fault)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
