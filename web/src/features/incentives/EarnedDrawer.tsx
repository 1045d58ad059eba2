/** A pool's earned quota: the rule, and who would get what by it today, before it is saved. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Form, InputNumber, Select, Switch } from "antd";

import { Problem, type Earned, type EarnedRule } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { previewEarned, putEarned, refresh } from "./api";
import { EarnedPreview } from "./EarnedPreview";
import { WORDS } from "./words";

const FULL = { width: "100%" } as const;

function Number({ name, label, max }: { name: string; label: string; max: number }) {
  const t = useWords(WORDS);
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t("needValue") }]}>
      <InputNumber min={1} max={max} precision={0} inputMode="numeric" style={FULL} />
    </Form.Item>
  );
}

function Steps() {
  const t = useWords(WORDS);
  const needed = [{ required: true, message: t("needValue") }];
  return (
    <Form.Item label={t("stepsField")} className="wide">
      <Form.List name="steps">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field) => (
              <div key={field.key} className="step-row">
                <Form.Item name={[field.name, "percent"]} noStyle rules={needed}>
                  <InputNumber min={0.5} max={100} step={0.5} prefix={t("fromPercent")} suffix="%" style={{ width: 200 }} aria-label={t("fromPercent")} />
                </Form.Item>
                <Form.Item name={[field.name, "add"]} noStyle rules={needed}>
                  <InputNumber min={1} max={10_000} precision={0} prefix={t("addField")} style={{ width: 120 }} aria-label={t("addField")} />
                </Form.Item>
                {fields.length > 1 && <Button type="text" icon={<DeleteOutlined />} aria-label={t("remove")} onClick={() => remove(field.name)} />}
              </div>
            ))}
            {fields.length < 10 && (
              <Button size="small" icon={<PlusOutlined />} onClick={() => add()}>
                {t("addStep")}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

export default function EarnedDrawer({ earned, onClose }: { earned: Earned; onClose: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<EarnedRule>();
  const preview = useMutation({ mutationFn: (rule: EarnedRule) => previewEarned(earned.pool.id, rule) });
  const save = useMutation({
    mutationFn: (rule: EarnedRule) => putEarned(earned.pool.id, earned.version, rule),
    onSuccess: () => {
      message.success(t("saved"));
      void refresh(client);
      onClose();
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 412) void refresh(client);
    },
  });
  const look = () => void form.validateFields().then((rule) => preview.mutate(rule), () => undefined);
  const failed = save.error ?? preview.error;
  const footer = (
    <div className="row" style={{ justifyContent: "flex-end" }}>
      <Button onClick={look} loading={preview.isPending} data-testid="preview-earned">
        {t("preview")}
      </Button>
      <Button type="primary" loading={save.isPending} onClick={form.submit}>
        {t("save")}
      </Button>
    </div>
  );
  return (
    <Drawer open size={560} title={t("earnedTitle", { pool: earned.pool.name })} onClose={onClose} footer={footer}>
      {failed && <Alert type="error" showIcon title={problem(failed)} style={{ marginBottom: 10 }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={earned.rule} onFinish={save.mutate} onValuesChange={() => preview.reset()} className="rule-edit" style={{ border: 0, padding: 0 }}>
        <div className="row" style={{ marginBottom: 16 }}>
          <Form.Item name="on" valuePropName="checked" noStyle>
            <Switch aria-label={t("onSwitch")} />
          </Form.Item>
          {t("onSwitch")}
        </div>
        <div className="fields">
          <Form.Item name="limit" label={t("limitField")}>
            <Select options={(["daily_quota", "holding_cap"] as const).map((value) => ({ value, label: t(`limit_${value}`) }))} />
          </Form.Item>
          <Form.Item name="counts" label={t("countsField")}>
            <Select options={(["won", "deal"] as const).map((value) => ({ value, label: t(`counts_${value}`) }))} />
          </Form.Item>
          <Number name="days" label={t("daysField")} max={366} />
          <Number name="last" label={t("lastField")} max={1000} />
          <Number name="least" label={t("leastField")} max={1000} />
          <Number name="most" label={t("mostField")} max={1_000_000} />
          <Steps />
        </div>
      </Form>
      {preview.data && <EarnedPreview preview={preview.data} />}
    </Drawer>
  );
}
