/** What is wrong with a policy document: each fault at its line and place, in words. */
import { Alert } from "antd";

import { fill, useLocale, useWords, type Pair } from "../../shared/i18n";
import { TIMERS, useNames } from "../../shared/names";
import { steps, type Fault, type LocatedFault } from "./document";
import { PUBLISH_WORDS } from "./publishWords";

type Words = ReturnType<typeof useWords<typeof PUBLISH_WORDS>>;

function nameOf(document: Record<string, unknown> | null, index: number): string {
  const segments = document?.segments;
  const name: unknown = Array.isArray(segments) ? (segments[index] as { name?: unknown } | null)?.name : undefined;
  if (typeof name === "string") return name;
  if (name && typeof name === "object") return String((name as Record<string, unknown>).zh ?? (name as Record<string, unknown>).en ?? "");
  return "";
}

/** "分群 1「A 级客户」 › 条件 › 第 2 项 › 字段". */
function usePlace(): (fault: Fault, document: Record<string, unknown> | null) => string {
  const t = useWords(PUBLISH_WORDS);
  const name = useNames();
  return (fault, document) => {
    const way = steps(fault.path);
    if (!way.length) return t("at_whole");
    const parts: string[] = [];
    for (const [index, step] of way.entries()) {
      const before = way[index - 1];
      if (typeof step === "number") {
        const label = before === "segments" ? nameOf(document, step) : "";
        const word = before === "segments" ? (label ? "at_segmentNamed" : "at_segment") : "at_item";
        parts.push(t(word, { n: step + 1, name: label }));
      } else if (step === "segments") {
        if (way.length === 1) parts.push(t("at_segments"));
      } else if (before === "timers") parts.push(name(TIMERS, step));
      else if (step !== "all" && step !== "any") parts.push(placeWord(t, step));
    }
    return parts.join(" › ");
  };
}

function placeWord(t: Words, step: string): string {
  const key = `at_${step}`;
  return key in PUBLISH_WORDS ? t(key as keyof typeof PUBLISH_WORDS) : step;
}

function useFaultText(): (fault: Fault) => string {
  const t = useWords(PUBLISH_WORDS);
  const chinese = useLocale() === "zh-CN";
  const typed = (value: unknown) => {
    const key = `type_${String(value)}`;
    return key in PUBLISH_WORDS ? t(key as keyof typeof PUBLISH_WORDS) : String(value);
  };
  return ({ code, data }) => {
    const values = Object.fromEntries(
      Object.entries(data).map(([key, value]) => [
        key,
        key === "expected" || key === "got" ? typed(value) : Array.isArray(value) ? value.join(chinese ? "、" : ", ") : String(value),
      ]),
    );
    const pair: Pair | undefined = PUBLISH_WORDS[code as keyof typeof PUBLISH_WORDS];
    return pair ? fill(chinese ? pair[0] : pair[1], values) : t("other", { code });
  };
}

type Props = { faults: LocatedFault[]; document: Record<string, unknown> | null; onGo: (line: number) => void };

export function Faults({ faults, document, onGo }: Props) {
  const t = useWords(PUBLISH_WORDS);
  const place = usePlace();
  const text = useFaultText();
  return (
    <Alert
      type="error"
      showIcon
      style={{ margin: "12px 0" }}
      data-testid="faults"
      title={faults.length === 1 ? t("faultOne") : t("faults", { n: faults.length })}
      description={
        <ul className="faults">
          {faults.map((fault, index) => {
            const { line } = fault;
            return (
              <li key={`${fault.path} ${index}`}>
                <div className="where">
                  {line !== null && (
                    <button type="button" className="plain" style={{ color: "var(--sea)", marginRight: 8 }} onClick={() => onGo(line)}>
                      {t("line", { n: line })}
                    </button>
                  )}
                  {fault.code !== "yaml" && place(fault, document)}
                </div>
                {text(fault)}
              </li>
            );
          })}
        </ul>
      }
    />
  );
}
