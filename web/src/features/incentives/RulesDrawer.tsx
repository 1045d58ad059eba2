/** Changing the rules: each switched on or off, with its numbers; saved, they hold from now on. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Form, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";

import { Problem, type PointRules } from "../../api";
import type { components } from "../../api/schema";
import { useWords } from "../../shared/i18n";
import { FIELDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { putRules, refresh, type Rule } from "./api";
import { WORDS } from "./words";

type Known = components["schemas"]["RulesInForce"];
const SHOWN = ["all", "team", "managers"] as const;
const FULL = { width: "100%" } as const;

function Amount({ name, label, min = 1, max = 1000, optional = false }: { name: string[]; label: string; min?: number; max?: number; optional?: boolean }) {
  const t = useWords(WORDS);
  return (
    <Form.Item name={name} label={label} rules={optional ? [] : [{ required: true, message: t("needValue") }]}>
      <InputNumber min={min} max={max} precision={0} inputMode="numeric" style={FULL} />
    </Form.Item>
  );
}

function RuleBlock({ rule, children }: { rule: Rule; children?: ReactNode }) {
  const t = useWords(WORDS);
  return (
    <section className="rule-edit">
      <header>
        <Form.Item name={[rule, "on"]} valuePropName="checked" noStyle>
          <Switch aria-label={t(rule)} />
        </Form.Item>
        <b>{t(rule)}</b>
      </header>
      <div className="fields" style={{ marginTop: 10 }}>
        <Amount name={[rule, "points"]} label={t(rule === "recycled_by_neglect" ? "minusField" : "pointsField")} />
        {children}
      </div>
    </section>
  );
}

export default function RulesDrawer({ known, onClose }: { known: Known; onClose: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const names = useNames();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<PointRules>();
  const save = useMutation({
    mutationFn: (rules: PointRules) => putRules(known.version, { ...rules, won_from_pool: { ...rules.won_from_pool, step_amount: rules.won_from_pool.step_amount ?? null } }),
    onSuccess: () => {
      message.success(t("saved"));
      void refresh(client);
      onClose();
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 412) void refresh(client);
    },
  });
  const footer = (
    <div className="row" style={{ justifyContent: "flex-end" }}>
      <Button onClick={onClose}>{t("cancel")}</Button>
      <Button type="primary" loading={save.isPending} onClick={form.submit}>
        {t("save")}
      </Button>
    </div>
  );
  return (
    <Drawer open size={520} title={t("edit")} onClose={onClose} footer={footer}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 10 }} />}
      <p className="soft small" style={{ marginBottom: 8 }}>{t("fromNow")}</p>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={known.rules} onFinish={save.mutate}>
        <RuleBlock rule="first_contact_in_time">
          <Amount name={["first_contact_in_time", "hours"]} label={t("hoursField")} />
        </RuleBlock>
        <RuleBlock rule="won_from_pool">
          <Amount name={["won_from_pool", "step_amount"]} label={t("stepAmount")} max={1e12} optional />
          <Amount name={["won_from_pool", "step_points"]} label={t("stepPoints")} />
          <Amount name={["won_from_pool", "most"]} label={t("most")} max={10_000} />
        </RuleBlock>
        <RuleBlock rule="complete_record">
          <Form.Item className="wide" name={["complete_record", "fields"]} label={t("fieldsField")} rules={[{ required: true, message: t("needValue") }]}>
            <Select mode="multiple" options={known.completable.map((value) => ({ value, label: names(FIELDS, value) }))} />
          </Form.Item>
        </RuleBlock>
        <RuleBlock rule="recycled_by_neglect" />
        <section className="rule-edit">
          <Form.Item name="leaderboard" label={t("leaderboardField")}>
            <Select options={SHOWN.map((value) => ({ value, label: t(`shown_${value}`) }))} />
          </Form.Item>
        </section>
      </Form>
    </Drawer>
  );
}
