/** The people at the customer: who they are and how to reach them. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Popconfirm, Select } from "antd";
import { useState } from "react";

import { api, ok, type Contact, type Customer } from "../../api";
import { useWords } from "../../shared/i18n";
import { useFieldRights } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { Phones } from "./Phones";
import { WORDS } from "./words";

type Values = { name: string; title?: string; phones?: string[]; emails?: string[]; wechat?: string };

function ContactDialog({ customerId, contact, onClose }: { customerId: string; contact: Contact | null; onClose: () => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  const problem = useProblemText();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const { writes } = useFieldRights();
  const save = useMutation({
    mutationFn: (values: Values) => {
      const body = {
        name: values.name,
        title: values.title || null,
        ...(writes("phones") && { phones: values.phones ?? [] }),
        ...(writes("emails") && { emails: values.emails ?? [] }),
        ...(writes("wechat") && { wechat: values.wechat || null }),
      };
      if (!contact) return ok(api.POST("/api/v1/customers/{customer_id}/contacts", { params: { path: { customer_id: customerId } }, body }));
      const path = { customer_id: customerId, contact_id: contact.id };
      return ok(api.PATCH("/api/v1/customers/{customer_id}/contacts/{contact_id}", { params: { path }, body }));
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["customer", customerId] });
      onClose();
    },
  });
  const tags = { mode: "tags" as const, open: false, suffixIcon: null, tokenSeparators: [",", ",", "、"], placeholder: t("oneEach") };
  return (
    <Modal open width={440} title={contact ? contact.name : t("addContact")} okText={t("save")} onOk={form.submit} confirmLoading={save.isPending} onCancel={onClose}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={save.mutate}
        initialValues={contact ? { ...contact, title: contact.title ?? undefined, wechat: contact.wechat ?? undefined } : {}}
      >
        <Form.Item name="name" label={t("contactName")} rules={[{ required: true, whitespace: true }]}>
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="title" label={t("contactTitle")}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="phones" label={name(FIELDS, "phones")} hidden={!writes("phones")}>
          <Select {...tags} />
        </Form.Item>
        <Form.Item name="emails" label={name(FIELDS, "emails")} hidden={!writes("emails")}>
          <Select {...tags} />
        </Form.Item>
        <Form.Item name="wechat" label={name(FIELDS, "wechat")} hidden={!writes("wechat")}>
          <Input maxLength={100} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function ContactsBox({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [editing, setEditing] = useState<Contact | "new" | null>(null);
  const { sees, writes } = useFieldRights();
  const mayEdit = customer.allowed.includes("edit") && writes("contacts");
  const remove = useMutation({
    mutationFn: (contact: Contact) => {
      const path = { customer_id: customer.id, contact_id: contact.id };
      return ok(api.DELETE("/api/v1/customers/{customer_id}/contacts/{contact_id}", { params: { path } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["customer", customer.id] }),
    onError: (error) => void message.error(problem(error)),
  });
  if (!sees("contacts")) return null;
  return (
    <section className="panel">
      <header>
        <h2>{t("contacts")}</h2>
        {mayEdit && <Button className="acts" type="text" size="small" icon={<PlusOutlined />} onClick={() => setEditing("new")} aria-label={t("addContact")} />}
      </header>
      <div className="body">
        {!customer.contacts.length && <span className="muted">{t("noContacts")}</span>}
        {customer.contacts.map((contact) => (
          <div key={contact.id} className="row between" style={{ padding: "6px 0", alignItems: "flex-start" }}>
            <div className="grow">
              <b>{contact.name}</b> <span className="muted small">{contact.title}</span>
              <div className="small">{contact.phones.length > 0 && <Phones phones={contact.phones} />}</div>
              {contact.emails[0] && <div className="small muted clip">{contact.emails[0]}</div>}
            </div>
            {mayEdit && (
              <span className="row" style={{ gap: 0 }}>
                <Button type="link" size="small" onClick={() => setEditing(contact)}>
                  {t("edit")}
                </Button>
                <Popconfirm title={t("removeAsk", { name: contact.name })} okText={t("remove")} onConfirm={() => remove.mutate(contact)}>
                  <Button type="link" size="small">
                    {t("remove")}
                  </Button>
                </Popconfirm>
              </span>
            )}
          </div>
        ))}
      </div>
      {editing && <ContactDialog customerId={customer.id} contact={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </section>
  );
}
