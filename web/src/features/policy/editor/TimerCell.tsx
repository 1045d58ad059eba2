/** One timer of one row: shows the length, and sets it. */
import { Button, InputNumber, Popover, Select } from "antd";
import { useState } from "react";

import { useWords } from "../../../shared/i18n";
import { TIMERS, useNames } from "../../../shared/names";
import { EDITOR_WORDS } from "../editorWords";
import { useFocus } from "./useFocus";
import { LONGEST, readLength, timerOf, UNITS, withTimer, type Length, type Segment, type TimerName, type Unit } from "../rules";
import { WORDS } from "../words";

export function useLengthText(): (length: Length) => string {
  const t = useWords(EDITOR_WORDS);
  return ({ n, unit }) => `${n} ${n === 1 ? t(unit).replace(/s$/, "") : t(unit)}`;
}

type FormProps = { length: Length; onChange: (length: Length) => void; onClear: () => void; onDone: () => void };

function LengthForm({ length, onChange, onClear, onDone }: FormProps) {
  const t = useWords(EDITOR_WORDS);
  const [typed, setTyped] = useState<number | null>(length.n);
  const [over, setOver] = useState(false);
  const longest = LONGEST[length.unit];
  const field = useFocus();
  return (
    <div className="length-form">
      <div className="row">
        <InputNumber<number>
          ref={field}
          min={1}
          max={longest}
          precision={0}
          value={typed}
          onPressEnter={onDone}
          onFocus={(event) => event.target.select()}
          onInput={(text) => setOver(Number(text) > longest)}
          status={over ? "error" : undefined}
          onChange={(n) => {
            setTyped(n);
            if (n) onChange({ n, unit: length.unit });
          }}
          aria-label={t("number")}
          inputMode="numeric"
          style={{ width: 88 }}
        />
        <Select<Unit>
          value={length.unit}
          onChange={(unit) => onChange({ n: Math.min(typed ?? length.n, LONGEST[unit]), unit })}
          options={UNITS.map((unit) => ({ value: unit, label: t(unit) }))}
          aria-label={t("unit")}
          style={{ width: 150 }}
        />
      </div>
      {over ? (
        <p className="small" style={{ color: "var(--red-fg)" }} role="alert">{t("tooLong", { n: longest.toLocaleString("en-US"), unit: t(length.unit) })}</p>
      ) : (
        <p className="small muted">{t(`${length.unit}_hint`)}</p>
      )}
      <div className="row between">
        <Button size="small" onClick={onClear}>
          {t("clear")}
        </Button>
        <Button size="small" type="primary" onClick={onDone}>
          {t("done")}
        </Button>
      </div>
    </div>
  );
}

type Props = { segment: Segment; timer: TimerName; row: string; faulty: boolean; onChange: (segment: Segment) => void };

/** What a clock begins with when it is switched on. */
const FIRST: Record<TimerName, Length> = {
  first_contact: { n: 1, unit: "working_days" },
  follow_up: { n: 15, unit: "days" },
  deal: { n: 30, unit: "days" },
  won: { n: 180, unit: "days" },
  holding: { n: 365, unit: "days" },
  contract: { n: 30, unit: "days" },
};

export function TimerCell({ segment, timer, row, faulty, onChange }: Props) {
  const t = useWords(EDITOR_WORDS);
  const w = useWords(WORDS);
  const name = useNames();
  const text = useLengthText();
  const [open, setOpen] = useState(false);
  const given = timerOf(segment, timer);
  const length = readLength(given);
  const shown = given === undefined ? "–" : length ? text(length) : typeof given === "string" ? given : t("unreadable");
  // Opening an empty cell proposes a length; it is set by the first touch, so that closing again leaves "no clock".
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      title={
        <>
          {name(TIMERS, timer)} <span className="small muted" style={{ fontWeight: 400 }}>{w(timer)}</span>
        </>
      }
      content={
        <LengthForm
          length={length ?? FIRST[timer]}
          onChange={(next) => onChange(withTimer(segment, timer, next))}
          onClear={() => {
            if (given !== undefined) onChange(withTimer(segment, timer, null));
            setOpen(false);
          }}
          onDone={() => {
            if (given === undefined) onChange(withTimer(segment, timer, FIRST[timer]));
            setOpen(false);
          }}
        />
      }
    >
      <button
        type="button"
        className={`cell${given === undefined ? " none" : ""}${faulty ? " faulty" : ""}`}
        aria-label={`${row} · ${name(TIMERS, timer)}: ${given === undefined ? t("noneLong") : shown}`}
        aria-invalid={faulty}
        data-testid={`cell-${timer}`}
      >
        {shown}
      </button>
    </Popover>
  );
}
