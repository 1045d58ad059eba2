/** 导入: choose a file, say what is in it and where it goes; a check comes first unless one says otherwise. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Radio, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { useLocale, useWords } from "../../shared/i18n";
import { useCan, useCurrentPool } from "../../shared/me";
import { usePhone } from "../../shared/screen";
import { useProblemText } from "../../shared/problems";
import { EmptyState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { PoolSelect } from "../pools/PoolSelect";
import { startImport, type Kind } from "./api";
import { FileField } from "./FileField";
import { FileGuide } from "./FileGuide";
import { PEOPLE_WORDS } from "./peopleWords";
import { WORDS } from "./words";

type Values = {
  file: File;
  kind: Kind;
  pool_id?: string;
  dry_run: boolean;
  encoding?: string;
  country?: string;
  duplicates?: "skip" | "create";
  create_departments?: boolean;
};
const ENCODINGS = ["UTF-8", "GB18030", "Big5", "UTF-16", "Shift_JIS", "windows-1252"];
const COUNTRIES = ["CN", "HK", "MO", "TW", "SG", "MY", "JP", "KR", "US", "GB", "DE", "FR", "AU"];

function Choice({ title, hint }: { title: string; hint: string }) {
  return (
    <>
      {title}
      <div className="small muted">{hint}</div>
    </>
  );
}

const TOP = { alignItems: "flex-start" } as const;
const STACK = { display: "flex", flexDirection: "column", gap: 10 } as const;

function kindOf(text: string | undefined): Kind {
  return text === "follow_ups" || text === "people" ? text : "customers";
}

function Options({ phones }: { phones: boolean }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const names = new Intl.DisplayNames(locale, { type: "region" });
  return (
    <div className="row wrap" style={{ gap: "0 16px", alignItems: "flex-start" }}>
      <Form.Item name="encoding" label={t("encoding")} style={{ flex: "1 1 220px" }}>
        <Select allowClear placeholder={t("auto")} options={ENCODINGS.map((each) => ({ value: each, label: each }))} />
      </Form.Item>
      {phones && (
        <Form.Item name="country" label={t("country")} style={{ flex: "1 1 220px" }}>
          <Select allowClear placeholder={t("company")} options={COUNTRIES.map((each) => ({ value: each, label: names.of(each) ?? each }))} />
        </Form.Item>
      )}
    </div>
  );
}

function ImportForm({ onKind }: { onKind: (kind: Kind) => void }) {
  const t = useWords(WORDS);
  const p = useWords(PEOPLE_WORDS);
  const can = useCan();
  const problem = useProblemText();
  const locale = useLocale();
  const navigate = useNavigate();
  const pool = useCurrentPool();
  const [url] = useUrlState();
  const [more, setMore] = useState(false);
  const [form] = Form.useForm<Values>();
  const dry = Form.useWatch("dry_run", form) ?? true;
  const kind = Form.useWatch("kind", form) ?? kindOf(url.kind);
  const start = useMutation({
    mutationFn: (values: Values) => startImport({ ...values, language: locale === "zh-CN" ? "zh" : "en" }),
    onSuccess: (made) => navigate(`/imports/${made.id}`),
  });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={start.isPending}
      initialValues={{ kind: kindOf(url.kind), pool_id: url.pool ?? pool?.id, dry_run: true, duplicates: "skip", create_departments: false }}
      onValuesChange={(changed: Partial<Values>) => changed.kind && onKind(changed.kind)}
      onFinish={start.mutate}
    >
      <Form.Item name="file" rules={[{ required: true, message: t("needFile") }]}>
        <FileField />
      </Form.Item>
      <Form.Item name="kind" label={t("kind")}>
        <Radio.Group
          style={STACK}
          options={[
            { value: "customers", style: TOP, label: <Choice title={t("customers")} hint={t("customersHint")} /> },
            { value: "follow_ups", style: TOP, label: <Choice title={t("follow_ups")} hint={t("follow_upsHint")} /> },
            ...(can("people.edit") ? [{ value: "people", style: TOP, label: <Choice title={t("people")} hint={t("peopleHint")} /> }] : []),
          ]}
        />
      </Form.Item>
      {kind !== "people" && (
        <Form.Item
          name="pool_id"
          label={t("pool")}
          extra={t(kind === "follow_ups" ? "poolHintFollowUps" : "poolHint")}
          rules={[{ required: true, message: t("needPool") }]}
        >
          <PoolSelect />
        </Form.Item>
      )}
      <Form.Item name="dry_run" label={t("mode")}>
        <Radio.Group
          style={STACK}
          options={[
            { value: true, style: TOP, label: <Choice title={t("check")} hint={t("checkHint")} /> },
            { value: false, style: TOP, label: <Choice title={t("write")} hint={t("writeHint")} /> },
          ]}
        />
      </Form.Item>
      {kind === "people" && (
        <Form.Item name="create_departments" label={p("createDepartments")}>
          <Radio.Group
            style={STACK}
            options={[
              { value: false, style: TOP, label: <Choice title={p("refuse")} hint={p("refuseHint")} /> },
              { value: true, style: TOP, label: <Choice title={p("make")} hint={p("makeHint")} /> },
            ]}
          />
        </Form.Item>
      )}
      {kind === "customers" && (
        <Form.Item name="duplicates" label={t("onDuplicate")}>
          <Radio.Group
            style={STACK}
            options={[
              { value: "skip", style: TOP, label: <Choice title={t("skip")} hint={t("skipHint")} /> },
              { value: "create", style: TOP, label: <Choice title={t("createToo")} hint={t("createTooHint")} /> },
            ]}
          />
        </Form.Item>
      )}
      {more ? (
        <Options phones={kind !== "people"} />
      ) : (
        <Button type="link" style={{ padding: 0, marginBottom: 16 }} onClick={() => setMore(true)}>
          {t(kind === "people" ? "encoding" : "options")}
        </Button>
      )}
      {start.isError && <Alert type="error" showIcon title={problem(start.error)} style={{ marginBottom: 16 }} />}
      <div className="row wrap">
        <Button type="primary" size="large" htmlType="submit" loading={start.isPending} data-testid="upload">
          {t(dry ? "goCheck" : "goWrite")}
        </Button>
        {start.isPending && <span className="soft">{t("uploading")}</span>}
      </div>
    </Form>
  );
}

export default function NewImport() {
  const t = useWords(WORDS);
  const can = useCan();
  const phone = usePhone();
  const [url] = useUrlState();
  const [kind, setKind] = useState<Kind>(kindOf(url.kind));
  if (!can("imports.start")) return <EmptyState title={t("notYours")} text={t("notYoursText")} />;
  return (
    <>
      <div className="page-head">
        <Link to="/runs?tab=imports" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("title")}</h1>
      </div>
      <div style={{ display: "grid", gridTemplateColumns: phone ? "minmax(0, 1fr)" : "minmax(0, 680px) minmax(0, 420px)", gap: 16, alignItems: "start" }}>
        <section className="panel pad" style={{ paddingTop: 20 }}>
          <ImportForm onKind={setKind} />
        </section>
        <FileGuide kind={kind} />
      </div>
    </>
  );
}
