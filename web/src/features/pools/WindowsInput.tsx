/** When one may claim: any number of windows, on days of the week or on the calendar's working days. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Radio, Select, Tag } from "antd";

import type { ClaimWindow } from "../../api";
import { useWords } from "../../shared/i18n";
import { CLAIM_FIELD_WORDS } from "./claimFieldWords";
import { from, until, useDayName, useWindowsText, WEEK } from "./windows";

type Props = { value?: ClaimWindow[]; onChange?: (value: ClaimWindow[]) => void; locked: boolean; id?: string };
const MOST = 20;
const QUARTERS = Array.from({ length: 97 }, (_, n) => `${String(Math.floor(n / 4)).padStart(2, "0")}:${String((n % 4) * 15).padStart(2, "0")}`);

/** Quarters of an hour up to 24:00, and whatever another time was set to elsewhere. */
function Clock({ value, onChange, label }: { value: string; onChange: (value: string) => void; label: string }) {
  const times = QUARTERS.includes(value) ? QUARTERS : [value, ...QUARTERS];
  return <Select<string> value={value} onChange={onChange} showSearch options={times.map((time) => ({ value: time, label: time }))} aria-label={label} style={{ width: 92 }} />;
}

function Line({ window, onChange, onRemove }: { window: ClaimWindow; onChange: (window: ClaimWindow) => void; onRemove: () => void }) {
  const f = useWords(CLAIM_FIELD_WORDS);
  const name = useDayName();
  const { days } = window;
  const toggle = (day: number, on: boolean) => days !== "working" && onChange({ ...window, days: on ? [...days, day].sort() : days.filter((each) => each !== day) });
  return (
    <div className="window" data-testid="claim-window">
      <Radio.Group
        value={days === "working" ? "working" : "week"}
        onChange={(event) => onChange({ ...window, days: event.target.value === "working" ? "working" : [1, 2, 3, 4, 5] })}
        options={[
          { value: "working", label: f("windowWorking") },
          { value: "week", label: f("windowWeek") },
        ]}
      />
      {days !== "working" && (
        <div className="row wrap" style={{ gap: 4 }}>
          {WEEK.map((day) => (
            <Tag.CheckableTag key={day} checked={days.includes(day)} onChange={(on) => toggle(day, on)} style={{ margin: 0 }}>
              {name(day)}
            </Tag.CheckableTag>
          ))}
        </div>
      )}
      <div className="row">
        <Clock value={from(window)} onChange={(next) => onChange({ ...window, from: next })} label={f("windowFrom")} />
        <span className="muted">–</span>
        <Clock value={until(window)} onChange={(next) => onChange({ ...window, until: next })} label={f("windowUntil")} />
        <Button type="text" icon={<DeleteOutlined />} onClick={onRemove} aria-label={f("windowRemove")} title={f("windowRemove")} />
      </div>
    </div>
  );
}

export function WindowsInput({ value = [], onChange, locked, id }: Props) {
  const f = useWords(CLAIM_FIELD_WORDS);
  const text = useWindowsText();
  if (locked) return <span id={id}>{text(value)}</span>;
  const replace = (at: number, next: ClaimWindow) => onChange?.(value.map((window, index) => (index === at ? next : window)));
  return (
    <div className="windows" id={id}>
      {!value.length && <span className="soft">{text(value)}</span>}
      {value.map((window, index) => (
        // Windows have no id of their own; nothing in a line keeps state between changes.
        <Line key={index} window={window} onChange={(next) => replace(index, next)} onRemove={() => onChange?.(value.filter((_, at) => at !== index))} />
      ))}
      {value.length < MOST && (
        <Button icon={<PlusOutlined />} onClick={() => onChange?.([...value, { days: "working", from: "09:00", until: "18:00" }])} data-testid="add-window">
          {f("windowAdd")}
        </Button>
      )}
    </div>
  );
}
