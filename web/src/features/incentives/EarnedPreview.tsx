/** Who would get how much today, the best first, and why the others wouldn't. */
import type { components } from "../../api/schema";
import { useWords } from "../../shared/i18n";
import { WORDS } from "./words";

export function EarnedPreview({ preview }: { preview: components["schemas"]["EarnedPreview"] }) {
  const t = useWords(WORDS);
  const more = preview.items.filter((item) => item.why_not === null).length;
  if (!preview.items.length) return <p className="soft">{t("previewNone")}</p>;
  return (
    <section data-testid="earned-preview">
      <p className="soft small" style={{ marginBottom: 6 }}>
        {t("previewSays")} {t("previewCounts", { n: more, of: preview.items.length })}
      </p>
      <table className="rule-table num">
        <tbody>
          {preview.items.map((item) => (
            <tr key={item.person.id} className={item.why_not ? "off" : undefined} style={{ display: "table-row" }}>
              <th scope="row">{item.person.name}</th>
              <td>
                {t("claimed")} {item.claimed} · {t("converted")} {item.converted} ({item.percent}%)
              </td>
              <td className="n">
                {item.why_not ? (
                  t(`why_${item.why_not}`)
                ) : (
                  <b>
                    {item.base} → {item.value}
                  </b>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
