/** 激励: who stands where, what each point was for, what earns points, and what good conversion earns. */
import { Tabs } from "antd";
import type { ComponentType } from "react";

import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { EmptyState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { EarnedTab } from "./EarnedTab";
import "./incentives.css";
import { Leaderboard } from "./Leaderboard";
import { Ledger } from "./Ledger";
import { RulesTab } from "./RulesTab";
import { WORDS } from "./words";

const TABS = ["board", "points", "rules", "earned"] as const;
const PANELS: Record<(typeof TABS)[number], ComponentType> = { board: Leaderboard, points: Ledger, rules: RulesTab, earned: EarnedTab };

export default function IncentivesPage() {
  const t = useWords(WORDS);
  const may = useCan()("incentives.read");
  const [url, setUrl] = useUrlState();
  const tab = oneOf(TABS, url.tab) ?? TABS[0];
  const Panel = PANELS[tab];
  if (!may) return <EmptyState title={t("noPlaces")} text={t("noPlacesText")} />;
  return (
    <>
      <div className="page-head">
        <h1>{t("title")}</h1>
      </div>
      <section className="panel">
        <Tabs
          activeKey={tab}
          onChange={(key) => setUrl({ tab: key === TABS[0] ? undefined : key, person: undefined, name: undefined })}
          items={TABS.map((key) => ({ key, label: t(key) }))}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
        />
        <Panel />
      </section>
    </>
  );
}
