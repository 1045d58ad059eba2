/** How rules are written as text, on one screen: timers and lengths, what conditions may speak of, the operators. */
import { Collapse } from "antd";

import { useServerWords, useWords, useLocale, pick, type Pair } from "../../shared/i18n";
import { TIMERS } from "../../shared/names";
import { useFacts } from "./api";
import { TEXT_WORDS } from "./textWords";
import type { Fact } from "./shapes";

const WORDS = {
  timers: ["时限", "Timers"],
  lengths: ["长度", "Lengths"],
  lengthsText: [
    "30 days（到第 30 天结束）· 3 working days（工作日，含调休）· 12 hours · 4 working hours（上班时间内）",
    "30 days (to the end of the 30th) · 3 working days · 12 hours · 4 working hours (opening hours)",
  ],
  facts: ["条件里的字段", "Facts for conditions"],
  operators: ["比较方式", "Operators"],
  type_text: ["文字", "Text"],
  type_number: ["数字", "Number"],
  type_instant: ["日期和时间", "Date and time"],
  type_flag: ["是/否", "Yes/no"],
  type_list: ["标签", "Tags"],
  groups: ["组合", "Groups"],
  groupsText: ["all: [ … ] 都符合 · any: [ … ] 符合其一 · not: 不符合", "all: [ … ] every part · any: [ … ] at least one · not: the part doesn't hold"],
  missing: ["字段是空的时候，条件不成立（ne、not_in、has_none、is_missing 除外）。", "On a missing value a condition is false, but for ne, not_in, has_none and is_missing."],
  target: ["去向", "Target"],
  targetText: ["不写或 target: home 回到本公海；target: {pool: 公海名称} 掉到另一个公海。", "Left out or home: back to this pool; target: {pool: name} sends it to another one."],
  warnings: ["到期提醒", "Warnings"],
  warningsText: ["warnings: {days: [7, 3, 1]}，不写就是这三次。", "warnings: {days: [7, 3, 1]}; left out, it is these."],
} as const satisfies Record<string, Pair>;
// Dates have the operators of instants.
const TYPES = ["text", "number", "instant", "flag", "list"] as const;

function Names({ table }: { table: [code: string, words: string][] }) {
  return (
    <span className="row wrap" style={{ gap: "4px 14px" }}>
      {table.map(([code, words]) => (
        <span key={code} className="nowrap">
          <code>{code}</code> <span className="muted small">{words}</span>
        </span>
      ))}
    </span>
  );
}

function Facts({ facts }: { facts: Fact[] }) {
  const t = useWords(WORDS);
  const words = useServerWords();
  return (
    <>
      <div>
        <b>{t("facts")}</b>
        <Names table={facts.map((fact) => [fact.name, words(fact.words)])} />
      </div>
      <div>
        <b>{t("operators")}</b>
        {TYPES.map((type) => (
          <div key={type}>
            <span className="soft small">{t(`type_${type}`)}</span>{" "}
            <Names table={(facts.find((fact) => fact.type === type)?.operators ?? []).map((operator) => [operator.name, words(operator.words)])} />
          </div>
        ))}
      </div>
    </>
  );
}

export function HowTo() {
  const t = useWords(WORDS);
  const p = useWords(TEXT_WORDS);
  const locale = useLocale();
  const facts = useFacts();
  const body = (
    <div className="col">
      <div>
        <b>{t("timers")}</b>
        <Names table={Object.entries(TIMERS).map(([code, words]) => [code, pick(words, locale)])} />
      </div>
      <div>
        <b>{t("lengths")}</b>
        <div>{t("lengthsText")}</div>
      </div>
      {facts.data && <Facts facts={facts.data} />}
      <div>
        <b>{t("groups")}</b>
        <div>{t("groupsText")}</div>
        <div className="muted small">{t("missing")}</div>
      </div>
      <div>
        <b>{t("target")}</b>
        <div>{t("targetText")}</div>
      </div>
      <div>
        <b>{t("warnings")}</b>
        <div>{t("warningsText")}</div>
      </div>
    </div>
  );
  return <Collapse ghost size="small" items={[{ key: "how", label: p("howTo"), children: body }]} style={{ margin: "4px -12px 8px" }} />;
}
