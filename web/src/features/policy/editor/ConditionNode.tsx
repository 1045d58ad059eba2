/** One node of a condition, and by itself all below it: a statement, a group, or the negation of either. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Select } from "antd";

import { useServerWords, useWords } from "../../../shared/i18n";
import { blankLeaf, changedFact, changedOperator, changedValue, groupKey, isLeaf, isNot, partsOf, replacedPart, withoutPart, withPart, type Condition, type Leaf } from "../conditions";
import { CONDITION_WORDS } from "../conditionWords";
import { under, useFaultText } from "../faults";
import type { Fact, Fault } from "../shapes";
import { ValueInput } from "./ValueInput";

type Props = { node: Condition; path: string; facts: Fact[]; faults: Fault[]; onChange: (node: Condition | null) => void };

const KNOWN = ["before_contact", "during", "after"] as const;

function FaultLine({ faults }: { faults: Fault[] }) {
  const text = useFaultText(true);
  if (!faults.length) return null;
  return <div className="fault-line">{faults.map(text).join(" ")}</div>;
}

function LeafEditor({ node, path, facts, faults, onChange }: Props & { node: Leaf & Condition }) {
  const t = useWords(CONDITION_WORDS);
  const words = useServerWords();
  const fact = facts.find((each) => each.name === node.fact);
  const operator = fact?.operators.find((each) => each.name === node.is);
  const faulty = (part: string) => under(faults, `${path}.${part}`).length > 0;
  const groups = KNOWN.map((known) => ({
    label: t(`group_${known}`),
    options: facts.filter((each) => each.known_when === known).map((each) => ({ value: each.name, label: words(each.words) })),
  }));
  const verb = (pair: { zh: string; en: string }) => words(pair).replaceAll(/\s*…\s*/g, "…");
  return (
    <div className="leaf" data-testid="condition-leaf">
      <Select<string>
        value={node.fact || undefined}
        options={groups}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        placeholder={t("fact")}
        aria-label={t("fact")}
        status={faulty("fact") ? "error" : undefined}
        onChange={(name) => {
          const next = facts.find((each) => each.name === name);
          if (next) onChange(changedFact(node, next));
        }}
        data-testid="condition-fact"
      />
      <Select<string>
        value={node.is || undefined}
        options={(fact?.operators ?? []).map((each) => ({ value: each.name, label: verb(each.words) }))}
        popupMatchSelectWidth={false}
        placeholder={t("operator")}
        aria-label={t("operator")}
        status={faulty("is") ? "error" : undefined}
        onChange={(name) => fact && onChange(changedOperator(node, fact, name))}
        data-testid="condition-operator"
      />
      <div className="value">{fact && operator && <ValueInput fact={fact} kind={operator.value} value={node.value} faulty={faulty("value")} onChange={(value) => onChange(changedValue(node, value))} />}</div>
      <NodeActs onNegate={() => onChange({ not: node })} onRemove={() => onChange(null)} />
      <FaultLine faults={under(faults, path)} />
    </div>
  );
}

function NodeActs({ onNegate, negated, onRemove }: { onNegate: () => void; negated?: boolean; onRemove: () => void }) {
  const t = useWords(CONDITION_WORDS);
  return (
    <span className="node-acts">
      <Button type="text" size="small" onClick={onNegate}>
        {t(negated ? "unnegate" : "negate")}
      </Button>
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("remove")} title={t("remove")} onClick={onRemove} />
    </span>
  );
}

function GroupEditor({ node, path, facts, faults, onChange }: Props) {
  const t = useWords(CONDITION_WORDS);
  const key = groupKey(node) ?? "all";
  const other = (to: "all" | "any") => onChange({ [to]: partsOf(node) });
  return (
    <div className={`group ${key}`}>
      <header>
        <Segmented<"all" | "any"> size="small" value={key} onChange={other} options={(["all", "any"] as const).map((each) => ({ value: each, label: t(each) }))} />
        <span className="grow" />
        <NodeActs onNegate={() => onChange({ not: node })} onRemove={() => onChange(null)} />
      </header>
      {partsOf(node).map((part, index) => (
        // Parts have no id of their own; nothing in them keeps state between changes.
        <ConditionNode
          key={index}
          node={part}
          path={`${path}.${key}[${index}]`}
          facts={facts}
          faults={faults}
          onChange={(next) => onChange(next ? replacedPart(node, index, next) : withoutPart(node, index))}
        />
      ))}
      <FaultLine faults={faults.filter((fault) => fault.path === `${path}.${key}`)} />
      <AddButtons onAdd={(part) => onChange(withPart(node, part))} facts={facts} />
    </div>
  );
}

export function AddButtons({ onAdd, facts }: { onAdd: (part: Condition) => void; facts: Fact[] }) {
  const t = useWords(CONDITION_WORDS);
  return (
    <div className="row wrap">
      <Button size="small" icon={<PlusOutlined />} onClick={() => onAdd(blankLeaf(facts))} data-testid="add-condition">
        {t("addLeaf")}
      </Button>
      <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => onAdd({ any: [blankLeaf(facts), blankLeaf(facts)] })}>
        {t("addGroup")}
      </Button>
    </div>
  );
}

export function ConditionNode(props: Props) {
  const { node, path, faults, onChange } = props;
  const t = useWords(CONDITION_WORDS);
  if (isNot(node)) {
    const inner = node.not as Condition;
    return (
      <div className="group not">
        <header>
          <b>{t("not")}</b>
          <span className="grow" />
          <NodeActs negated onNegate={() => onChange(inner)} onRemove={() => onChange(null)} />
        </header>
        <ConditionNode {...props} node={inner} path={`${path}.not`} onChange={(next) => onChange(next ? { not: next } : null)} />
      </div>
    );
  }
  if (groupKey(node)) return <GroupEditor {...props} />;
  if (isLeaf(node)) return <LeafEditor {...props} node={node as Leaf & Condition} />;
  return (
    <div className="group">
      <header>
        <span>{t("odd")}</span>
        <span className="grow" />
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("remove")} onClick={() => onChange(null)} />
      </header>
      <FaultLine faults={under(faults, path)} />
    </div>
  );
}

