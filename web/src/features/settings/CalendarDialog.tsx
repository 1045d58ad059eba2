/** Country, time zone and opening hours. Changing them moves deadlines, which is asked about first. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Alert, App, Button, Form, Modal, Select, TimePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";

import { Problem, type Tenant } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { fieldFaultText, useProblemText } from "../../shared/problems";
import { patchTenant, refreshAll, TENANT, useCountries } from "./api";
import { countryName } from "./countries";
import { WORDS } from "./words";

type Interval = { opens: string; closes: string };
type Values = { country: string; timezone: string; opening: Interval[] };

/** A wall time as "09:00", which is how the server has it. */
function Clock({ name }: { name: [number, keyof Interval] }) {
  const t = useWords(WORDS);
  return (
    <Form.Item
      name={name}
      rules={[{ required: true, message: t("needTime") }]}
      getValueProps={(value?: string) => ({ value: value ? dayjs(`2000-01-01T${value}`) : null })}
      normalize={(value: Dayjs | null) => value?.format("HH:mm")}
      noStyle
    >
      <TimePicker format="HH:mm" minuteStep={5} needConfirm={false} allowClear={false} style={{ width: 130 }} />
    </Form.Item>
  );
}

function OpeningFields() {
  const t = useWords(WORDS);
  return (
    <Form.List name="opening">
      {(fields, { add, remove }) => (
        <div className="col" style={{ gap: 8 }}>
          {fields.map((field) => (
            <div className="row" key={field.key}>
              <Clock name={[field.name, "opens"]} />
              <span className="muted">{t("to")}</span>
              <Clock name={[field.name, "closes"]} />
              {fields.length > 1 && <Button type="text" icon={<DeleteOutlined />} aria-label={t("removeInterval")} onClick={() => remove(field.name)} />}
            </div>
          ))}
          {fields.length < 6 && (
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ opens: "13:30", closes: "18:00" })} style={{ width: 180 }}>
              {t("addInterval")}
            </Button>
          )}
        </div>
      )}
    </Form.List>
  );
}

export function CalendarDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const countries = useCountries(true);
  const save = useMutation({
    mutationFn: (values: Values) =>
      patchTenant(tenant, { country: values.country, timezone: values.timezone, opening: values.opening.map(({ opens, closes }): [string, string] => [opens, closes]) }),
    onSuccess: () => {
      message.success(t("saved"));
      void refreshAll(client);
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      if (error.status === 412) void client.invalidateQueries({ queryKey: TENANT });
      form.setFields(error.errors.map((fault) => ({ name: fault.path.split(".").at(-1) as keyof Values, errors: [fieldFaultText(fault, locale)] })));
    },
  });
  const ask = (values: Values) =>
    modal.confirm({
      title: t("confirmMove"),
      content: t("confirmMoveText"),
      okText: t("confirmOk"),
      cancelText: t("cancel"),
      onOk: () => save.mutateAsync(values).catch(() => undefined),
    });
  const zones = Intl.supportedValuesOf("timeZone");
  const begin: Values = { country: tenant.country, timezone: tenant.timezone, opening: tenant.opening.map(([opens = "", closes = ""]) => ({ opens, closes })) };
  return (
    <Modal open width={460} title={t("settingsTitle")} onCancel={onClose} okText={t("save")} cancelText={t("cancel")} onOk={form.submit} confirmLoading={save.isPending}>
      {save.isError && <Alert type="error" showIcon title={problem(save.error)} style={{ margin: "8px 0 16px" }} />}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={begin} onFinish={ask} style={{ paddingTop: 8 }}>
        <Form.Item name="country" label={t("country")}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            loading={countries.isPending}
            options={(countries.data ?? [tenant.country]).map((code) => ({ value: code, label: `${countryName(code, locale)} (${code})` }))}
          />
        </Form.Item>
        <Form.Item name="timezone" label={t("timezone")}>
          <Select showSearch options={zones.map((zone) => ({ value: zone, label: zone }))} />
        </Form.Item>
        <Form.Item label={t("opening")}>
          <OpeningFields />
          <Form.Item name="opening" noStyle>
            <span />
          </Form.Item>
        </Form.Item>
      </Form>
    </Modal>
  );
}
