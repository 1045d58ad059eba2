/** A manager voids a follow-up that should not have moved the clock; the reason goes on record. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal } from "antd";
import { useState } from "react";

import { api, ok } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { WORDS } from "./words";

export function VoidButton({ customerId, followUpId }: { customerId: string; followUpId: string }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  const act = useMutation({
    mutationFn: (body: { reason: string }) =>
      ok(
        api.POST("/api/v1/customers/{customer_id}/follow-ups/{follow_up_id}/void", {
          params: { path: { customer_id: customerId, follow_up_id: followUpId } },
          body,
        }),
      ),
    onSuccess: () => {
      setOpen(false);
      void client.invalidateQueries({ queryKey: ["customer", customerId] });
    },
    onError: (error) => void message.error(problem(error)),
  });
  return (
    <>
      <Button type="link" size="small" onClick={() => setOpen(true)}>
        {t("void")}
      </Button>
      {open && (
        <Modal open title={t("voidTitle")} okText={t("void")} onOk={form.submit} confirmLoading={act.isPending} onCancel={() => setOpen(false)}>
          <p className="soft" style={{ marginBottom: 12 }}>{t("voidHint")}</p>
          <Form form={form} layout="vertical" requiredMark={false} onFinish={act.mutate}>
            <Form.Item name="reason" label={t("voidReason")} rules={[{ required: true, whitespace: true }]}>
              <Input maxLength={200} />
            </Form.Item>
          </Form>
        </Modal>
      )}
    </>
  );
}
