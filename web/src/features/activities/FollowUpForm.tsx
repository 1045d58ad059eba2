/** The composer: what kind, what was said, what comes next. The same on the customer's page and in the dialog. */
import { CarryOutOutlined, CommentOutlined, EnvironmentOutlined, FormOutlined, MailOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, Segmented } from "antd";
import type { Dayjs } from "dayjs";
import dayjs from "dayjs";
import { useState, type ReactNode } from "react";

import type { FollowUp } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { usePhone } from "../../shared/screen";
import { toInstant } from "../../shared/time";
import { useLogFollowUp } from "./api";
import { WORDS } from "./words";

export const KIND_ICONS: Record<string, ReactNode> = {
  call: <PhoneOutlined />,
  visit: <EnvironmentOutlined />,
  meeting: <CarryOutOutlined />,
  message: <CommentOutlined />,
  email: <MailOutlined />,
  note: <FormOutlined />,
};

type Values = { kind: FollowUp["kind"]; note: string; outcome?: string; at?: Dayjs; next_at?: Dayjs };

export function FollowUpForm({ customerId, onDone }: { customerId: string; onDone?: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const phone = usePhone();
  const [more, setMore] = useState(false);
  const [form] = Form.useForm<Values>();
  const log = useLogFollowUp(customerId, () => {
    form.resetFields();
    setMore(false);
    onDone?.();
  });
  const send = (values: Values) =>
    log.mutate({
      kind: values.kind,
      note: values.note.trim(),
      outcome: values.outcome?.trim() || undefined,
      at: values.at ? toInstant(values.at) : undefined,
      next_at: values.next_at ? toInstant(values.next_at) : undefined,
    });
  const kinds = Object.keys(KINDS).map((kind) => ({
    value: kind,
    label: phone ? name(KINDS, kind) : <span className="nowrap">{KIND_ICONS[kind]} {name(KINDS, kind)}</span>,
  }));
  const half = phone ? { width: "100%", marginBottom: 12 } : { flex: 1, marginBottom: 12 };
  return (
    <Form form={form} layout="vertical" initialValues={{ kind: "call" }} onFinish={send}>
      <Form.Item name="kind" style={{ marginBottom: 10, overflowX: "auto" }}>
        <Segmented options={kinds} block={phone} size={phone ? "small" : "middle"} />
      </Form.Item>
      <Form.Item name="note" style={{ marginBottom: 10 }} rules={[{ required: true, whitespace: true, message: t("needNote") }]}>
        <Input.TextArea placeholder={t("placeholder")} autoSize={{ minRows: 2, maxRows: 10 }} maxLength={4000} data-testid="note" />
      </Form.Item>
      {more && (
        <div className="row wrap" style={{ alignItems: "flex-start" }}>
          <Form.Item name="outcome" label={t("outcome")} style={half}>
            <Input placeholder={t("outcomePlaceholder")} maxLength={200} />
          </Form.Item>
          <Form.Item name="at" label={t("when")} style={half}>
            <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" placeholder={t("now")} style={{ width: "100%" }} disabledDate={(date) => date.isAfter(dayjs(), "day")} />
          </Form.Item>
        </div>
      )}
      <div className="row wrap between">
        <div className="row">
          <Form.Item name="next_at" noStyle>
            <DatePicker
              showTime={{ format: "HH:mm", defaultValue: dayjs("09:30", "HH:mm") }}
              format="YYYY-MM-DD HH:mm"
              placeholder={t("next")}
              disabledDate={(date) => date.isBefore(dayjs(), "day")}
            />
          </Form.Item>
          {!more && (
            <Button type="link" size="small" onClick={() => setMore(true)}>
              {t("details")}
            </Button>
          )}
        </div>
        <Button type="primary" htmlType="submit" block={phone} loading={log.isPending} data-testid="log-follow-up">
          {t("save")}
        </Button>
      </div>
    </Form>
  );
}
