/** The built-in fields: what kind of value each holds, how it is typed in and how it is read. */
import { DatePicker, Input, InputNumber, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import type { Customer } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { CUSTOMER_KINDS, useNames } from "../../shared/names";
import { day } from "../../shared/time";
import { WORDS } from "./words";

export const FIELD_TYPES = {
  name: "text",
  kind: "kind",
  level: "choice",
  stage: "choice",
  source: "choice",
  industry: "choice",
  region: "choice",
  phones: "list",
  emails: "list",
  wechat: "text",
  website: "text",
  address: "long",
  uscc: "text",
  amount: "money",
  contract_end: "date",
  tags: "list",
  note: "long",
} as const;
export type Field = keyof typeof FIELD_TYPES;
export type FieldValue = string | string[] | null;
/** Fields that the create drawer shows at once; the others are one click away. */
export const MAIN_FIELDS: Field[] = ["phones", "level", "source", "stage", "industry", "region"];
export const OTHER_FIELDS: Field[] = ["kind", "emails", "wechat", "website", "address", "uscc", "amount", "contract_end", "tags", "note"];

type InputProps = {
  field: Field;
  value?: FieldValue;
  onChange?: (value: FieldValue) => void;
  id?: string;
  autoFocus?: boolean;
  onEnter?: () => void;
};

export function FieldInput({ field, value, onChange, id, autoFocus, onEnter }: InputProps) {
  const t = useWords(WORDS);
  const me = useMe();
  const name = useNames();
  const common = { id, autoFocus, style: { width: "100%" } };
  const text = typeof value === "string" ? value : "";
  switch (FIELD_TYPES[field]) {
    case "kind":
      return (
        <Select {...common} value={text || undefined} onChange={onChange} options={Object.keys(CUSTOMER_KINDS).map((kind) => ({ value: kind, label: name(CUSTOMER_KINDS, kind) }))} />
      );
    case "choice": {
      const known: string[] = me.tenant.choices[field as keyof typeof me.tenant.choices] ?? [];
      const choices = text && !known.includes(text) ? [...known, text] : known;
      return (
        <Select
          {...common}
          allowClear
          showSearch
          value={text || undefined}
          onChange={(next?: string) => onChange?.(next ?? null)}
          options={choices.map((choice) => ({ value: choice, label: choice }))}
        />
      );
    }
    case "list":
      return (
        <Select {...common} mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", ",", "、", ";", ";"]} placeholder={t("oneEach")} value={Array.isArray(value) ? value : []} onChange={onChange} />
      );
    case "money":
      return (
        <InputNumber<string> {...common} stringMode min="0" precision={2} controls={false} value={text || null} onChange={(next) => onChange?.(next ?? null)} onPressEnter={onEnter} />
      );
    case "date":
      return <DatePicker {...common} value={text ? dayjs(text) : null} onChange={(next: Dayjs | null) => onChange?.(next ? next.format("YYYY-MM-DD") : null)} />;
    case "long":
      return <Input.TextArea {...common} autoSize value={text} onChange={(event) => onChange?.(event.target.value || null)} />;
    default:
      return <Input {...common} value={text} onChange={(event) => onChange?.(event.target.value || null)} onPressEnter={onEnter} />;
  }
}

export function money(amount: string | null | undefined, locale: string): string {
  if (!amount) return "–";
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(Number(amount));
}

/** A field's value as people read it; null where it is missing. */
export function useFieldText(): (customer: Customer, field: Field) => string | null {
  const locale = useLocale();
  const name = useNames();
  return (customer, field) => {
    const value = customer[field];
    if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return null;
    if (field === "kind") return name(CUSTOMER_KINDS, String(value));
    if (field === "amount") return money(String(value), locale);
    if (field === "contract_end") return day(String(value));
    return Array.isArray(value) ? value.join(locale === "zh-CN" ? "、" : ", ") : String(value);
  };
}
