/** One's own account: who I am here, my language, my password, the way out. */
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Form, Input, Segmented } from "antd";

import { api, ok } from "../../api";
import { useLocale, useWords, type Locale } from "../../shared/i18n";
import { useSignOut } from "../../shared/layout/signOut";
import { saveLocale, useCan, useMe } from "../../shared/me";
import { ROLES, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { Deputies } from "../people/Deputies";
import { DEPUTY_WORDS } from "../people/deputyWords";
import { NewPasswordFields } from "./NewPassword";
import { WORDS } from "./words";

type PasswordForm = { old_password: string; password: string };

function ChangePassword() {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordForm>();
  const change = useMutation({
    mutationFn: (values: PasswordForm) =>
      ok(api.POST("/api/v1/session/password", { body: { old_password: values.old_password, new_password: values.password } })),
    onSuccess: () => {
      form.resetFields();
      message.success(t("changed"));
    },
  });
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={change.mutate} style={{ maxWidth: 360 }}>
      {change.isError && <Alert type="error" showIcon title={problem(change.error)} style={{ marginBottom: 16 }} />}
      <Form.Item name="old_password" label={t("oldPassword")} rules={[{ required: true, message: t("needPassword") }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <NewPasswordFields />
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t("save")}
      </Button>
    </Form>
  );
}

export default function Account() {
  const t = useWords(WORDS);
  const d = useWords(DEPUTY_WORDS);
  const can = useCan();
  const locale = useLocale();
  const me = useMe();
  const name = useNames();
  const signOut = useSignOut();
  const { person, tenant } = me;
  return (
    <div style={{ maxWidth: 760 }}>
      <div className="page-head">
        <h1>{t("account")}</h1>
        <div className="acts">
          <Button onClick={() => void signOut()}>{t("signOut")}</Button>
        </div>
      </div>
      <div className="col">
        <section className="panel pad">
          <Descriptions
            column={1}
            items={[
              { key: "name", label: t("name"), children: `${person.name} · ${tenant.name}` },
              { key: "login", label: t("login"), children: person.login },
              { key: "email", label: t("email"), children: person.email ?? "–" },
              { key: "department", label: t("department"), children: person.department?.name ?? "–" },
              { key: "roles", label: t("roles"), children: person.roles.map((role) => name(ROLES, role)).join(" · ") },
              {
                key: "language",
                label: t("language"),
                children: (
                  <Segmented<Locale>
                    value={locale}
                    onChange={(value) => void saveLocale(value).catch(() => undefined)}
                    options={[
                      { value: "zh-CN", label: "中文" },
                      { value: "en-US", label: "English" },
                    ]}
                  />
                ),
              },
            ]}
          />
        </section>
        {can("customers.share") && (
          <section className="panel">
            <header>
              <h2>{d("mine")}</h2>
            </header>
            <div className="body" style={{ maxWidth: 520 }}>
              <Deputies person={person} />
            </div>
          </section>
        )}
        <section className="panel">
          <header>
            <h2>{t("changePassword")}</h2>
          </header>
          <div className="body">
            <ChangePassword />
          </div>
        </section>
      </div>
    </div>
  );
}
