/** The pages of the menu and who sees them. */
import { BarChartOutlined, CalendarOutlined, EyeInvisibleOutlined, FileProtectOutlined, FolderOpenOutlined, HistoryOutlined, HomeOutlined, InboxOutlined, ReadOutlined, ScheduleOutlined, SettingOutlined, TeamOutlined, TrophyOutlined, UserSwitchOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

import type { Me } from "../../api";
import type { WORDS } from "./words";

export type Entry = { to: string; word: keyof typeof WORDS; icon: ReactNode; group: 1 | 2; badge?: number };

export function entries(me: Me): Entry[] {
  const leads = me.person.roles.some((role) => role !== "rep");
  const all: (Entry & { show: boolean })[] = [
    { to: "/", word: "home", icon: <HomeOutlined />, group: 1, show: true },
    { to: "/pool", word: "pool", icon: <InboxOutlined />, group: 1, show: true },
    { to: "/customers", word: "customers", icon: <FolderOpenOutlined />, group: 1, show: true },
    { to: "/follow-ups", word: "followUps", icon: <ScheduleOutlined />, group: 1, show: true, badge: me.tasks_due },
    { to: "/requests", word: "requests", icon: <UserSwitchOutlined />, group: 1, show: true, badge: me.requests_to_decide },
    { to: "/pools", word: "policy", icon: <FileProtectOutlined />, group: 2, show: true },
    { to: "/handbook", word: "handbook", icon: <ReadOutlined />, group: 2, show: true },
    { to: "/team", word: "team", icon: <TeamOutlined />, group: 2, show: leads || me.permissions.includes("people.edit") },
    { to: "/incentives", word: "incentives", icon: <TrophyOutlined />, group: 2, show: me.permissions.includes("incentives.read") },
    { to: "/insight", word: "insight", icon: <BarChartOutlined />, group: 2, show: me.permissions.includes("insight.read") },
    { to: "/runs", word: "runs", icon: <HistoryOutlined />, group: 2, show: me.permissions.includes("runs.read") || me.permissions.includes("imports.start") },
    { to: "/settings/calendar", word: "calendar", icon: <CalendarOutlined />, group: 2, show: true },
    { to: "/settings/company", word: "company", icon: <SettingOutlined />, group: 2, show: me.permissions.includes("tenant.edit") },
    { to: "/settings/fields", word: "fields", icon: <EyeInvisibleOutlined />, group: 2, show: me.permissions.includes("tenant.edit") },
  ];
  return all.filter((entry) => entry.show);
}
