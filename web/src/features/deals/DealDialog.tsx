/** Opens or edits a deal, and asks why one was lost. */
import { useMutation } from "@tanstack/react-query";
import { Alert, DatePicker, Form, Input, InputNumber, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { api, ok, type Deal } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { WORDS } from "./words";

type Props = { customerId: string; onClose: () => void; onDone: () => void };
type Values = { name: string; amount?: string | null; expected_date?: Dayjs | null };

export function DealDialog({ customerId, deal, onClose, onDone }: Props & { deal: Deal | null }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (values: Values) => {
      const body = { name: values.name, amount: values.amount ?? null, expected_date: values.expected_date?.format("YYYY-MM-DD") ?? null };
      return deal
        ? ok(api.PATCH("/api/v1/customers/{customer_id}/deals/{deal_id}", { params: { path: { customer_id: customerId, deal_id: deal.id } }, body }))
        : ok(api.POST("/api/v1/customers/{customer_id}/deals", { params: { path: { customer_id: customerId } }, body }));
    },
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Modal open width={420} title={deal ? deal.name : t("add")} okText={t("save")} onOk={form.submit} confirmLoading={save.isPending} onCancel={onClose}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={save.mutate}
        initialValues={deal ? { name: deal.name, amount: deal.amount, expected_date: deal.expected_date ? dayjs(deal.expected_date) : null } : {}}
      >
        <Form.Item name="name" label={t("name")} rules={[{ required: true, whitespace: true, message: t("needName") }]}>
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <Form.Item name="amount" label={t("amount")}>
          <InputNumber<string> stringMode min="0" precision={2} controls={false} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="expected_date" label={t("expected")}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function LoseDialog({ customerId, deal, onClose, onDone }: Props & { deal: Deal }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const [form] = Form.useForm<{ lost_reason?: string }>();
  const save = useMutation({
    mutationFn: ({ lost_reason }: { lost_reason?: string }) =>
      ok(
        api.PATCH("/api/v1/customers/{customer_id}/deals/{deal_id}", {
          params: { path: { customer_id: customerId, deal_id: deal.id } },
          body: { state: "lost", lost_reason: lost_reason || undefined },
        }),
      ),
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Modal open width={420} title={t("loseTitle", { name: deal.name })} okText={t("lose")} onOk={form.submit} confirmLoading={save.isPending} onCancel={onClose}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={save.mutate}>
        <Form.Item name="lost_reason" label={t("lostReason")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
