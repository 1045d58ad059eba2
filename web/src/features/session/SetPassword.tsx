/** Where an invitation or a reset link leads: choose a password, then straight in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Skeleton } from "antd";
import { Link, useNavigate, useParams } from "react-router";

import { api, ok, Problem } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { Door } from "./Door";
import { NewPasswordFields } from "./NewPassword";
import { signIn } from "./signIn";
import { WORDS } from "./words";

/** A token that is no token at all is, to whoever opened the link, an invalid link like any other. */
function badLink(error: unknown): unknown {
  return error instanceof Problem && error.status === 422 ? new Problem(404, { code: "link_invalid" }) : error;
}

export default function SetPassword() {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const token = useParams().token ?? "";
  const path = { params: { path: { token } } };
  const link = useQuery({ queryKey: ["link", token], queryFn: () => ok(api.GET("/api/v1/links/{token}", path)), retry: false });
  const set = useMutation({
    mutationFn: async ({ password }: { password: string }) => {
      const { login } = await ok(api.POST("/api/v1/links/{token}", { ...path, body: { password } }));
      await signIn(client, login, password);
    },
    onSuccess: () => navigate("/", { replace: true }),
  });
  if (link.isError) {
    return (
      <Door title={t("title")}>
        <Alert type="error" showIcon title={problem(badLink(link.error))} style={{ marginBottom: 16 }} />
        <Link to="/sign-in">{t("toSignIn")}</Link>
      </Door>
    );
  }
  if (!link.data) {
    return (
      <Door title="…">
        <Skeleton active />
      </Door>
    );
  }
  const { kind, name, login, tenant } = link.data;
  return (
    <Door title={t(kind === "invitation" ? "welcome" : "reset", { name, tenant })} sub={t("yourLogin", { login })}>
      <Form layout="vertical" requiredMark={false} onFinish={set.mutate} size="large">
        {set.isError && <Alert type="error" showIcon title={problem(set.error)} style={{ marginBottom: 16 }} />}
        <input type="text" name="username" autoComplete="username" value={login} readOnly hidden />
        <NewPasswordFields />
        <Button type="primary" htmlType="submit" block loading={set.isPending}>
          {t("set")}
        </Button>
      </Form>
    </Door>
  );
}
