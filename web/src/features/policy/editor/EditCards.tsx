/** The matrix as its own editor, on a phone: a card per row. */
import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Button } from "antd";

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

export function EditCards({ rows, document, faults, told, caught, stale, sentence, onCondition, timers }: MatrixProps & { timers: TimerName[] }) {
  const t = useWords(EDITOR_WORDS);
  const w = useWords(WORDS);
  const name = useNames();
  const rowName = useRowName();
  const { segments, set, move } = rows;
  const end = segments.length - 2;
  return (
    <div data-testid="matrix">
      {segments.map((segment, index) => {
        const last = index === segments.length - 1;
        const here = under(faults, `segments[${index}]`);
        const faulty = (part: string) => under(here, `segments[${index}].${part}`).length > 0;
        const label = rowName(segment, index);
        return (
          // Rows have no id of their own; nothing in them keeps state between changes.
          <div className="segment-card edit" key={index} data-testid="row">
            <div className="row" style={{ gap: 4 }}>
              <b className="num muted">{index + 1}</b>
              <span className="grow" />
              {!last && <Button type="text" icon={<ArrowUpOutlined />} disabled={index === 0} onClick={() => move(index, index - 1)} aria-label={t("up")} />}
              {!last && <Button type="text" icon={<ArrowDownOutlined />} disabled={index >= end} onClick={() => move(index, index + 1)} aria-label={t("down")} />}
              <RowMenu index={index} last={last} end={end} onMove={(to) => move(index, to)} onDuplicate={() => rows.duplicate(index)} onRemove={() => rows.remove(index)} />
            </div>
            <NameCell segment={segment} faulty={faulty("name")} onChange={(next) => set(index, next)} />
            <ConditionCell segment={segment} last={last} words={told[index]} fallback={sentence(segment)} faulty={faulty("when")} onEdit={() => onCondition(index)} />
            <NeverPill segment={segment} />
            <dl>
              {timers.map((timer) => [
                <dt key={timer}>
                  {name(TIMERS, timer)}
                  <small>{w(timer)}</small>
                </dt>,
                <dd key={`${timer}=`}>
                  <TimerCell segment={segment} timer={timer} row={label} faulty={faulty(`timers.${timer}`)} onChange={(next) => set(index, next)} />
                </dd>,
              ])}
              <dt>{t("target")}</dt>
              <dd>
                <TargetCell segment={segment} row={label} faulty={faulty("target")} onChange={(next) => set(index, next)} />
              </dd>
              <dt>{t("counts")}</dt>
              <dd>
                <CountCell caught={caught[index]} stale={stale} />
              </dd>
            </dl>
            {here.length > 0 && <RowFaults faults={here} document={document} />}
          </div>
        );
      })}
    </div>
  );
}
