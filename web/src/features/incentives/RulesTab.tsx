/** The rules as a table that everybody reads, and the seasons; admins change both. */
import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

import type { PointRules } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useCan } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { ErrorState } from "../../shared/States";
import { dateTime } from "../../shared/time";
import { anyOn, RULES, rulesQuery, type Rule } from "./api";
import { Seasons } from "./Seasons";
import { WORDS } from "./words";

const RulesDrawer = lazy(() => import("./RulesDrawer"));

/** How a rule counts, with its own numbers. */
function useSays(): (rule: Rule, rules: PointRules) => string {
  const t = useWords(WORDS);
  const names = useNames();
  return (rule, rules) => {
    const won = rules.won_from_pool;
    switch (rule) {
      case "first_contact_in_time":
        return t("first_contact_in_timeSays", { hours: rules.first_contact_in_time.hours });
      case "won_from_pool":
        return t("won_from_poolSays") + (won.step_amount ? t("won_from_poolStep", { amount: won.step_amount.toLocaleString("en-US"), step: won.step_points, most: won.most }) : "");
      case "complete_record":
        return t("complete_recordSays", { fields: rules.complete_record.fields.map((field) => names(FIELDS, field)).join(t("listMark")) });
      case "recycled_by_neglect":
        return t("recycled_by_neglectSays");
    }
  };
}

export function RulesTab() {
  const t = useWords(WORDS);
  const may = useCan()("incentives.edit");
  const says = useSays();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(rulesQuery);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <ListSkeleton rows={5} />;
  const { rules } = data;
  const since = data.since && (data.set_by ? t("versionBy", { n: data.version, name: data.set_by.name, when: dateTime(data.since) }) : t("version", { n: data.version, when: dateTime(data.since) }));
  return (
    <div className="board">
      <div className="row between wrap" style={{ marginBottom: 6 }}>
        <span className="soft small">{[since, !anyOn(rules) && t("noRules")].filter(Boolean).join(" · ")}</span>
        {may && (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)} data-testid="edit-rules">
            {t("edit")}
          </Button>
        )}
      </div>
      <table className="rule-table" data-testid="point-rules">
        <thead>
          <tr>
            <th>{t("rule")}</th>
            <th>{t("what")}</th>
            <th className="n">{t("score")}</th>
          </tr>
        </thead>
        <tbody>
          {RULES.map((rule) => (
            <tr key={rule} className={rules[rule].on ? undefined : "off"}>
              <th scope="row">{t(rule)}</th>
              <td className="what">{says(rule, rules)}</td>
              <td className="n">{rules[rule].on ? <b className={`num score${rule === "recycled_by_neglect" ? " minus" : ""}`}>{rule === "recycled_by_neglect" ? `−${rules[rule].points}` : `+${rules[rule].points}`}</b> : <span className="pill">{t("off")}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft small" style={{ margin: "10px 0 22px" }}>
        {t("leaderboardLine", { whose: t(`shown_${rules.leaderboard}`) })}
      </p>
      <Seasons may={may} />
      {editing && (
        <Suspense fallback={null}>
          <RulesDrawer known={data} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </div>
  );
}
