/** "Why?" beside a run's customer: the card of the very move that the run made. */
import { Popover } from "antd";

import { useWords } from "../../shared/i18n";
import { WhyCard } from "../../shared/WhyCard";
import { WORDS } from "./words";

export function WhyMove({ item }: { item: { customer: { id: string }; event_id: string | null } }) {
  const t = useWords(WORDS);
  const event = item.event_id;
  if (!event) return null;
  return (
    <Popover trigger="click" content={() => <WhyCard customerId={item.customer.id} event={event} />} destroyOnHidden>
      <button type="button" className="plain small nowrap" style={{ color: "var(--sea)" }} data-testid="why-move">
        {t("whyAsk")}
      </button>
    </Popover>
  );
}
