/** The frame of the dialogs that ask for something: what it means, what refuses it, the form, and what came of it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Modal, type FormInstance } from "antd";
import type { ReactNode } from "react";

import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { refreshRequests } from "./api";
import { WORDS } from "./words";

export type Customer = { id: string; name: string; pool?: { id: string; name: string } };
type Props<V> = {
  title: string;
  hint: string;
  form: FormInstance<V>;
  initial?: Partial<V>;
  /** Why it can't be asked for; the form is not offered then. */
  impossible?: string;
  loading?: boolean;
  send: (values: V) => Promise<unknown>;
  onDone?: () => void;
  onClose: () => void;
  children: ReactNode;
};

export function AskDialog<V extends object>({ title, hint, form, initial, impossible, loading, send, onDone, onClose, children }: Props<V>) {
  const t = useWords(WORDS);
  const client = useQueryClient();
  const problem = useProblemText();
  const { message } = App.useApp();
  const ask = useMutation({
    mutationFn: send,
    onSuccess: () => {
      message.success(t("asked_done"), 5);
      onDone?.();
      onClose();
      void refreshRequests(client);
    },
  });
  const closed = impossible !== undefined;
  return (
    <Modal
      open
      width={460}
      title={title}
      loading={loading}
      okText={t("submit")}
      cancelText={t(closed ? "close" : "cancel")}
      okButtonProps={{ loading: ask.isPending, style: closed ? { display: "none" } : undefined }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="soft" style={{ margin: "4px 0 16px" }}>{hint}</p>
      {closed && <Alert type="warning" showIcon title={impossible} />}
      {ask.isError && <Alert type="error" showIcon title={problem(ask.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={ask.mutate} hidden={closed}>
        {children}
      </Form>
    </Modal>
  );
}
