/** 分析: what the history shows. One tab per report. */
import { Tabs } from "antd";
import type { ComponentType } from "react";

import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { EmptyState } from "../../shared/States";
import { oneOf, useUrlState } from "../../shared/urlState";
import { FairUse } from "./FairUse";
import { RevealsTab } from "./RevealsTab";
import "./insight.css";
import { WORDS } from "./words";

const TABS = ["fairUse", "reveals"] as const;
const PANELS: Record<(typeof TABS)[number], ComponentType> = { fairUse: FairUse, reveals: RevealsTab };

export default function InsightPage() {
  const t = useWords(WORDS);
  const can = useCan();
  const [url, setUrl] = useUrlState();
  const tab = oneOf(TABS, url.tab) ?? TABS[0];
  const Panel = PANELS[tab];
  if (!can("insight.read")) return <EmptyState title={t("notYours")} text={t("notYoursText")} />;
  return (
    <>
      <div className="page-head">
        <h1>{t("insight")}</h1>
      </div>
      <section className="panel">
        <Tabs
          activeKey={tab}
          onChange={(key) => setUrl({ tab: key === TABS[0] ? undefined : key })}
          items={TABS.map((key) => ({ key, label: t(key) }))}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
        />
        <Panel />
      </section>
    </>
  );
}
