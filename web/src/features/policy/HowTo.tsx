/** How rules are written, on one screen: timers and lengths, what conditions may speak of, the operators. */
import { Collapse } from "antd";

import { pick, useLocale, useWords, type Pair } from "../../shared/i18n";
import { FIELDS, TIMERS } from "../../shared/names";
import { FACTS, FIELD_FACTS, OPERATORS, PUBLISH_WORDS } from "./publishWords";

const WORDS = {
  timers: ["时限", "Timers"],
  lengths: ["长度", "Lengths"],
  lengthsText: [
    "30 days（到第 30 天结束）· 3 working days（工作日，含调休）· 12 hours · 4 working hours（上班时间内）",
    "30 days (to the end of the 30th) · 3 working days · 12 hours · 4 working hours (opening hours)",
  ],
  facts: ["条件里的字段", "Facts for conditions"],
  operators: ["比较方式", "Operators"],
  groups: ["组合", "Groups"],
  groupsText: ["all: [ … ] 都符合 · any: [ … ] 符合其一 · not: 不符合", "all: [ … ] every part · any: [ … ] at least one · not: the part doesn't hold"],
  missing: ["字段是空的时候，条件不成立（ne、not_in、has_none、is_missing 除外）。", "On a missing value a condition is false, but for ne, not_in, has_none and is_missing."],
  target: ["去向", "Target"],
  targetText: ["不写或 target: home 回到本公海；target: {pool: 公海名称} 掉到另一个公海。", "Left out or home: back to this pool; target: {pool: name} sends it to another one."],
} as const satisfies Record<string, Pair>;

function Names({ table }: { table: [code: string, words: Pair][] }) {
  const locale = useLocale();
  return (
    <span className="row wrap" style={{ gap: "4px 14px" }}>
      {table.map(([code, words]) => (
        <span key={code} className="nowrap">
          <code>{code}</code> <span className="muted small">{pick(words, locale)}</span>
        </span>
      ))}
    </span>
  );
}

export function HowTo() {
  const t = useWords(WORDS);
  const p = useWords(PUBLISH_WORDS);
  const locale = useLocale();
  const fields = FIELD_FACTS.map((field): [string, Pair] => [field, FIELDS[field] ?? [field, field]]);
  const body = (
    <div className="col">
      <div>
        <b>{t("timers")}</b>
        <Names table={Object.entries(TIMERS)} />
      </div>
      <div>
        <b>{t("lengths")}</b>
        <div>{t("lengthsText")}</div>
      </div>
      <div>
        <b>{t("facts")}</b>
        <Names table={[...fields, ...Object.entries(FACTS)]} />
      </div>
      <div>
        <b>{t("operators")}</b>
        {OPERATORS.map(({ words, list }) => (
          <div key={list}>
            <span className="muted small">{pick(words, locale)}</span> <code>{list}</code>
          </div>
        ))}
      </div>
      <div>
        <b>{t("groups")}</b>
        <div>{t("groupsText")}</div>
        <div className="muted small">{t("missing")}</div>
      </div>
      <div>
        <b>{t("target")}</b>
        <div>{t("targetText")}</div>
      </div>
    </div>
  );
  return <Collapse ghost size="small" items={[{ key: "how", label: p("howTo"), children: body }]} style={{ margin: "4px -12px 8px" }} />;
}
