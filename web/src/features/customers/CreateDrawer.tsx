/** A new customer: a name is enough; mine, the pool's, or somebody else's. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Form, Input, Radio } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, ok, Problem, type Duplicate, type FieldError, type NewCustomer } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { useCan, useCurrentPool, useFieldRights, useMe } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { fieldFaultText, useProblemText } from "../../shared/problems";
import { matchesQuery, typedOf, type Typed } from "../duplicates/api";
import { DuplicatePanel } from "../duplicates/DuplicatePanel";
import { refreshAfterMove } from "../moves/api";
import { PersonSelect } from "../people/PersonSelect";
import { PoolSelect } from "../pools/PoolSelect";
import { FieldInput, MAIN_FIELDS, OTHER_FIELDS, type Field } from "./fields";
import { WORDS } from "./words";

type Values = Record<string, unknown> & { name: string; pool_id: string; who: "me" | "pool" | "other"; owner_id?: string; despite_duplicate?: string };

function body({ who, owner_id, ...values }: Values): NewCustomer {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const owner = who === "me" ? "me" : who === "other" ? owner_id : null;
  return { ...Object.fromEntries(filled), name: values.name, pool_id: values.pool_id, owner };
}

/** "body.phones.0" is about the field phones. */
function fieldOf(fault: FieldError): Field {
  return fault.path.replace(/^body\./, "").split(".")[0] as Field;
}

export default function CreateDrawer({ onClose }: { onClose: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const me = useMe();
  const can = useCan();
  const { writes } = useFieldRights();
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const pool = useCurrentPool();
  const [more, setMore] = useState(false);
  const [form] = Form.useForm<Values>();
  const [typed, setTyped] = useState<Typed | null>(null);
  const matches = useQuery(matchesQuery(typed)).data ?? [];
  const look = () => {
    const now = typedOf(form.getFieldsValue(true) as Values);
    setTyped((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now));
    return now;
  };
  const create = useMutation({
    mutationFn: (values: Values) => ok(api.POST("/api/v1/customers", { body: body(values) })),
    onSuccess: async (customer) => {
      message.success(t("created_ok", { name: customer.name }));
      await navigate(`/customers/${customer.id}`);
      void refreshAfterMove(client);
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      if (error.code === "duplicate") client.setQueryData(matchesQuery(look()).queryKey, error.data.matches as Duplicate[]);
      if (error.errors.some((fault) => OTHER_FIELDS.includes(fieldOf(fault)))) setMore(true);
      form.setFields(error.errors.map((fault) => ({ name: fieldOf(fault), errors: [fieldFaultText(fault, locale)] })));
    },
  });
  const despite = (why: string) => void form.validateFields().then((values) => create.mutate({ ...values, despite_duplicate: why }), () => undefined);
  const item = (field: Field) => (
    <Form.Item key={field} name={field} label={name(FIELDS, field)}>
      <FieldInput field={field} />
    </Form.Item>
  );
  const claims = me.person.roles.includes("rep") || pool?.rights.claim;
  return (
    <Drawer
      open
      size={520}
      title={t("create")}
      onClose={onClose}
      footer={
        <>
          {/* Down here nothing moves under the hands of somebody who types on. */}
          {typed && matches.length > 0 && <DuplicatePanel matches={matches} typed={typed} busy={create.isPending} onClose={onClose} onDespite={despite} />}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button type="primary" loading={create.isPending} onClick={form.submit}>
              {t("save")}
            </Button>
          </div>
        </>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={create.mutate} onBlur={look} initialValues={{ ...(writes("kind") && { kind: "company" }), pool_id: pool?.id, who: claims ? "me" : "pool" }}>
        {create.isError && !(create.error instanceof Problem && create.error.code === "duplicate") && <Alert type="error" showIcon title={problem(create.error)} style={{ marginBottom: 16 }} />}
        <Form.Item name="name" label={name(FIELDS, "name")} rules={[{ required: true, whitespace: true, message: t("needName") }]}>
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <div className="grid2">{MAIN_FIELDS.filter(writes).map(item)}</div>
        {more ? (
          <div className="grid2">{OTHER_FIELDS.filter(writes).map(item)}</div>
        ) : (
          <Button type="link" style={{ padding: 0, marginBottom: 16 }} onClick={() => setMore(true)}>
            {t("moreFields")}
          </Button>
        )}
        <Form.Item name="pool_id" label={t("pool")} rules={[{ required: true }]}>
          <PoolSelect />
        </Form.Item>
        <Form.Item name="who" label={t("who")}>
          <Radio.Group
            options={[
              { value: "me", label: t("toMe") },
              { value: "pool", label: t("toPoolOption") },
              ...(can("customers.assign") ? [{ value: "other", label: t("toOther") }] : []),
            ]}
          />
        </Form.Item>
        <Form.Item noStyle dependencies={["who"]}>
          {({ getFieldValue }) =>
            getFieldValue("who") === "other" && (
              <Form.Item name="owner_id" label={t("owner")} rules={[{ required: true }]}>
                <PersonSelect />
              </Form.Item>
            )
          }
        </Form.Item>
      </Form>
    </Drawer>
  );
}
