/** Home's line: how much is overdue and due today, and the way there. Nothing where nothing is due. */
import { ScheduleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { useWords } from "../../shared/i18n";
import { agendaQuery, BOTH } from "./api";
import { WORDS } from "./words";

export function DueLine() {
  const t = useWords(WORDS);
  const { data } = useQuery(agendaQuery(BOTH));
  if (!data) return null;
  const overdue = data.tasks.overdue + data.plans.overdue;
  const today = data.tasks.today + data.plans.today;
  if (!overdue && !today) return null;
  return (
    <Link to="/follow-ups" className="panel pad row wrap" style={{ color: "var(--ink)", textDecoration: "none" }} data-testid="due-line">
      <ScheduleOutlined style={{ color: "var(--sea)", fontSize: 17 }} />
      <b>{t("dueLine")}</b>
      {overdue > 0 && <span className="pill bad num">{t("nOverdue", { n: overdue })}</span>}
      {today > 0 && <span className="pill sand num">{t("nToday", { n: today })}</span>}
      <span className="grow" />
      <span style={{ color: "var(--sea)" }}>{t("goThere")}</span>
    </Link>
  );
}
