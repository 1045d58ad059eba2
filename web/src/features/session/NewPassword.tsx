/** The two fields of a new password, the same at the invitation, the reset and the account page. */
import { Form, Input } from "antd";

import { useWords } from "../../shared/i18n";
import { WORDS } from "./words";

export function NewPasswordFields() {
  const t = useWords(WORDS);
  return (
    <>
      <Form.Item name="password" label={t("newPassword")} rules={[{ required: true, min: 8, message: t("short") }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={t("repeat")}
        dependencies={["password"]}
        rules={[
          { required: true, message: t("differs") },
          ({ getFieldValue }) => ({
            validator: (_, value) => (!value || getFieldValue("password") === value ? Promise.resolve() : Promise.reject(new Error(t("differs")))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
