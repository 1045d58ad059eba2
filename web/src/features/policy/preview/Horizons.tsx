/** How many would go at once, within 7 and within 30 days: by these rules, by those in force, and really. */
import { useWords } from "../../../shared/i18n";
import { PREVIEW_WORDS } from "../previewWords";
import type { Preview, Totals } from "../shapes";

export const HORIZONS = ["at_once", "within_7", "within_30"] as const;
export type Horizon = (typeof HORIZONS)[number];
export const DAYS: Record<Horizon, 0 | 7 | 30> = { at_once: 0, within_7: 7, within_30: 30 };

export const plainNumber = (n: number) => n.toLocaleString("en-US");

type Series = { key: "new" | "present" | "really"; totals: Totals };

function useSeries(preview: Preview): Series[] {
  const all: Series[] = [{ key: "new", totals: preview.totals }];
  if (preview.present_number !== null) all.push({ key: "present", totals: preview.present });
  all.push({ key: "really", totals: preview.really });
  return all;
}

function Chart({ series, most, onOpen }: { series: Series[]; most: number; onOpen: (within: 0 | 7 | 30) => void }) {
  const t = useWords(PREVIEW_WORDS);
  return (
    <div className="horizons" aria-hidden="true">
      {HORIZONS.map((horizon) => (
        <div className="horizon" key={horizon}>
          <div className="when">{t(horizon)}</div>
          <div className="bars">
            {series.map(({ key, totals }) => (
              <button type="button" className="bar-line" key={key} onClick={() => onOpen(DAYS[horizon])} title={t("everyone")}>
                <span className="track">
                  <i className={key} style={{ width: `${(totals[horizon] / most) * 100}%` }} />
                </span>
                <b className="num">{plainNumber(totals[horizon])}</b>
              </button>
            ))}
          </div>
        </div>
      ))}
      <div className="legend">
        {series.map(({ key }) => (
          <span key={key}>
            <i className={key} /> {t(key)}
            {key !== "present" && <small>{t(`${key}Hint`)}</small>}
          </span>
        ))}
      </div>
    </div>
  );
}

function Table({ series }: { series: Series[] }) {
  const t = useWords(PREVIEW_WORDS);
  return (
    <table className="figures">
      <thead>
        <tr>
          <th />
          {HORIZONS.map((horizon) => (
            <th key={horizon}>{t(horizon)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {series.map(({ key, totals }) => (
          <tr key={key}>
            <th scope="row">{t(key)}</th>
            {HORIZONS.map((horizon) => (
              <td key={horizon} className="num" data-testid={`${key}-${horizon}`}>
                {plainNumber(totals[horizon])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** "按这份规则，立即到期 412 个，比现行规则多 377 个。实际上，下次回收会走 0 个（给 3 个工作日过渡期）…" */
export function useSays(): (preview: Preview, graceDays: number | null) => string {
  const t = useWords(PREVIEW_WORDS);
  return (preview, graceDays) => {
    const { totals, present, really } = preview;
    const more = totals.at_once - present.at_once;
    const word = preview.present_number === null ? "saysFirst" : more > 0 ? "saysMore" : more < 0 ? "saysLess" : "saysSame";
    const grace = graceDays ? t("saysGrace", { n: graceDays }) : "";
    return [
      t(word, { a: plainNumber(totals.at_once), d: plainNumber(Math.abs(more)) }),
      t("saysReally", { r: plainNumber(really.at_once), m: plainNumber(really.within_30), grace }),
    ].join(t("new") === PREVIEW_WORDS.new[0] ? "" : " ");
  };
}

export function Horizons({ preview, asTable, onOpen }: { preview: Preview; asTable: boolean; onOpen: (within: 0 | 7 | 30) => void }) {
  const series = useSeries(preview);
  const most = Math.max(1, ...series.flatMap(({ totals }) => HORIZONS.map((horizon) => totals[horizon])));
  return asTable ? <Table series={series} /> : <Chart series={series} most={most} onOpen={onOpen} />;
}
