/** Whom the rules concern: bars per department, owner or segment from zero, the same as a table, and the customers behind each. */
import { Button, Segmented } from "antd";
import { useState } from "react";

import { useServerWords, useWords } from "../../../shared/i18n";
import { PREVIEW_WORDS } from "../previewWords";
import type { Cut } from "../api";
import type { Preview, Totals } from "../shapes";
import { DAYS, HORIZONS, plainNumber, type Horizon } from "./Horizons";

type By = "department" | "owner" | "segment";
type Line = { key: string; name: string; more?: string; count: number; totals: Totals; present: Totals | null; cut: Omit<Cut, "within"> };

const FEW = 12;

function useLines(preview: Preview, by: By): Line[] {
  const t = useWords(PREVIEW_WORDS);
  const words = useServerWords();
  if (by === "segment") {
    return preview.segments.map((each) => ({ key: String(each.index), name: words(each.name), count: each.count, totals: each.totals, present: null, cut: { segment: each.index } }));
  }
  const lines: Line[] =
    by === "owner"
      ? preview.owners.map((each) => ({ ...each, key: each.owner.id, name: each.owner.name, more: each.department?.name, cut: { owner_id: each.owner.id } }))
      : preview.departments.map((each) => ({ ...each, key: each.department?.id ?? "", name: each.department?.name ?? t("noDepartment"), cut: { department_id: each.department?.id } }));
  return lines;
}

function Bars({ lines, horizon, onOpen }: { lines: Line[]; horizon: Horizon; onOpen: (line: Line) => void }) {
  const t = useWords(PREVIEW_WORDS);
  const most = Math.max(1, ...lines.flatMap((line) => [line.totals[horizon], line.present?.[horizon] ?? 0]));
  return (
    <div className="whom">
      {lines.map((line) => (
        <button type="button" className="whom-line" key={line.key} onClick={() => onOpen(line)} title={t("everyone")} data-testid="whom-line">
          <span className="clip who">
            {line.name} {line.more && <small>{line.more}</small>}
          </span>
          <span className="pair">
            <span className="track">
              <i className="new" style={{ width: `${(line.totals[horizon] / most) * 100}%` }} />
            </span>
            {line.present && (
              <span className="track thin">
                <i className="present" style={{ width: `${(line.present[horizon] / most) * 100}%` }} />
              </span>
            )}
          </span>
          <span className="num">
            <b>{plainNumber(line.totals[horizon])}</b> {line.present && <small>{t("presentShort", { n: plainNumber(line.present[horizon]) })}</small>}
          </span>
        </button>
      ))}
    </div>
  );
}

function Table({ lines }: { lines: Line[] }) {
  const t = useWords(PREVIEW_WORDS);
  const present = lines.some((line) => line.present);
  return (
    <div style={{ overflowX: "auto" }}>
      <table className="figures">
        <thead>
          <tr>
            <th />
            <th>{t("whoCount")}</th>
            {HORIZONS.map((horizon) => (
              <th key={horizon}>{t(horizon)}</th>
            ))}
            {present && HORIZONS.map((horizon) => <th key={horizon}>{`${t("present")} · ${t(horizon)}`}</th>)}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key}>
              <th scope="row">{line.name}</th>
              <td className="num">{plainNumber(line.count)}</td>
              {HORIZONS.map((horizon) => (
                <td key={horizon} className="num">{plainNumber(line.totals[horizon])}</td>
              ))}
              {present && HORIZONS.map((horizon) => <td key={horizon} className="num">{line.present ? plainNumber(line.present[horizon]) : "–"}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Props = { preview: Preview; asTable: boolean; onOpen: (cut: Cut, name: string) => void };

export function Whom({ preview, asTable, onOpen }: Props) {
  const t = useWords(PREVIEW_WORDS);
  const [by, setBy] = useState<By>("department");
  // The first horizon in which anybody goes says most; from then on the reader's choice.
  const [chosen, setHorizon] = useState<Horizon>();
  const horizon = chosen ?? HORIZONS.find((each) => preview.totals[each] || preview.present[each]) ?? "at_once";
  const [all, setAll] = useState(false);
  const found = useLines(preview, by);
  const weight = (line: Line) => Math.max(line.totals[horizon], (line.present?.[horizon] ?? 0) / 1000);
  // Segments keep the order of the matrix; people read the longest bar first.
  const lines = by === "segment" ? found : [...found].sort((a, b) => weight(b) - weight(a) || b.count - a.count);
  const shown = all ? lines : lines.slice(0, FEW);
  const top = [...lines].sort((a, b) => b.totals[horizon] - a.totals[horizon])[0];
  const total = preview.totals[horizon];
  const when = t(horizon);
  return (
    <div className="whom-part">
      <div className="row wrap between">
        <h3>{t("byWhom")}</h3>
        <span className="row wrap">
          <Segmented<Horizon> size="small" value={horizon} onChange={setHorizon} options={HORIZONS.map((each) => ({ value: each, label: t(each) }))} />
          <Segmented<By> size="small" value={by} onChange={setBy} options={(["department", "owner", "segment"] as const).map((each) => ({ value: each, label: t(`by_${each}`) }))} />
        </span>
      </div>
      {asTable ? <Table lines={shown} /> : <Bars lines={shown} horizon={horizon} onOpen={(line) => onOpen({ ...line.cut, within: DAYS[horizon] }, line.name)} />}
      {lines.length > shown.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t("showAll", { n: lines.length })}
        </Button>
      )}
      <p className="says soft">
        {total && top ? t("saysMost", { when, name: top.name, n: plainNumber(top.totals[horizon]), p: Math.round((top.totals[horizon] / total) * 100) }) : t("saysNone", { when })}
      </p>
    </div>
  );
}
