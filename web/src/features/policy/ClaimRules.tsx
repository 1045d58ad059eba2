/** Beside the matrix, for readers: what may be claimed, what counts as a follow-up, when one is warned. */
import type { Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { limitText } from "../pools/settings";
import { WORDS } from "./words";

export function ClaimRules({ pool, ladder }: { pool: Pool; ladder: number[] | undefined }) {
  const t = useWords(WORDS);
  const name = useNames();
  const cooled = pool.cooldown_holders > 0 && pool.cooldown_days > 0;
  const kinds = pool.follow_up_kinds.map((kind) => name(KINDS, kind)).join(t("listSep"));
  const facts: [string, string][] = [
    [t("quota"), limitText(pool.daily_quota, t("noLimit"))],
    [t("holdingCap"), limitText(pool.holding_cap, t("noLimit"))],
    [t("untouched"), limitText(pool.untouched_cap, t("noLimit"))],
    [t("cooldown"), cooled ? t("cooldownText", { n: pool.cooldown_holders, days: pool.cooldown_days }) : t("noCooldown")],
    [t("counts"), pool.follow_up_min_note ? `${kinds} · ${t("minNote", { n: pool.follow_up_min_note })}` : kinds],
    [t("backdate"), t("backdateText", { n: pool.backdate_hours })],
  ];
  if (ladder?.length) facts.push([t("warned"), t("warnedText", { days: ladder.join(t("listSep")) })]);
  return (
    <section className="panel">
      <header>
        <h2>{t("claimRules")}</h2>
      </header>
      <div className="body">
        <dl>
          {facts.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}=`}>{value}</dd>])}
        </dl>
      </div>
    </section>
  );
}
