/** What may be done with one task, right where it stands: follow up, refuse with a reason, pass on, cancel. */
import { Button, Form, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";

import type { Task } from "../../api";
import { useWords } from "../../shared/i18n";
import { useDialogs } from "../moves/Dialogs";
import { PersonSelect } from "../people/PersonSelect";
import { useActOnTask } from "./api";
import { useForWhom } from "./forWhom";
import { WORDS } from "./words";

type DialogProps = { task: Task; onClose: () => void };

function RefuseDialog({ task, onClose }: DialogProps) {
  const t = useWords(WORDS);
  const [form] = Form.useForm<{ reason: string }>();
  const forWhom = useForWhom();
  const act = useActOnTask(task.id, t("refusedDone"), onClose);
  return (
    <Modal open width={440} title={t("refuseTitle", { name: task.title })} okText={t("refuse")} okButtonProps={{ loading: act.isPending }} onOk={form.submit} onCancel={onClose}>
      <p className="soft" style={{ margin: "4px 0 12px" }}>{[forWhom(task.assignee) && t("refuseFor", { name: task.assignee.name }), t("refuseHint")].filter(Boolean).join("")}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => act.mutate({ verb: "refuse", reason: reason.trim() })}>
        <Form.Item name="reason" label={t("why")} rules={[{ required: true, whitespace: true }]}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} maxLength={200} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function PassOnDialog({ task, onClose }: DialogProps) {
  const t = useWords(WORDS);
  const [form] = Form.useForm<{ person_id: string }>();
  const act = useActOnTask(task.id, t("reassigned"), onClose);
  return (
    <Modal open width={440} title={t("reassignTitle", { name: task.title })} okText={t("reassign")} okButtonProps={{ loading: act.isPending }} onOk={form.submit} onCancel={onClose}>
      <p className="soft" style={{ margin: "4px 0 12px" }}>{t("reassignHint")}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ person_id }) => act.mutate({ verb: "reassign", person_id })}>
        <Form.Item name="person_id" label={t("who")} rules={[{ required: true, message: t("needWhom") }]}>
          <PersonSelect />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function TaskActions({ task }: { task: Task }) {
  const t = useWords(WORDS);
  const dialogs = useDialogs();
  const [open, setOpen] = useState<"refuse" | "reassign" | null>(null);
  const cancel = useActOnTask(task.id, t("cancelled"));
  const may = (act: Task["allowed"][number]) => task.allowed.includes(act);
  const { customer } = task;
  return (
    <span className="row task-acts">
      {may("reassign") && <Button type="text" size="small" onClick={() => setOpen("reassign")}>{t("reassign")}</Button>}
      {may("cancel") && (
        <Popconfirm title={t("cancelAsk")} onConfirm={() => cancel.mutate({ verb: "cancel" })}>
          <Button type="text" size="small">{t("cancel")}</Button>
        </Popconfirm>
      )}
      {may("refuse") && <Button type="text" onClick={() => setOpen("refuse")} data-testid="refuse-task">{t("refuse")}</Button>}
      {may("follow_up") && customer && <Button onClick={() => dialogs.followUp(customer)} data-testid="do-task">{t("follow")}</Button>}
      {open === "refuse" && <RefuseDialog task={task} onClose={() => setOpen(null)} />}
      {open === "reassign" && <PassOnDialog task={task} onClose={() => setOpen(null)} />}
    </span>
  );
}
