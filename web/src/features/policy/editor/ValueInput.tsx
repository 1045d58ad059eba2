/** The value of one condition: an input that fits the kind of value the operator takes. */
import { AutoComplete, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";

import { useServerWords, useWords } from "../../../shared/i18n";
import { CONDITION_WORDS } from "../conditionWords";
import type { Fact, ValueKind } from "../shapes";

type Props = { fact: Fact; kind: ValueKind; value: unknown; faulty: boolean; onChange: (value: unknown) => void };

/** Whoever types a value may type one that nobody has yet; these facts have no others. */
const CLOSED = ["kind", "owner_department"];

/** A number as JSON knows it, or its digits where that would change them. */
function plain(text: string | null): unknown {
  if (text === null || text === "") return undefined;
  return String(Number(text)) === text ? Number(text) : text;
}

function NumberField({ value, faulty, onChange, label }: { value: unknown; faulty: boolean; onChange: (value: unknown) => void; label: string }) {
  return (
    <InputNumber<string>
      stringMode
      value={value === undefined || value === null ? null : String(value)}
      onChange={(next) => onChange(plain(next))}
      status={faulty ? "error" : undefined}
      placeholder={label}
      aria-label={label}
      inputMode="decimal"
      className="grow"
    />
  );
}

export function ValueInput({ fact, kind, value, faulty, onChange }: Props) {
  const t = useWords(CONDITION_WORDS);
  const words = useServerWords();
  const status = faulty ? ("error" as const) : undefined;
  const options = (fact.choices ?? []).map((choice) => ({ value: choice.value, label: words(choice.words) }));
  const closed = CLOSED.includes(fact.name);
  if (kind === "none") return null;
  if (kind === "number") return <NumberField value={value} faulty={faulty} onChange={onChange} label={t("value")} />;
  if (kind === "range") {
    const pair = Array.isArray(value) ? value : [];
    return (
      <span className="row grow">
        <NumberField value={pair[0]} faulty={faulty} onChange={(next) => onChange([next ?? null, pair[1] ?? null])} label={t("lowest")} />
        –
        <NumberField value={pair[1]} faulty={faulty} onChange={(next) => onChange([pair[0] ?? null, next ?? null])} label={t("highest")} />
      </span>
    );
  }
  if (kind === "days") {
    return (
      <InputNumber<number>
        value={typeof value === "number" ? value : null}
        onChange={(next) => onChange(next ?? undefined)}
        min={0}
        max={36_500}
        precision={0}
        status={status}
        suffix={t("days")}
        aria-label={t("value")}
        inputMode="numeric"
        className="grow"
        data-testid="condition-value"
      />
    );
  }
  if (kind === "date") {
    const date = typeof value === "string" && dayjs(value).isValid() ? dayjs(value) : null;
    return <DatePicker value={date} onChange={(next) => onChange(next?.format("YYYY-MM-DD"))} status={status} aria-label={t("value")} className="grow" />;
  }
  if (kind === "values") {
    return (
      <Select<string[]>
        mode={closed ? "multiple" : "tags"}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={onChange}
        options={options}
        status={status}
        placeholder={t(closed ? "valuesClosed" : "values")}
        aria-label={t("value")}
        className="grow"
        data-testid="condition-value"
      />
    );
  }
  const text = typeof value === "string" ? value : value === undefined || value === null ? undefined : String(value);
  if (kind === "piece") {
    return <Input value={text} onChange={(event) => onChange(event.target.value || undefined)} status={status} placeholder={t("piece")} aria-label={t("value")} maxLength={500} className="grow" />;
  }
  if (closed) {
    return (
      <Select<string> value={text} onChange={onChange} options={options} showSearch={{ optionFilterProp: "label" }} status={status} placeholder={t("value")} aria-label={t("value")} className="grow" data-testid="condition-value" />
    );
  }
  return (
    <AutoComplete
      value={text}
      onChange={(next: string) => onChange(next || undefined)}
      options={options}
      status={status}
      placeholder={t("value")}
      aria-label={t("value")}
      className="grow"
      data-testid="condition-value"
    />
  );
}
