/** Grants one person another limit for some days, with the reason that they will read. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";

import type { Ref, RuleName } from "../../../api";
import { useNow } from "../../../shared/clock";
import { useWords } from "../../../shared/i18n";
import { useProblemText } from "../../../shared/problems";
import { day, toInstant, toPicker } from "../../../shared/time";
import { PersonSelect } from "../../people/PersonSelect";
import { grantOverride, refreshLimits, type Scope } from "./api";
import { COMPANY_RULES, RULES, useRuleName } from "./rules";
import { isOverCap, useOverCap } from "./useOverCap";
import { LIMIT_WORDS } from "./words";

type Values = { person_id: string; rule: RuleName; value: number; first: Dayjs; last: Dayjs; why: string };
/** `person`: for whom, where that is known. */
type Props = { scope: Scope; person?: Ref; onClose: () => void };
const MOST = 1_000_000;

export default function OverrideDialog({ scope, person, onClose }: Props) {
  const t = useWords(LIMIT_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const overCap = useOverCap();
  const ruleName = useRuleName(scope);
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const today = toPicker(new Date(useNow()).toISOString());
  const rules = scope ? RULES : COMPANY_RULES;
  const rule = Form.useWatch("rule", form);
  const grant = useMutation({
    mutationFn: ({ values, accept }: { values: Values; accept: boolean }) => {
      const { first, last, why, ...body } = values;
      // From today on is from now on; it ends with its last day.
      const begins = first.isAfter(today, "day") ? { from: toInstant(first.startOf("day")) } : {};
      const ends = toInstant(last.startOf("day").add(1, "day"));
      return grantOverride(scope, { ...body, ...begins, person_id: person?.id ?? values.person_id, until: ends, why: why.trim(), accept_over_cap: accept });
    },
    onSuccess: (saved) => {
      const later = Date.parse(saved.from) > Date.now();
      message.success(later ? t("grantedLater", { from: day(saved.from) }) : t("granted", { name: saved.person.name }));
      void refreshLimits(client);
      onClose();
    },
    onError: (error, { values }) => overCap(error, () => grant.mutate({ values, accept: true })),
  });
  return (
    <Modal
      open
      width={460}
      title={person ? `${t("grantTitle")} · ${person.name}` : t("grantTitle")}
      okText={t("save")}
      cancelText={t("cancel")}
      okButtonProps={{ loading: grant.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      {grant.isError && !isOverCap(grant.error) && <Alert type="error" showIcon title={problem(grant.error)} style={{ margin: "8px 0" }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ first: today, rule: rules[0] }}
        onFinish={(values) => grant.mutate({ values, accept: false })}
        style={{ paddingTop: 8 }}
      >
        {!person && (
          <Form.Item name="person_id" label={t("person")} rules={[{ required: true, message: t("needPerson") }]}>
            <PersonSelect />
          </Form.Item>
        )}
        <div className="grid2">
          <Form.Item name="rule" label={t("rule")} rules={[{ required: true, message: t("needRule") }]}>
            <Select options={rules.map((each) => ({ value: each, label: ruleName(each) }))} />
          </Form.Item>
          <Form.Item name="value" label={t("value")} rules={[{ required: true, message: t("needValue") }]}>
            <InputNumber min={0} max={MOST} precision={0} inputMode="numeric" suffix={t(rule === "min_interval" ? "secondsUnit" : "customersUnit")} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="first" label={t("from")} rules={[{ required: true, message: t("needDay") }]}>
            <DatePicker style={{ width: "100%" }} minDate={today} />
          </Form.Item>
          <Form.Item
            name="last"
            label={t("until")}
            dependencies={["first"]}
            rules={[
              { required: true, message: t("needDay") },
              ({ getFieldValue }) => ({
                validator: (_, last?: Dayjs) => (last?.isBefore(getFieldValue("first") as Dayjs, "day") ? Promise.reject(new Error(t("order"))) : Promise.resolve()),
              }),
            ]}
          >
            <DatePicker style={{ width: "100%" }} minDate={today} />
          </Form.Item>
        </div>
        <Form.Item name="why" label={t("why")} rules={[{ required: true, whitespace: true, message: t("needWhy") }]}>
          <Input.TextArea placeholder={t("whyHint")} autoSize={{ minRows: 2, maxRows: 4 }} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
