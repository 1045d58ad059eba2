/** The warnings before a customer goes: the ladder's days as chips, and whether the notice floor stands under them. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Popover, Tag } from "antd";
import { useState } from "react";

import type { Pool } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { EDITOR_WORDS } from "../editorWords";
import { under, useFaultText } from "../faults";
import { ladderOf, withLadder, type PolicyDocument } from "../rules";
import type { Fault } from "../shapes";
import { useFocus } from "./useFocus";

const MOST_DAYS = 90;
const MOST_STEPS = 10;

function StepForm({ onAdd }: { onAdd: (day: number) => void }) {
  const t = useWords(EDITOR_WORDS);
  const field = useFocus();
  const [day, setDay] = useState<number | null>(null);
  const add = () => day && onAdd(day);
  return (
    <div className="row">
      <InputNumber<number> ref={field} min={1} max={MOST_DAYS} precision={0} value={day} onChange={setDay} onPressEnter={add} suffix={t("days")} aria-label={t("stepDays")} inputMode="numeric" />
      <Button type="primary" onClick={add} disabled={!day}>
        {t("addStep")}
      </Button>
    </div>
  );
}

function Chips({ days, onRemove }: { days: number[]; onRemove: (day: number) => void }) {
  const t = useWords(EDITOR_WORDS);
  return days.map((day, index) => (
    <Tag key={`${day} ${index}`} closable onClose={(event) => (event.preventDefault(), onRemove(day))} style={{ fontSize: 14, padding: "3px 10px", margin: 0 }}>
      {day === 1 ? t("ladderDayOne") : t("ladderDay", { n: day })}
    </Tag>
  ));
}

type Props = { document: PolicyDocument; pool: Pool; faults: Fault[]; onChange: (document: PolicyDocument) => void; onSettings: () => void };

export function Ladder({ document, pool, faults, onChange, onSettings }: Props) {
  const t = useWords(EDITOR_WORDS);
  const text = useFaultText(true);
  const [open, setOpen] = useState(false);
  const days = ladderOf(document);
  const here = under(faults, "warnings");
  const add = (day: number) => {
    if (!days.includes(day)) onChange(withLadder(document, [...days, day]));
    setOpen(false);
  };
  return (
    <section className="panel" style={{ marginTop: 16 }}>
      <header>
        <h2>{t("ladder")}</h2>
      </header>
      <div className="body col">
        <p className="soft">{t("ladderText")}</p>
        <div className="ladder" data-testid="ladder">
          <Chips days={days} onRemove={(gone) => onChange(withLadder(document, days.filter((each) => each !== gone)))} />
          {!days.length && <span className="muted">{t("ladderNone")}</span>}
          {days.length < MOST_STEPS && (
            <Popover
              trigger="click"
              open={open}
              onOpenChange={setOpen}
              destroyOnHidden
              content={<StepForm onAdd={add} />}
            >
              <Button size="small" icon={<PlusOutlined />}>
                {t("addStep")}
              </Button>
            </Popover>
          )}
        </div>
        {here.length > 0 && <div className="fault-line">{here.map(text).join(" ")}</div>}
        <p className="small muted">
          {t(pool.notice_floor ? "floorOn" : "floorOff")}{" "}
          <button type="button" className="plain" style={{ color: "var(--sea)" }} onClick={onSettings}>
            {t("floorChange")}
          </button>
        </p>
      </div>
    </section>
  );
}
