/** Asks the managers to take a customer out of circulation. */
import { Form, Input } from "antd";

import { api, ok } from "../../api";
import { useWords } from "../../shared/i18n";
import { ReasonSelect } from "../moves/ReasonSelect";
import { AskDialog, type Customer } from "./AskDialog";
import { WORDS } from "./words";

type Values = { reason: string; note?: string };

export default function ArchiveRequestDialog({ customer, onDone, onClose }: { customer: Customer; onDone?: () => void; onClose: () => void }) {
  const t = useWords(WORDS);
  const [form] = Form.useForm<Values>();
  return (
    <AskDialog<Values>
      title={t("askArchiveTitle", { name: customer.name })}
      hint={t("askArchiveHint")}
      form={form}
      send={({ reason, note = "" }) =>
        ok(api.POST("/api/v1/customers/{customer_id}/archive-request", { params: { path: { customer_id: customer.id } }, body: { reason, note } }))
      }
      onDone={onDone}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t("reason")} rules={[{ required: true, message: t("needReason") }]}>
        <ReasonSelect poolId={customer.pool?.id} />
      </Form.Item>
      <Form.Item name="note" label={t("why")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} maxLength={1000} />
      </Form.Item>
    </AskDialog>
  );
}
