/** Sign-in: login, password, and where people went when they were asked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useNavigate, useSearchParams } from "react-router";

import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { Door } from "./Door";
import { safeBack, signIn } from "./signIn";
import { WORDS } from "./words";

export default function SignIn() {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const enter = useMutation({
    mutationFn: (form: { login: string; password: string }) => signIn(client, form.login.trim(), form.password),
    onSuccess: () => navigate(safeBack(params.get("back")), { replace: true }),
  });
  return (
    <Door title={t("title")} sub={t("sub")}>
      <Form layout="vertical" requiredMark={false} onFinish={enter.mutate} initialValues={{ login: params.get("login") ?? "" }}>
        {enter.isError && <Alert type="error" showIcon title={problem(enter.error)} style={{ marginBottom: 16 }} />}
        <Form.Item name="login" label={t("login")} rules={[{ required: true, message: t("needLogin") }]}>
          <Input size="large" autoComplete="username" autoCapitalize="none" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t("password")} rules={[{ required: true, message: t("needPassword") }]}>
          <Input.Password size="large" autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={enter.isPending}>
          {t("signIn")}
        </Button>
      </Form>
      <p className="small muted" style={{ marginTop: 16 }}>{t("forgot")}</p>
    </Door>
  );
}
