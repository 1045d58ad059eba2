/** What a hand-over would do in all: where the customers go, and what ends or passes on with them. */
import type { HandOverPreview } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { WORDS } from "./words";
import "./handovers.css";

const NAMED = 3;

/** "王经理 / 公共公海": the first receivers by name. */
export function useReceivers(): (receivers: HandOverPreview["receivers"]) => string {
  const zh = useLocale() === "zh-CN";
  return (receivers) => {
    const names = receivers.map((each) => each.person?.name ?? each.pool?.name ?? "");
    const rest = names.length - NAMED;
    const shown = names.slice(0, NAMED).join(zh ? "、" : ", ");
    return rest > 0 ? shown + (zh ? ` 等 ${names.length} 方` : ` and ${rest} more`) : shown;
  };
}

export function Whole({ preview }: { preview: HandOverPreview }) {
  const t = useWords(WORDS);
  const receivers = useReceivers();
  const facts = [
    ["nDeals", preview.open_deals],
    ["nPlanned", preview.planned_follow_ups],
    ["nTasks", preview.tasks],
    ["nTasksLapse", preview.tasks_lapse],
    ["nLocked", preview.locked],
    ["nLapse", preview.requests_lapse],
    ["nPassOn", preview.requests_pass_on],
    ["nShared", preview.shared],
  ] as const;
  return (
    <ul className="hand-facts" data-testid="hand-whole">
      {preview.customers > 0 && (
        <li>
          <b>{t("whatHappens", { n: preview.customers, who: receivers(preview.receivers) })}</b>
        </li>
      )}
      {facts.filter(([, n]) => n > 0).map(([key, n]) => (
        <li key={key}>{t(key, { n })}</li>
      ))}
    </ul>
  );
}
