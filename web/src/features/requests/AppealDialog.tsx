/** Asks the admins of the pool for a customer back that the policy took. */
import { useQuery } from "@tanstack/react-query";
import { Form, Input } from "antd";

import { api, ok } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { codeText, useProblemText } from "../../shared/problems";
import { dateTime } from "../../shared/time";
import { appealQuery } from "./api";
import { AskDialog, type Customer } from "./AskDialog";
import { WORDS } from "./words";

type Values = { note: string };

export default function AppealDialog({ customer, onDone, onClose }: { customer: Customer; onDone?: () => void; onClose: () => void }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const [form] = Form.useForm<Values>();
  const { data, error } = useQuery(appealQuery(customer.id));
  const refused = error ? problem(error) : data?.code ? codeText(data.code, data.data, locale) : undefined;
  return (
    <AskDialog<Values>
      title={t("appealTitle", { name: customer.name })}
      hint={t("appealHint")}
      form={form}
      impossible={refused}
      loading={!data && !error}
      send={(body) => ok(api.POST("/api/v1/customers/{customer_id}/appeal", { params: { path: { customer_id: customer.id } }, body }))}
      onDone={onDone}
      onClose={onClose}
    >
      <p className="small" style={{ marginBottom: 12, fontWeight: 600 }}>{data && t("appealUntil", { when: dateTime(data.until) })}</p>
      <Form.Item name="note" label={t("why")} rules={[{ required: true, whitespace: true, message: t("needWhy") }]}>
        <Input.TextArea placeholder={t("whyAppeal")} autoSize={{ minRows: 3, maxRows: 6 }} maxLength={1000} />
      </Form.Item>
    </AskDialog>
  );
}
