/** Plans a draw: from when to when wishes are taken, and whether it comes again. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";

import { api, ok, type MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { toInstant, toPicker } from "../../shared/time";
import { refreshDraws } from "./api";
import { WORDS } from "./words";

type Values = { opens: Dayjs; closes: Dayjs; repeat: "never" | "working_day" | "week" };

export function PlanDialog({ pool, onClose }: { pool: Pick<MyPool, "id">; onClose: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const plan = useMutation({
    mutationFn: ({ opens, closes, repeat }: Values) =>
      ok(api.POST("/api/v1/pools/{pool_id}/draws", { params: { path: { pool_id: pool.id } }, body: { opens_at: toInstant(opens), closes_at: toInstant(closes), repeat } })),
    onSuccess: () => {
      message.success(t("planned"), 5);
      void refreshDraws(client);
      onClose();
    },
  });
  const repeat = Form.useWatch("repeat", form);
  // From the present minute, for the rest of the usual day.
  const now = toPicker(new Date().toISOString());
  const tonight = now.hour() < 17 ? now.startOf("hour").hour(18) : now.add(1, "day").startOf("hour").hour(18);
  return (
    <Modal open width={460} title={t("planTitle")} okText={t("plan")} cancelText={t("back")} confirmLoading={plan.isPending} onOk={form.submit} onCancel={onClose}>
      <p className="soft" style={{ margin: "4px 0 16px", lineHeight: 1.7 }}>{t("planHint")}</p>
      {plan.isError && <Alert type="error" showIcon title={problem(plan.error)} style={{ marginBottom: 16 }} data-testid="plan-refused" />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ opens: now, closes: tonight, repeat: "never" }} onFinish={plan.mutate}>
        {(["opens", "closes"] as const).map((name) => (
          <Form.Item key={name} name={name} label={t(name)} rules={[{ required: true, message: t("needTime") }]}>
            <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
          </Form.Item>
        ))}
        <Form.Item name="repeat" label={t("repeat")} extra={repeat && repeat !== "never" ? t("repeatHint") : undefined}>
          <Select
            options={[
              { value: "never", label: t("repeatNever") },
              { value: "working_day", label: t("repeatDay") },
              { value: "week", label: t("repeatWeek") },
            ]}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
