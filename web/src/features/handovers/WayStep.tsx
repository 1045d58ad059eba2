/** First step: to the lead, to heirs or to pools, and whether the giver leaves. */
import { Alert, Button, Radio, Segmented, Switch } from "antd";

import { useWords } from "../../shared/i18n";
import { useCan } from "../../shared/me";
import { HeirsSelect } from "./HeirsSelect";
import { PoolChoice } from "./PoolChoice";
import { missing, type Plan } from "./plan";
import { RowsInput } from "./RowsInput";
import { WORDS } from "./words";

type Props = { personId: string; plan: Plan; onChange: (plan: Plan) => void; tried: boolean; onNext: () => void };

function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="hand-field">
      <b>{label}</b>
      {children}
    </div>
  );
}

export function WayStep({ personId, plan, onChange, tried, onNext }: Props) {
  const t = useWords(WORDS);
  const can = useCan();
  const set = (part: Partial<Plan>) => onChange({ ...plan, ...part });
  const fault = missing(plan);
  return (
    <section className="panel pad col" style={{ gap: 20 }}>
      <Radio.Group value={plan.way} onChange={(event) => set({ way: event.target.value as Plan["way"] })} className="hand-ways">
        {(["manager", "heirs", "pools"] as const).map((way) => (
          <Radio key={way} value={way} className={plan.way === way ? "chosen" : ""} data-testid={`way-${way}`}>
            <b>{t(`way_${way}`)}</b>
            <div className="soft small">{t(`way_${way}Hint`)}</div>
          </Radio>
        ))}
      </Radio.Group>
      {plan.way === "heirs" && (
        <>
          <Field label={t("how")}>
            <Segmented<Plan["how"]>
              value={plan.how}
              onChange={(how) => set({ how })}
              options={(["in_turn", "by_load", "by_condition"] as const).map((how) => ({ value: how, label: t(`how_${how}`) }))}
            />
            <p className="soft small">{t(`how_${plan.how}Hint`)}</p>
          </Field>
          {plan.how === "by_condition" ? (
            <RowsInput personId={personId} rows={plan.rows} onChange={(rows) => set({ rows })} tried={tried} />
          ) : (
            <Field label={t("heirs")}>
              <HeirsSelect id="heirs" personId={personId} value={plan.heirs} onChange={(heirs) => set({ heirs })} />
            </Field>
          )}
        </>
      )}
      {plan.way === "pools" && (
        <Field label={t("poolsTo")}>
          <PoolChoice value={plan.poolId} onChange={(poolId) => set({ poolId })} />
        </Field>
      )}
      {can("people.edit") && (
        <div className="row" style={{ alignItems: "flex-start" }}>
          <Switch checked={plan.deactivate} onChange={(deactivate) => set({ deactivate })} aria-label={t("leaves")} data-testid="leaves" />
          <div>
            <b>{t("leaves")}</b>
            <p className="soft small">{t("leavesHint")}</p>
          </div>
        </div>
      )}
      {tried && fault && <Alert type="error" showIcon title={t(fault)} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button type="primary" onClick={onNext} data-testid="to-preview">
          {t("next")}
        </Button>
      </div>
    </section>
  );
}
