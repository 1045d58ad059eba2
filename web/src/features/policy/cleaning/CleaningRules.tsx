/** 定期清理: the ordered rules by which the pool is tidied, how often, and whom that would concern now. */
import { PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Drawer, Dropdown, Segmented } from "antd";
import { useState } from "react";

import { api, ok } from "../../../api";
import { useLocale, useWords } from "../../../shared/i18n";
import { EmptyState } from "../../../shared/States";
import { useFacts } from "../api";
import type { Condition } from "../conditions";
import { ConditionBuilder } from "../editor/ConditionBuilder";
import { useSentence } from "../editor/sentence";
import { under } from "../faults";
import { freeName, nameOf, withName, without, type PolicyDocument } from "../rules";
import type { Fault } from "../shapes";
import { useSettled } from "../useSettled";
import { Candidates } from "./Candidates";
import { RuleCard } from "./RuleCard";
import { everyOf, MOST_RULES, moved, READY, rulesOf, withDeed, withEvery, withRules, type Every, type Ready, type Rule } from "./rules";
import { CLEANING_WORDS } from "./words";
import "./cleaning.css";

const PAUSE = 600;

type Props = { document: PolicyDocument; onChange: (document: PolicyDocument) => void; poolId: string; errors: Fault[] };

/** How many customers each rule would be about, of the document as it stood a moment ago. */
function useCounts(poolId: string, document: PolicyDocument, sound: boolean) {
  const cleaning = useSettled(document.cleaning, PAUSE);
  const tried = useQuery({
    queryKey: ["pools", poolId, "cleaning-preview", cleaning],
    queryFn: () => ok(api.POST("/api/v1/pools/{pool_id}/cleaning/preview", { params: { path: { pool_id: poolId } }, body: { document: { cleaning } } })),
    enabled: sound && cleaning !== undefined && cleaning === document.cleaning,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return sound && cleaning === document.cleaning && !tried.isPlaceholderData && !tried.isError ? tried.data : undefined;
}

function AddRule({ onAdd, disabled }: { onAdd: (ready: Ready) => void; disabled: boolean }) {
  const t = useWords(CLEANING_WORDS);
  const items = READY.map((ready) => ({ key: ready.key, label: t(`ready_${ready.key}`), onClick: () => onAdd(ready) }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]} disabled={disabled}>
      <Button icon={<PlusOutlined />} data-testid="add-rule">
        {t("add")}
      </Button>
    </Dropdown>
  );
}

export default function CleaningRules({ document, onChange, poolId, errors }: Props) {
  const t = useWords(CLEANING_WORDS);
  const zh = useLocale() === "zh-CN";
  const sentence = useSentence(useFacts().data);
  const [condition, setCondition] = useState<number | null>(null);
  const [seen, setSeen] = useState<number | null>(null);
  const rules = rulesOf(document);
  const faults = under(errors, "cleaning");
  const counts = useCounts(poolId, document, rules.length > 0 && !faults.length);
  const set = (index: number, rule: Rule) => onChange(withRules(document, rules.map((each, at) => (at === index ? rule : each))));
  const label = (rule: Rule, index: number) => {
    const name = nameOf(rule);
    return (zh ? name.zh || name.en : name.en || name.zh) || t("rule", { n: index + 1 });
  };
  const add = (ready: Ready) => {
    const named = withName({}, freeName(rules, ready.name));
    onChange(withRules(document, [...rules, withDeed(ready.when ? { ...named, when: ready.when } : named, ready.deed)]));
  };
  const edited = condition === null ? undefined : rules[condition];
  const shown = seen === null ? undefined : rules[seen];
  return (
    <div className="cleaning" data-testid="cleaning">
      <p className="soft">{t("intro")}</p>
      {rules.length ? (
        <>
          <div className="row wrap" style={{ gap: "8px 16px" }}>
            <span>{t("whenRun")}</span>
            <Segmented
              value={everyOf(document) ?? "none"}
              onChange={(every) => onChange(withEvery(document, every === "none" ? null : (every as Every)))}
              options={(["none", "day", "week", "month"] as const).map((every) => ({ value: every as string, label: t(`every_${every}`) }))}
            />
            <span className="small muted">{t("afterPublish")}</span>
          </div>
          {rules.map((rule, index) => (
            <RuleCard
              // Rules have no id of their own; nothing in them keeps state between changes.
              key={index}
              rule={rule}
              index={index}
              count={rules.length}
              poolId={poolId}
              document={document}
              faults={faults}
              sentence={(when) => sentence(Object.keys(when).length ? when : null)}
              found={counts?.rules[index]?.count}
              onChange={(next) => set(index, next)}
              onMove={(to) => onChange(withRules(document, moved(rules, index, to)))}
              onRemove={() => onChange(withRules(document, rules.filter((_, at) => at !== index)))}
              onCondition={() => setCondition(index)}
              onSee={() => setSeen(index)}
            />
          ))}
          <div className="row wrap between">
            <AddRule onAdd={add} disabled={rules.length >= MOST_RULES} />
            <b data-testid="clean-total">
              {faults.length ? <span className="muted">{t("mend")}</span> : counts && (counts.total ? t("total", { n: counts.total.toLocaleString("en-US") }) : t("totalNone"))}
            </b>
          </div>
        </>
      ) : (
        <section className="panel">
          <EmptyState title={t("none")} text={t("noneText")}>
            <AddRule onAdd={add} disabled={false} />
          </EmptyState>
        </section>
      )}
      {edited && condition !== null && (
        <Drawer
          open
          size={640}
          styles={{ wrapper: { maxWidth: "100vw" } }}
          title={t("conditionTitle", { name: label(edited, condition) })}
          onClose={() => setCondition(null)}
          footer={<Button type="primary" style={{ float: "right" }} onClick={() => setCondition(null)} data-testid="condition-done">{t("done")}</Button>}
        >
          <p className="soft" style={{ marginBottom: 12 }}>{t("conditionIntro")}</p>
          <ConditionBuilder
            value={edited.when as Condition | null | undefined}
            path={`cleaning.rules[${condition}].when`}
            faults={faults}
            onChange={(when) => set(condition, when ? { ...without(edited, "when"), when } : without(edited, "when"))}
          />
        </Drawer>
      )}
      {shown && seen !== null && counts && <Candidates poolId={poolId} document={{ cleaning: document.cleaning }} rule={seen} name={label(shown, seen)} onClose={() => setSeen(null)} />}
    </div>
  );
}
