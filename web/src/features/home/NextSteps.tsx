/** For those who lead or administer: the few doors they come for. */
import { Link } from "react-router";

import { useWords } from "../../shared/i18n";
import { useCan, useMe } from "../../shared/me";
import { WORDS } from "./words";

export function NextSteps() {
  const t = useWords(WORDS);
  const can = useCan();
  const me = useMe();
  const steps = [
    { to: "/customers?scope=team&sort=countdown", word: "step_team", show: me.person.roles.includes("manager") },
    { to: "/runs", word: "step_runs", show: can("runs.read") },
    { to: "/imports/new", word: "step_import", show: can("imports.start") },
    { to: "/team", word: "step_people", show: can("people.edit") },
    { to: "/pools", word: "step_pool", show: can("pools.edit") },
  ] as const;
  return (
    <div className="steps">
      {steps
        .filter((step) => step.show)
        .map((step) => (
          <Link key={step.to} to={step.to} className="panel">
            <b>{t(step.word)}</b>
            <span className="small muted">{t(`${step.word}_text`)}</span>
          </Link>
        ))}
    </div>
  );
}
