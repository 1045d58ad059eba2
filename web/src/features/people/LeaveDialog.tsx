/** From which to which day somebody is away; whole days of the company's time zone. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Modal } from "antd";
import type { Dayjs } from "dayjs";

import { Problem, type Person } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { toInstant, toPicker } from "../../shared/time";
import { deputiesQuery, endLeave, getPerson, putLeave, refreshPeople } from "./api";
import { DEPUTY_WORDS } from "./deputyWords";
import { PersonSelect } from "./PersonSelect";
import { WORDS } from "./words";

type Values = { first: Dayjs; last: Dayjs; deputy?: string };

export function LeaveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useWords(WORDS);
  const d = useWords(DEPUTY_WORDS);
  const deputies = useQuery(deputiesQuery(person.id));
  const withLeave = deputies.data?.find((each) => each.with_leave && each.person.id === person.id)?.deputy;
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const now = useNow();
  const current = person.leave && Date.parse(person.leave.until) > now ? person.leave : null;
  const begun = current !== null && Date.parse(current.from) <= now;
  const save = useMutation({
    mutationFn: async (values: Values | null) => {
      // The end is the first instant of being back.
      const write = (of: Person) =>
        values ? putLeave(of, { from: toInstant(values.first.startOf("day")), until: toInstant(values.last.startOf("day").add(1, "day")), deputy_id: values.deputy }) : endLeave(of);
      try {
        return await write(person);
      } catch (error) {
        // Another edit of the person is no reason against a leave: nothing else is written.
        if (error instanceof Problem && error.status === 412) return write(await getPerson(person.id));
        throw error;
      }
    },
    onSuccess: (saved, values) => {
      message.success(t(values ? "leaveSet" : begun ? "leaveEndedNow" : "leaveEnded", { name: saved.name }));
      void refreshPeople(client);
      onClose();
    },
  });
  const begin = current ? { first: toPicker(current.from), last: toPicker(current.until).subtract(1, "minute") } : { first: toPicker(new Date(now).toISOString()), last: undefined };
  return (
    <Modal
      open
      width={420}
      title={t("leaveTitle", { name: person.name })}
      onCancel={onClose}
      footer={
        <div className="row">
          {current && (
            <Button danger onClick={() => save.mutate(null)} disabled={save.isPending}>
              {t(begun ? "endLeaveNow" : "endLeave")}
            </Button>
          )}
          <span className="grow" />
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            {t("save")}
          </Button>
        </div>
      }
    >
      <p className="soft" style={{ margin: "4px 0 16px" }}>{t("leaveHint")}</p>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ marginBottom: 16 }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={begin} onFinish={save.mutate}>
        <div className="row" style={{ alignItems: "flex-start", gap: 12 }}>
          <Form.Item name="first" label={t("leaveFrom")} style={{ flex: 1 }} rules={[{ required: true, message: t("needDay") }]}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item
            name="last"
            label={t("leaveUntil")}
            style={{ flex: 1 }}
            dependencies={["first"]}
            rules={[
              { required: true, message: t("needDay") },
              ({ getFieldValue }) => ({
                validator: (_, last?: Dayjs) =>
                  last && last.isBefore(getFieldValue("first") as Dayjs, "day") ? Promise.reject(new Error(t("leaveOrder"))) : Promise.resolve(),
              }),
            ]}
          >
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
        </div>
        {deputies.isSuccess && (
          <Form.Item name="deputy" label={d("deputyOptional")} initialValue={withLeave?.id} extra={d("hint")}>
            <PersonSelect allowClear placeholder={d("choose")} known={withLeave} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
