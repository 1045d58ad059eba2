/** The matrix as its own editor, at a desk: rows dragged into order, a cell per timer. */
import { HolderOutlined } from "@ant-design/icons";
import { Fragment, useRef, useState, type DragEvent, type KeyboardEvent } from "react";

import { useWords } from "../../../shared/i18n";
import { TIMERS, useNames } from "../../../shared/names";
import { EDITOR_WORDS } from "../editorWords";
import { under } from "../faults";
import type { TimerName } from "../rules";
import { WORDS } from "../words";
import { ConditionCell, CountCell, NameCell, NeverPill, RowFaults, RowMenu, TargetCell } from "./Cells";
import type { MatrixProps } from "./matrix";
import { TimerCell } from "./TimerCell";
import { useRowName } from "./useRows";

/** Where the dragged row would land: above the row of this index. */
type Drag = { from: number; over: number };

export function EditTable({ rows, document, faults, told, caught, stale, sentence, onCondition, timers }: MatrixProps & { timers: TimerName[] }) {
  const t = useWords(EDITOR_WORDS);
  const w = useWords(WORDS);
  const name = useNames();
  const rowName = useRowName();
  const body = useRef<HTMLTableSectionElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const { segments, set, move } = rows;
  const end = segments.length - 2;

  const focusHandle = (index: number) => requestAnimationFrame(() => body.current?.querySelectorAll<HTMLElement>("button.handle")[index]?.focus());
  const onKey = (event: KeyboardEvent, index: number) => {
    const to = event.key === "ArrowUp" ? index - 1 : event.key === "ArrowDown" ? index + 1 : null;
    if (to === null) return;
    event.preventDefault();
    if (to < 0 || to > end) return;
    move(index, to);
    focusHandle(to);
  };
  const onDragStart = (event: DragEvent, index: number) => {
    const row = event.currentTarget.closest("tr");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", String(index));
    if (row) event.dataTransfer.setDragImage(row, 20, 20);
    setDrag({ from: index, over: index });
  };
  const onDragOver = (event: DragEvent, index: number) => {
    if (!drag) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    const over = Math.min(below ? index + 1 : index, segments.length - 1);
    if (over !== drag.over) setDrag({ ...drag, over });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    if (drag) move(drag.from, drag.over > drag.from ? drag.over - 1 : drag.over);
    setDrag(null);
  };
  const marked = (index: number) => drag && drag.over === index && drag.over !== drag.from && drag.over !== drag.from + 1;

  return (
    <div style={{ overflowX: "auto" }}>
      <table className="matrix edit" data-testid="matrix">
        <thead>
          <tr>
            <th className="no" />
            <th>{w("segment")}</th>
            {timers.map((timer) => (
              <th key={timer} title={w(timer)}>
                {name(TIMERS, timer)}
              </th>
            ))}
            <th>{t("target")}</th>
            <th>{t("counts")}</th>
            <th className="menu-col" />
          </tr>
        </thead>
        <tbody ref={body} onDrop={onDrop}>
          {segments.map((segment, index) => {
            const last = index === segments.length - 1;
            const here = under(faults, `segments[${index}]`);
            const faulty = (part: string) => under(here, `segments[${index}].${part}`).length > 0;
            const label = rowName(segment, index);
            return (
              // Rows have no id of their own; nothing in them keeps state between changes.
              <Fragment key={index}>
                <tr
                  className={[last && "rest", marked(index) && "land", drag?.from === index && "dragged"].filter(Boolean).join(" ") || undefined}
                  onDragOver={(event) => onDragOver(event, index)}
                  data-testid="row"
                >
                  <td className="no">
                    {last ? (
                      index + 1
                    ) : (
                      <button
                        type="button"
                        className="handle"
                        draggable
                        aria-label={t("order", { name: label })}
                        title={t("order", { name: label })}
                        onDragStart={(event) => onDragStart(event, index)}
                        onDragEnd={() => setDrag(null)}
                        onKeyDown={(event) => onKey(event, index)}
                      >
                        <HolderOutlined />
                        <span>{index + 1}</span>
                      </button>
                    )}
                  </td>
                  <th scope="row">
                    <NameCell segment={segment} faulty={faulty("name")} onChange={(next) => set(index, next)} />
                    <ConditionCell segment={segment} last={last} words={told[index]} fallback={sentence(segment)} faulty={faulty("when")} onEdit={() => onCondition(index)} />
                    <NeverPill segment={segment} />
                  </th>
                  {timers.map((timer) => (
                    <td key={timer} className="len">
                      <TimerCell segment={segment} timer={timer} row={label} faulty={faulty(`timers.${timer}`)} onChange={(next) => set(index, next)} />
                    </td>
                  ))}
                  <td>
                    <TargetCell segment={segment} row={label} faulty={faulty("target")} onChange={(next) => set(index, next)} />
                  </td>
                  <td>
                    <CountCell caught={caught[index]} stale={stale} />
                  </td>
                  <td className="menu-col">
                    <RowMenu index={index} last={last} end={end} onMove={(to) => move(index, to)} onDuplicate={() => rows.duplicate(index)} onRemove={() => rows.remove(index)} />
                  </td>
                </tr>
                {here.length > 0 && (
                  <tr className="faulty-row">
                    <td />
                    <td colSpan={timers.length + 4}>
                      <RowFaults faults={here} document={document} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
