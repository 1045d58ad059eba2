/** Asks the admins of its pool for a customer that is there already. */
import { Form, Input } from "antd";

import { useWords } from "../../shared/i18n";
import { AskDialog } from "../requests/AskDialog";
import { askFor, type Typed } from "./api";
import { WORDS } from "./words";

type Props = { typed: Typed; id: string | null; onDone: () => void; onClose: () => void };

export function AskForIt({ typed, id, onDone, onClose }: Props) {
  const t = useWords(WORDS);
  const [form] = Form.useForm<{ note: string }>();
  return (
    <AskDialog
      title={t("askTitle", { name: typed.name })}
      hint={t("askHint")}
      form={form}
      send={({ note }) => askFor(typed, note.trim(), id)}
      onDone={onDone}
      onClose={onClose}
    >
      <Form.Item name="note" label={t("why")} rules={[{ required: true, whitespace: true, message: t("needWhy") }]}>
        <Input.TextArea autoFocus placeholder={t("whyMine")} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} />
      </Form.Item>
    </AskDialog>
  );
}
