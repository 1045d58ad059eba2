/** For a new pool: what kind of company it is for. Brings ready-made settings, and rules that begin as a draft. */
import { Skeleton } from "antd";

import { useServerWords, useWords } from "../../shared/i18n";
import { useTemplates, type Template } from "../policy/api";
import { PUBLISH_WORDS } from "../policy/publishWords";
import "../policy/start.css";

type Props = { chosen: Template | null; onChoose: (template: Template | null) => void };

export function KindChoice({ chosen, onChoose }: Props) {
  const t = useWords(PUBLISH_WORDS);
  const words = useServerWords();
  const templates = useTemplates();
  // Without them a pool can be made all the same.
  if (templates.isError) return null;
  return (
    <section className="panel" style={{ marginBottom: 16 }}>
      <header>
        <h2>{t("kind")}</h2>
      </header>
      <div className="body">
        <p className="soft" style={{ marginBottom: 12 }}>{t("kind_hint")}</p>
        {!templates.data && <Skeleton active title={false} />}
        <div className="kinds" role="radiogroup" aria-label={t("kind")}>
          {[null, ...(templates.data ?? [])].map((template) => {
            const on = chosen?.code === template?.code;
            return (
              <button type="button" role="radio" aria-checked={on} className={`template${on ? " chosen" : ""}`} key={template?.code ?? ""} onClick={() => onChoose(template)} data-testid="template">
                <b>{template ? words(template.name) : t("kind_none")}</b>
              </button>
            );
          })}
        </div>
        {templates.data && <p className="soft kind-about">{chosen ? words(chosen.about) : t("kind_none_about")}</p>}
      </div>
    </section>
  );
}
