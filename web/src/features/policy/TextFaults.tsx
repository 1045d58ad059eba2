/** What is wrong with a policy's text: each fault at its line and place, in words. */
import { Alert } from "antd";

import { useWords } from "../../shared/i18n";
import type { LocatedFault } from "./document";
import { EDITOR_WORDS } from "./editorWords";
import { useFaultText, usePlace } from "./faults";
import { TEXT_WORDS } from "./textWords";

type Props = { faults: LocatedFault[]; document: Record<string, unknown> | null; onGo: (line: number) => void };

export function Faults({ faults, document, onGo }: Props) {
  const t = useWords(EDITOR_WORDS);
  const p = useWords(TEXT_WORDS);
  const place = usePlace();
  const text = useFaultText();
  return (
    <Alert
      type="error"
      showIcon
      style={{ margin: "0 0 12px" }}
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
                      {p("line", { n: line })}
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
