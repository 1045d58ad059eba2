/** Sets a limit for a person, a department or a role, or changes and removes one. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, InputNumber, Modal, Popconfirm, Segmented, Select } from "antd";

import type { LimitSubject, RuleName, ScopedLimit } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { ROLES, useNames } from "../../../shared/names";
import { useProblemText } from "../../../shared/problems";
import { DepartmentSelect } from "../../people/DepartmentSelect";
import { PersonSelect } from "../../people/PersonSelect";
import { addLimit, changeLimit, refreshLimits, removeLimit, type Scope } from "./api";
import { COMPANY_RULES, RULES, useRuleName, useSubjectName } from "./rules";
import { isOverCap, useOverCap } from "./useOverCap";
import { LIMIT_WORDS } from "./words";

/** `limit`: one that is there; else `subject` and `rule`, as far as they are known, of one to set. */
export type Wanted = { limit?: ScopedLimit; subject?: LimitSubject; rule?: RuleName };
type Values = { kind: LimitSubject["kind"]; department?: string; person?: string; role?: LimitSubject["role"]; rule: RuleName; value: number };
type Props = { scope: Scope; wanted: Wanted; onClose: () => void };

const KINDS = ["department", "role", "person"] as const;
const CLAIMING_ROLES = ["rep", "manager", "admin"] as const;
const MOST = 1_000_000;

function subjectOf(values: Values): LimitSubject {
  if (values.kind === "role") return { kind: "role", role: values.role };
  return { kind: values.kind, id: values.kind === "person" ? values.person : values.department };
}

function WhoFields() {
  const t = useWords(LIMIT_WORDS);
  const name = useNames();
  const kind = Form.useWatch("kind") as Values["kind"] | undefined;
  const needed = [{ required: true, message: t("needWho") }];
  return (
    <Form.Item label={t("who")} required>
      <Form.Item name="kind" noStyle>
        <Segmented block options={KINDS.map((each) => ({ value: each, label: t(each) }))} />
      </Form.Item>
      <div style={{ marginTop: 8 }}>
        {kind === "department" && (
          <Form.Item name="department" rules={needed} extra={t("withBelow")} noStyle={false} style={{ marginBottom: 0 }}>
            <DepartmentSelect placeholder={t("department")} />
          </Form.Item>
        )}
        {kind === "role" && (
          <Form.Item name="role" rules={needed} style={{ marginBottom: 0 }}>
            <Select placeholder={t("role")} aria-label={t("role")} options={CLAIMING_ROLES.map((role) => ({ value: role, label: name(ROLES, role) }))} />
          </Form.Item>
        )}
        {kind === "person" && (
          <Form.Item name="person" rules={needed} style={{ marginBottom: 0 }}>
            <PersonSelect placeholder={t("person")} />
          </Form.Item>
        )}
      </div>
    </Form.Item>
  );
}

export default function LimitDialog({ scope, wanted, onClose }: Props) {
  const t = useWords(LIMIT_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const subjectName = useSubjectName();
  const ruleName = useRuleName(scope);
  const overCap = useOverCap();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const { limit } = wanted;
  const subject = limit?.subject ?? wanted.subject;
  const known = limit?.rule ?? wanted.rule;
  const rules = scope ? RULES : COMPANY_RULES;
  const rule = (Form.useWatch("rule", { form, preserve: true }) as RuleName | undefined) ?? known;
  const done = (word: "saved" | "removed") => {
    message.success(t(word));
    void refreshLimits(client);
    onClose();
  };
  const save = useMutation({
    mutationFn: ({ values, accept }: { values: Values; accept: boolean }) => {
      const { value } = values;
      if (limit) return changeLimit(scope, limit.id, { value, accept_over_cap: accept });
      const whom = subject ?? subjectOf(values);
      return addLimit(scope, { rule: known ?? values.rule, subject: { kind: whom.kind, id: whom.id, role: whom.role }, value, accept_over_cap: accept });
    },
    onSuccess: () => done("saved"),
    onError: (error, { values }) => overCap(error, () => save.mutate({ values, accept: true })),
  });
  const remove = useMutation({ mutationFn: () => removeLimit(scope, limit?.id ?? ""), onSuccess: () => done("removed"), onError: (error) => void message.error(problem(error)) });
  const words = { who: subject ? subjectName(subject) : "", rule: known ? ruleName(known) : "" };
  return (
    <Modal
      open
      width={420}
      title={subject && known ? t(limit ? "change" : "set", words) : t("addLimit")}
      onCancel={onClose}
      footer={
        <div className="row">
          {limit && (
            <Popconfirm title={t("removeAsk")} okText={t("remove")} cancelText={t("cancel")} onConfirm={() => remove.mutate()}>
              <Button danger loading={remove.isPending}>
                {t("remove")}
              </Button>
            </Popconfirm>
          )}
          <span className="grow" />
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit} data-testid="save-limit">
            {t("save")}
          </Button>
        </div>
      }
    >
      {save.isError && !isOverCap(save.error) && <Alert type="error" showIcon title={problem(save.error)} style={{ margin: "8px 0" }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ kind: "department", rule: known ?? (scope ? undefined : "holding_cap"), value: limit?.value }} onFinish={(values) => save.mutate({ values, accept: false })} style={{ paddingTop: 8 }}>
        {!subject && <WhoFields />}
        {!known && (
          <Form.Item name="rule" label={t("rule")} rules={[{ required: true, message: t("needRule") }]}>
            <Select options={rules.map((each) => ({ value: each, label: ruleName(each) }))} />
          </Form.Item>
        )}
        <Form.Item name="value" label={t("value")} rules={[{ required: true, message: t("needValue") }]}>
          <InputNumber min={0} max={MOST} precision={0} inputMode="numeric" autoFocus={Boolean(known)} suffix={t(rule === "min_interval" ? "secondsUnit" : "customersUnit")} style={{ width: 160 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
