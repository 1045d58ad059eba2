/** The customer's facts, each edited where it stands; an edit on a stale page is refused and the latest shown. */
import { CheckOutlined, CloseOutlined, EditOutlined, LockOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";

import { Problem, type Customer } from "../../api";
import { useWords } from "../../shared/i18n";
import { useFieldRights } from "../../shared/me";
import { FIELDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { dateTime } from "../../shared/time";
import { customerQuery, patchCustomer } from "./api";
import { shownPhone } from "./Phones";
import { FIELD_TYPES, FieldInput, useFieldText, type Field, type FieldValue } from "./fields";
import { WORDS } from "./words";

function Value({ customer, field, text }: { customer: Customer; field: Field; text: string }) {
  if (field === "phones" || field === "emails") {
    return (
      <span>
        {customer[field].map((each) =>
          each.includes("*") ? (
            <span key={each} className="muted num" style={{ display: "block" }}>
              <LockOutlined style={{ fontSize: 11, visibility: "visible" }} /> {field === "phones" ? shownPhone(each) : each}
            </span>
          ) : (
            <a key={each} href={`${field === "phones" ? "tel" : "mailto"}:${each}`} className="num" style={{ display: "block" }} onClick={(event) => event.stopPropagation()}>
              {field === "phones" ? shownPhone(each) : each}
            </a>
          ),
        )}
      </span>
    );
  }
  return <span>{text}</span>;
}

function Fact({ customer, field }: { customer: Customer; field: Field }) {
  const t = useWords(WORDS);
  const name = useNames();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const text = useFieldText()(customer, field);
  const [draft, setDraft] = useState<FieldValue | undefined>(undefined);
  const editing = draft !== undefined;
  const save = useMutation({
    mutationFn: (value: FieldValue) => patchCustomer(customer, field, value),
    onSuccess: (fresh) => {
      setDraft(undefined);
      client.setQueryData(customerQuery(customer.id).queryKey, fresh);
      for (const queryKey of [["customers"], ["pool-customers"], ["customer", customer.id]]) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => {
      message.error(problem(error), 5);
      if (error instanceof Problem && error.status === 412) void client.invalidateQueries({ queryKey: ["customer", customer.id] });
    },
  });
  const masked = Boolean(text?.includes("*")) && ["phones", "emails", "wechat"].includes(field);
  const { writes } = useFieldRights();
  const mayEdit = customer.allowed.includes("edit") && !masked && writes(field);
  const submit = () => draft !== undefined && save.mutate(draft);
  return (
    <div className="fact">
      <span className="k">{name(FIELDS, field)}</span>
      {editing ? (
        <div className="row" style={{ alignItems: "flex-start", gap: 4 }} onKeyDown={(event) => event.key === "Escape" && setDraft(undefined)}>
          <div className="grow">
            <FieldInput field={field} value={draft} onChange={setDraft} autoFocus onEnter={submit} />
          </div>
          <Button type="primary" size="small" style={{ marginTop: 4 }} icon={<CheckOutlined />} loading={save.isPending} onClick={submit} aria-label={t("save")} />
          <Button type="text" size="small" style={{ marginTop: 4 }} icon={<CloseOutlined />} onClick={() => setDraft(undefined)} aria-label={t("cancel")} />
        </div>
      ) : mayEdit ? (
        <div role="button" tabIndex={0} className="v edit" title={t("edit")} onClick={() => setDraft(customer[field] ?? null)} onKeyDown={(event) => event.key === "Enter" && setDraft(customer[field] ?? null)}>
          {text ? <Value customer={customer} field={field} text={text} /> : <span className="muted">{t("empty")}</span>}
          <EditOutlined />
        </div>
      ) : (
        <div className="v">{text ? <Value customer={customer} field={field} text={text} /> : <span className="muted">–</span>}</div>
      )}
    </div>
  );
}

export function FactsBox({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const fields = (Object.keys(FIELD_TYPES) as Field[]).filter((field) => !customer.hidden.includes(field));
  return (
    <section className="panel">
      <header>
        <h2>{t("facts")}</h2>
      </header>
      <div className="body">
        {fields.map((field) => (
          <Fact key={field} customer={customer} field={field} />
        ))}
        <div className="fact">
          <span className="k">{t("createdAt")}</span>
          <div className="v num">{dateTime(customer.created_at)}</div>
        </div>
      </div>
    </section>
  );
}
