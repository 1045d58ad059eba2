/** Whose cap over all pools differs from the company's, for good or for a while. */
import { useCan, useMe } from "../../../shared/me";
import { Overrides } from "./Overrides";
import { ScopedLimits } from "./ScopedLimits";

export default function CompanyLimits({ cap }: { cap: number }) {
  const me = useMe();
  const locked = !useCan()("tenant.edit");
  const insight = me.person.roles.some((role) => role !== "rep");
  return (
    <div style={{ marginTop: 16 }}>
      <ScopedLimits scope={null} own={{ holding_cap: cap }} locked={locked} />
      {insight && <Overrides scope={null} locked={locked} />}
    </div>
  );
}
