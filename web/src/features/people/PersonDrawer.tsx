/** Invites somebody (and hands over the link), or changes name, e-mail, department and roles of somebody. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Skeleton } from "antd";

import { api, ok, Problem, type Person } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { ROLES, useNames } from "../../shared/names";
import { fieldFaultText, useProblemText } from "../../shared/problems";
import { getPerson, patchPerson, refreshPeople, ROLE_ORDER, type Role } from "./api";
import { DepartmentSelect } from "./DepartmentSelect";
import type { GivenLink } from "./LinkDialog";
import { WORDS } from "./words";

type Values = { name: string; login: string; email?: string; department_id: string; roles: Role[] };
type Props = { personId?: string; departmentId?: string; onLink: (given: GivenLink) => void; onClose: () => void };

function RoleChoice({ value, onChange }: { value?: Role[]; onChange?: (roles: Role[]) => void }) {
  const t = useWords(WORDS);
  const name = useNames();
  return (
    <Checkbox.Group<Role> value={value} onChange={onChange} style={{ display: "flex", flexDirection: "column", gap: 10 }}>
      {ROLE_ORDER.map((role) => (
        <Checkbox key={role} value={role} style={{ alignItems: "flex-start" }}>
          {name(ROLES, role)}
          <div className="small muted">{t(role)}</div>
        </Checkbox>
      ))}
    </Checkbox.Group>
  );
}

function valuesOf(person: Person): Partial<Values> {
  return { name: person.name, email: person.email ?? undefined, department_id: person.department?.id, roles: person.roles };
}

export default function PersonDrawer({ personId, departmentId, onLink, onClose }: Props) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const found = useQuery({ queryKey: ["people", "one", personId], queryFn: () => getPerson(personId ?? ""), enabled: Boolean(personId), staleTime: 0, gcTime: 0 });
  const person = found.data;
  const save = useMutation({
    mutationFn: async ({ name, login, email, department_id, roles }: Values): Promise<GivenLink | null> => {
      const body = { name, email: email?.trim() || null, department_id, roles };
      if (person) return patchPerson(person, body).then(() => null);
      const { person: invited, link } = await ok(api.POST("/api/v1/people", { body: { ...body, login } }));
      return { name: invited.name, link };
    },
    onSuccess: (given) => {
      if (given) onLink(given);
      else message.success(t("saved"));
      void refreshPeople(client);
      onClose();
    },
    onError: async (error) => {
      if (!(error instanceof Problem)) return;
      if (error.status === 412) {
        const { data } = await found.refetch();
        if (data) form.setFieldsValue(valuesOf(data));
      }
      if (error.code === "login_taken") form.setFields([{ name: "login", errors: [problem(error)] }]);
      const fields = error.errors.map((fault) => ({ name: fault.path.split(".").at(-1) as keyof Values, errors: [fieldFaultText(fault, locale)] }));
      form.setFields(fields);
    },
  });
  const ready = !personId || person;
  return (
    <Drawer
      open
      size={440}
      title={personId ? t("editTitle", { name: person?.name ?? "…" }) : t("inviteTitle")}
      onClose={onClose}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="primary" loading={save.isPending} disabled={!ready} onClick={form.submit}>
            {t(personId ? "save" : "createLink")}
          </Button>
        </div>
      }
    >
      {found.isError && <Alert type="error" showIcon title={problem(found.error)} />}
      {!ready && !found.isError && <Skeleton active />}
      {ready && (
        <Form form={form} layout="vertical" requiredMark={false} onFinish={save.mutate} initialValues={person ? valuesOf(person) : { roles: ["rep"], department_id: departmentId }}>
          {!personId && <p className="soft" style={{ marginBottom: 16 }}>{t("inviteHint")}</p>}
          {save.isError && !(save.error instanceof Problem && save.error.code === "login_taken") && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
          <Form.Item name="name" label={t("name")} rules={[{ required: true, whitespace: true, message: t("needName") }]}>
            <Input autoFocus={!personId} maxLength={200} />
          </Form.Item>
          {person ? (
            <Form.Item label={t("login")}>
              <Input value={person.login} disabled />
            </Form.Item>
          ) : (
            <Form.Item
              name="login"
              label={t("login")}
              extra={t("loginHint")}
              rules={[
                { required: true, message: t("needLogin") },
                { pattern: /^\S+$/, message: t("loginSpaces") },
              ]}
            >
              <Input autoComplete="off" autoCapitalize="none" maxLength={100} />
            </Form.Item>
          )}
          <Form.Item name="email" label={t("email")} rules={[{ type: "email", message: t("badEmail") }]}>
            <Input autoComplete="off" inputMode="email" placeholder={t("optional")} maxLength={254} />
          </Form.Item>
          <Form.Item name="department_id" label={t("department")} rules={[{ required: true, message: t("needDepartment") }]}>
            <DepartmentSelect />
          </Form.Item>
          <Form.Item name="roles" label={t("roles")} rules={[{ required: true, type: "array", min: 1, message: t("needRole") }]}>
            <RoleChoice />
          </Form.Item>
        </Form>
      )}
    </Drawer>
  );
}
