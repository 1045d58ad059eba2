/** 分配跟进任务: what is to be done, by whom and until when, over the customers that were selected. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, DatePicker, Form, Input, Modal, Segmented, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";

import { api, ok, type NewTasks } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { endOfDayIn, toInstant } from "../../shared/time";
import { useDialogs } from "../moves/Dialogs";
import type { Target } from "../moves/api";
import { DepartmentSelect } from "../people/DepartmentSelect";
import { PersonSelect } from "../people/PersonSelect";
import { refreshTasks } from "./api";
import { WORDS } from "./words";

type To = "owner" | "person" | "department";
type Due = "working" | "today" | "tomorrow" | "week" | "other";
type Values = { title: string; to: To; person?: string; department?: string; kind: NonNullable<NewTasks["kind"]> | ""; due: Due; day?: Dayjs; note?: string };
const HINTS = { owner: "ownerHint", person: "personHint", department: "departmentHint" } as const;
const DAYS = { today: 0, tomorrow: 1, week: 7 } as const;

/** The instant that is sent; none: the server's third working day. */
function dueAt({ due, day }: Values): string | undefined {
  if (due === "working") return undefined;
  if (due === "other") return day && toInstant(day.startOf("day").add(1, "day"));
  return endOfDayIn(DAYS[due]);
}

function WhomFields({ to }: { to: To }) {
  const t = useWords(WORDS);
  const rules = [{ required: true, message: t("needWhom") }];
  return (
    <>
      <Form.Item name="to" label={t("who")} style={{ marginBottom: 8 }}>
        <Segmented
          block
          options={[
            { value: "owner", label: t("toOwner") },
            { value: "person", label: t("toPerson") },
            { value: "department", label: t("toDepartment") },
          ]}
        />
      </Form.Item>
      {to === "person" && (
        <Form.Item name="person" rules={rules} style={{ marginBottom: 8 }}>
          <PersonSelect placeholder={t("toPerson")} />
        </Form.Item>
      )}
      {to === "department" && (
        <Form.Item name="department" rules={rules} style={{ marginBottom: 8 }}>
          <DepartmentSelect placeholder={t("toDepartment")} />
        </Form.Item>
      )}
      <p className="small muted" style={{ marginBottom: 16 }}>{t(HINTS[to])}</p>
    </>
  );
}

function DueFields({ due }: { due: Due }) {
  const t = useWords(WORDS);
  const [today] = useState(dayjs);
  return (
    <>
      <Form.Item name="due" label={t("until")} style={{ marginBottom: due === "other" ? 8 : undefined }}>
        <Select
          options={[
            { value: "working", label: t("dueWorking") },
            { value: "today", label: t("dueToday") },
            { value: "tomorrow", label: t("dueTomorrow") },
            { value: "week", label: t("dueWeek") },
            { value: "other", label: t("dueOther") },
          ]}
        />
      </Form.Item>
      {due === "other" && (
        <Form.Item name="day" rules={[{ required: true, message: t("needDue") }]}>
          <DatePicker style={{ width: "100%" }} disabledDate={(day) => day.isBefore(today, "day")} />
        </Form.Item>
      )}
    </>
  );
}

type Props = { target: Target; onDone?: () => void; onClose: () => void };

export default function GiveDialog({ target, onDone, onClose }: Props) {
  const t = useWords(WORDS);
  const name = useNames();
  const problem = useProblemText();
  const client = useQueryClient();
  const dialogs = useDialogs();
  const [form] = Form.useForm<Values>();
  const to = Form.useWatch("to", form) ?? "owner";
  const due = Form.useWatch("due", form) ?? "working";
  const one = !target.matching && target.customers.length === 1 ? target.customers[0] : undefined;
  const give = useMutation({
    mutationFn: (values: Values) => {
      const which = target.matching ? { matching: target.matching } : { customer_ids: target.customers.map((each) => each.id) };
      const id = values.to === "person" ? values.person : values.department;
      const whom = values.to === "owner" ? { kind: values.to } : { kind: values.to, id };
      const body = { ...which, to: whom, kind: values.kind || undefined, title: values.title.trim(), note: values.note?.trim() ?? "", due_at: dueAt(values) };
      return ok(api.POST("/api/v1/tasks", { body }));
    },
    onSuccess: ({ results }) => {
      onClose();
      onDone?.();
      const shown = results.map((result) => ({ ...result, outcome: result.outcome === "given" ? ("moved" as const) : ("refused" as const) }));
      dialogs.results({ title: t("give"), answer: { results: shown }, names: target.customers });
      void refreshTasks(client);
    },
  });
  const kinds = [{ value: "", label: t("anyKind") }, ...Object.keys(KINDS).filter((kind) => kind !== "note").map((kind) => ({ value: kind, label: name(KINDS, kind) }))];
  return (
    <Modal
      open
      width={520}
      title={one ? t("giveOne", { name: one.name }) : t("giveMany", { n: target.count })}
      okText={t("give")}
      okButtonProps={{ loading: give.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="soft" style={{ margin: "4px 0 16px" }}>{t("giveHint")}</p>
      {give.isError && <Alert type="error" showIcon title={problem(give.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ to: "owner", kind: "", due: "working" }} onFinish={give.mutate}>
        <Form.Item name="title" label={t("title")} rules={[{ required: true, whitespace: true, message: t("needTitle") }]}>
          <Input placeholder={t("titlePlaceholder")} maxLength={100} data-testid="task-title" />
        </Form.Item>
        <WhomFields to={to} />
        <div className="grid2">
          <div>
            <DueFields due={due} />
          </div>
          <Form.Item name="kind" label={t("kind")}>
            <Select options={kinds} />
          </Form.Item>
        </div>
        <Form.Item name="note" label={t("note")}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
