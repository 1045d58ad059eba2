/** Until when: the usual numbers of days, or a day of one's own; the value is the end of that day where the company is. */
import { DatePicker, Radio } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { useWords, type Pair } from "../../shared/i18n";
import { endOfDayIn, toInstant } from "../../shared/time";

const WORDS = {
  days: ["{n} 天", "{n} day{n?s}"],
  other: ["选日期", "Choose a day"],
} as const satisfies Record<string, Pair>;
const USUAL = [7, 30, 90];

type Props = { most?: number; value?: string; onChange?: (value: string | undefined) => void; id?: string };

export function UntilField({ most, value, onChange, id }: Props) {
  const t = useWords(WORDS);
  const [own, setOwn] = useState<Dayjs | null>(null);
  const [other, setOther] = useState(false);
  const fitting = USUAL.filter((n) => most === undefined || n <= most);
  const offered = fitting.length ? fitting : [most ?? 0];
  const chosen = other ? "other" : offered.find((n) => endOfDayIn(n) === value);
  const choose = (next: number | "other") => {
    setOther(next === "other");
    onChange?.(next === "other" ? own ? toInstant(own.startOf("day").add(1, "day")) : undefined : endOfDayIn(next));
  };
  const pick = (next: Dayjs | null) => {
    setOwn(next);
    onChange?.(next ? toInstant(next.startOf("day").add(1, "day")) : undefined);
  };
  const outside = (each: Dayjs) => each.isBefore(dayjs(), "day") || (most !== undefined && each.isAfter(dayjs().add(most, "day"), "day"));
  return (
    <div className="row wrap" id={id}>
      <Radio.Group value={chosen} onChange={(event) => choose(event.target.value as number | "other")} optionType="button">
        {offered.map((n) => (
          <Radio key={n} value={n}>
            {t("days", { n })}
          </Radio>
        ))}
        <Radio value="other">{t("other")}</Radio>
      </Radio.Group>
      {other && <DatePicker value={own} onChange={pick} disabledDate={outside} autoFocus />}
    </div>
  );
}
