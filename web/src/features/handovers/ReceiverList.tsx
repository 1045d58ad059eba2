/** Per receiver: how many customers and deals, how many go back soon, how many lie beyond a cap. */
import { Button } from "antd";

import type { HandOver, HandOverPreview } from "../../api";
import { useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { WORDS } from "./words";

export type Receiver = HandOver["receivers"][number] & Partial<HandOverPreview["receivers"][number]>;

export function ReceiverList({ receivers, onSee }: { receivers: Receiver[]; onSee?: (receiver: Receiver) => void }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const looking = onSee !== undefined;
  const most = Math.max(1, ...receivers.map((each) => each.customers));
  return (
    <div className="hand-receivers" data-testid="receivers">
      {!phone && (
        <div className="line head muted small">
          <span className="who">{t("receiver")}</span>
          <span className="bar" />
          <span className="n">{t("customers")}</span>
          {looking && <span className="n">{t("deals")}</span>}
          {looking && <span className="n" title={t("soonHint")}>{t("soon")}</span>}
          {looking && <span className="act" />}
        </div>
      )}
      {receivers.map((each) => (
        <div key={each.person?.id ?? `pool-${each.pool?.id}`} className="line" data-testid="receiver">
          <span className="who">
            <b className="clip">{each.person?.name ?? t("poolNamed", { name: each.pool?.name ?? "" })}</b>
            {each.over_cap > 0 && <span className="pill sand">{t("overCap", { n: each.over_cap })}</span>}
          </span>
          <span className="bar">
            <i style={{ width: `${(100 * each.customers) / most}%` }} />
          </span>
          <span className="n num">{each.customers}</span>
          {looking && <span className="n num">{phone ? `${t("deals")} ${each.open_deals ?? 0}` : each.open_deals}</span>}
          {looking && <span className="n num">{phone ? `${t("soon")} ${each.falling_soon ?? 0}` : each.falling_soon}</span>}
          {looking && (
            <Button size="small" type="link" className="act" onClick={() => onSee(each)}>
              {t("see")}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
