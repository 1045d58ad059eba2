/** The two sides of 团队: who is where, and what everybody has on their hands; for whoever leads. */
import { Tabs } from "antd";
import { useNavigate } from "react-router";

import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { WORDS } from "./words";

const PATHS = { people: "/team", workload: "/team/workload" } as const;

export function TeamTabs({ active }: { active: keyof typeof PATHS }) {
  const t = useWords(WORDS);
  const can = useCan();
  const navigate = useNavigate();
  if (!can("insight.read")) return null;
  const items = (["people", "workload"] as const).map((key) => ({ key, label: t(key) }));
  return <Tabs activeKey={active} items={items} onChange={(key) => void navigate(PATHS[key as keyof typeof PATHS])} tabBarStyle={{ marginBottom: 12 }} data-testid="team-tabs" />;
}
