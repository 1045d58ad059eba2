/** Beside the matrix, for readers: what may be claimed, what counts as a follow-up, when one is warned. */
import type { Pool } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { FIELD_WORDS } from "../pools/fieldWords";
import { limitText } from "../pools/settings";
import { useWindowsText } from "../pools/windows";
import { useFacts } from "./api";
import { useSentence } from "./editor/sentence";
import { WORDS } from "./words";

export function ClaimRules({ pool, ladder }: { pool: Pool; ladder: number[] | undefined }) {
  const t = useWords(WORDS);
  const f = useWords(FIELD_WORDS);
  const name = useNames();
  const windows = useWindowsText();
  const sentence = useSentence(useFacts().data);
  const cooled = pool.cooldown_holders > 0 && pool.cooldown_days > 0;
  const kinds = pool.follow_up_kinds.map((kind) => name(KINDS, kind)).join(t("listSep"));
  const facts: [string, string][] = [
    [f("mode"), f(`mode_${pool.mode}`)],
    [f("claim_windows"), windows(pool.claim_windows)],
    [t("quota"), limitText(pool.daily_quota, t("noLimit"))],
    [t("holdingCap"), limitText(pool.holding_cap, t("noLimit"))],
    [t("untouched"), limitText(pool.untouched_cap, t("noLimit"))],
    [t("cooldown"), cooled ? t("cooldownText", { n: pool.cooldown_holders, days: pool.cooldown_days }) : t("noCooldown")],
  ];
  if (pool.freeze_hours) facts.push([f("freeze_hours"), `${pool.freeze_hours} ${f("hours")}`]);
  if (pool.min_interval_seconds) facts.push([f("min_interval_seconds"), `${pool.min_interval_seconds} ${f("seconds")}`]);
  if (pool.approval) facts.push([f("approval"), sentence(pool.approval)]);
  facts.push(
    [t("counts"), pool.follow_up_min_note ? `${kinds} · ${t("minNote", { n: pool.follow_up_min_note })}` : kinds],
    [t("backdate"), t("backdateText", { n: pool.backdate_hours })],
  );
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
