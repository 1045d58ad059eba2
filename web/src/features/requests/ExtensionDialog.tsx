/** Asks the managers for more time with a customer. */
import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber } from "antd";

import { api, ok } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { codeText, useProblemText } from "../../shared/problems";
import { dateTime } from "../../shared/time";
import { extensionQuery } from "./api";
import { AskDialog, type Customer } from "./AskDialog";
import { WORDS } from "./words";

type Values = { days: number; note?: string };
const USUAL = 7;

export default function ExtensionDialog({ customer, onDone, onClose }: { customer: Customer; onDone?: () => void; onClose: () => void }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const [form] = Form.useForm<Values>();
  const { data, error } = useQuery(extensionQuery(customer.id));
  const waits = data?.waiting ? t("extendWaits") : undefined;
  const refused = error ? problem(error) : data?.code ? codeText(data.code, data.data, locale) : undefined;
  const most = data?.most_days ?? USUAL;
  return (
    <AskDialog<Values>
      title={t("extendTitle", { name: customer.name })}
      hint={t("extendHint")}
      form={form}
      initial={{ days: Math.min(USUAL, most) }}
      impossible={waits ?? refused}
      loading={!data && !error}
      send={({ days, note = "" }) => ok(api.POST("/api/v1/customers/{customer_id}/extension", { params: { path: { customer_id: customer.id } }, body: { days, note } }))}
      onDone={onDone}
      onClose={onClose}
    >
      <div className="row between small" style={{ marginBottom: 12 }}>
        <b>{data?.effective && t("extendNow", { when: dateTime(data.effective) })}</b>
        <span className="muted">{data && t("extendUsed", { used: data.used, limit: data.limit })}</span>
      </div>
      <Form.Item name="days" label={t("extendDays", { n: most })} rules={[{ required: true }]}>
        <InputNumber min={1} max={most} precision={0} style={{ width: 120 }} />
      </Form.Item>
      <Form.Item name="note" label={t("why")} rules={[{ required: true, whitespace: true, message: t("needWhy") }]}>
        <Input.TextArea placeholder={t("whyExtend")} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={1000} />
      </Form.Item>
    </AskDialog>
  );
}
