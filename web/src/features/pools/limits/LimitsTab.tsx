/** 额度: whose limits in a pool differ from its own, for good or for a while. */
import type { Pool, RuleName } from "../../../api";
import { useMe } from "../../../shared/me";
import { Overrides } from "./Overrides";
import { OWN, RULES } from "./rules";
import { ScopedLimits } from "./ScopedLimits";
import { WhoIsLimited } from "./WhoIsLimited";

export default function LimitsTab({ pool }: { pool: Pool }) {
  const me = useMe();
  const own = Object.fromEntries(RULES.map((rule) => [rule, pool[OWN[rule]]])) as Record<RuleName, number>;
  const locked = !pool.rights.admin;
  // Who was granted what is for those who lead; everybody reads their own in the header.
  const insight = pool.rights.admin || me.person.roles.some((role) => role !== "rep");
  return (
    <div style={{ maxWidth: 1100 }}>
      <ScopedLimits scope={pool.id} own={own} locked={locked} />
      {insight && <Overrides scope={pool.id} locked={locked} />}
      {insight && <WhoIsLimited pool={pool} />}
    </div>
  );
}
