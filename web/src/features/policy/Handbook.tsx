/** Beside the matrix: what may be claimed and what counts as a follow-up here, and the versions of the rules. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";

import type { Policy } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { dateTime } from "../../shared/time";
import { poolQuery } from "../pools/api";
import { limitText } from "../pools/settings";
import { WORDS } from "./words";

export function ClaimRules({ poolId }: { poolId: string }) {
  const t = useWords(WORDS);
  const name = useNames();
  const { data: pool } = useQuery(poolQuery(poolId));
  if (!pool) return <Skeleton active title={false} style={{ padding: 20 }} />;
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

const STATES = { published: "published", superseded: "superseded", draft: "draft" } as const;

export function Versions({ policy }: { policy: Policy }) {
  const t = useWords(WORDS);
  return (
    <section className="panel">
      <header>
        <h2>{t("versions")}</h2>
        <span className="small muted">{t("keepsReason")}</span>
      </header>
      <div className="body">
        {policy.versions.map((version, index) => {
          const state = STATES[version.state as keyof typeof STATES];
          return (
            <div className="version-line" key={version.number ?? `draft${index}`}>
              <b className="num">{version.number === null ? t("draft") : t("version", { n: version.number })}</b>
              <span className="row wrap" style={{ gap: 8 }}>
                {state === "published" && <span className="pill sea">{t(state)}</span>}
                <span className="muted small">{[version.published_at && dateTime(version.published_at), version.author].filter(Boolean).join(" · ")}</span>
              </span>
              <span />
              <span className={version.note ? "soft" : "muted"}>{version.note || t("noNote")}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}
