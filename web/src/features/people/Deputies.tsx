/** Who acts for somebody, and for whom they act: what is in force and to come, ending it, naming one alone. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Skeleton } from "antd";
import type { Dayjs } from "dayjs";

import { api, ok, type Deputy, type Ref } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { fieldFaultText, useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { dateTime, toInstant, toPicker } from "../../shared/time";
import { useLocale } from "../../shared/i18n";
import { Problem } from "../../api";
import { deputiesQuery, refreshPeople } from "./api";
import { DEPUTY_WORDS } from "./deputyWords";
import { PersonSelect } from "./PersonSelect";

type Values = { deputy: string; first: Dayjs; last: Dayjs };

function Line({ item, person }: { item: Deputy; person: Ref }) {
  const t = useWords(DEPUTY_WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const now = useNow();
  const { message } = App.useApp();
  const end = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/deputies/{deputy_row}/end", { params: { path: { deputy_row: item.id } } })),
    onSuccess: () => void message.success(t("ended")),
    onError: (error) => void message.error(problem(error), 6),
    onSettled: () => refreshPeople(client),
  });
  const begun = Date.parse(item.from) <= now;
  return (
    <div className="row between" style={{ padding: "10px 0", borderTop: "1px solid var(--line)" }} data-testid="deputy-line">
      <span>
        <b>{item.person.id === person.id ? item.deputy.name : t("actsFor", { deputy: item.deputy.name, person: item.person.name })}</b>
        <div className="soft small">
          {t("between", { from: dateTime(item.from), until: dateTime(item.until) })}
          {item.with_leave ? ` · ${t("withLeave")}` : ""}
        </div>
      </span>
      {item.may_end && (
        <Button size="small" onClick={() => end.mutate()} loading={end.isPending}>
          {t(begun ? "end" : "callOff")}
        </Button>
      )}
    </div>
  );
}

export function Deputies({ person }: { person: Ref }) {
  const t = useWords(DEPUTY_WORDS);
  const query = useQuery(deputiesQuery(person.id));
  return (
    <>
      <p className="soft" style={{ margin: "0 0 12px" }}>{t("hint")}</p>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      ) : query.data.length ? (
        query.data.map((item) => <Line key={item.id} item={item} person={person} />)
      ) : (
        <p className="muted">{t("none")}</p>
      )}
      <NameOne person={person} />
    </>
  );
}

function NameOne({ person }: { person: Ref }) {
  const t = useWords(DEPUTY_WORDS);
  const problem = useProblemText();
  const locale = useLocale();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const now = useNow();
  const add = useMutation({
    mutationFn: ({ deputy, first, last }: Values) => {
      const body = { deputy_id: deputy, from: toInstant(first.startOf("day")), until: toInstant(last.startOf("day").add(1, "day")) };
      return ok(api.POST("/api/v1/people/{person_id}/deputies", { params: { path: { person_id: person.id } }, body }));
    },
    onSuccess: (made) => {
      message.success(t("named", { name: made.deputy.name }));
      form.resetFields();
      void refreshPeople(client);
    },
  });
  const fault = add.error instanceof Problem ? add.error.errors?.[0] : undefined;
  const days = [{ required: true, message: t("needDay") }];
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ first: toPicker(new Date(now).toISOString()) }} onFinish={add.mutate} style={{ marginTop: 16 }}>
      {add.isError && <Alert type="error" showIcon title={fault ? fieldFaultText(fault, locale) : problem(add.error)} style={{ marginBottom: 16 }} />}
      <Form.Item name="deputy" label={t("deputy")} rules={[{ required: true, message: t("need") }]}>
        <PersonSelect placeholder={t("choose")} />
      </Form.Item>
      <div className="row" style={{ alignItems: "flex-start", gap: 12 }}>
        <Form.Item name="first" label={t("first")} style={{ flex: 1 }} rules={days}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="last" label={t("last")} style={{ flex: 1 }} rules={days}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit" loading={add.isPending} data-testid="name-deputy">
        {t("name")}
      </Button>
    </Form>
  );
}
