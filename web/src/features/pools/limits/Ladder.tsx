/** "Why 14 and not 20?": all numbers that could be somebody's limit, the one that holds first, the others crossed out. */
import type { LimitOf } from "../../../api";
import { useLocale, useWords, type Pair } from "../../../shared/i18n";
import { byText } from "../../../shared/limitBy";
import { useLimitValue } from "./rules";
import { LIMIT_WORDS } from "./words";
import "./limits.css";

const QUOTED: Pair = ["「{why}」", "“{why}”"];

export function Ladder({ item }: { item: LimitOf }) {
  const t = useWords(LIMIT_WORDS);
  const locale = useLocale();
  const value = useLimitValue();
  const quote = useWords({ quoted: QUOTED });
  return (
    <div data-testid="limit-why">
      <ol className="limit-ladder">
        {item.considered.map((each) => (
          <li key={`${each.kind}:${each.id ?? each.name ?? ""}`}>
            <span className="n">{value(item.rule, each.value)}</span>
            <span className="by">{byText(each, locale)}</span>
            {each.why && <span className="reason">{quote("quoted", { why: each.why })}</span>}
          </li>
        ))}
      </ol>
      {item.considered.length > 1 && <div className="small muted">{t("whyOrder")}</div>}
    </div>
  );
}

/** The question, with the number that would hold otherwise; nothing to ask where there is just one. */
export function useWhyTitle(): (item: LimitOf | undefined) => string | null {
  const t = useWords(LIMIT_WORDS);
  const value = useLimitValue();
  return (item) => {
    const next = item?.considered.find((each) => !each.holds && each.value !== item.value);
    return item && next ? t("whyTitle", { n: value(item.rule, item.value), m: value(item.rule, next.value) }) : null;
  };
}
