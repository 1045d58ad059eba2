/** Publishing rules from text: edit, paste or choose a file; every fault of the server is shown at its line. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Drawer, Form, Input, Popconfirm, Upload, type GetRef } from "antd";
import type { Dayjs } from "dayjs";
import { useRef, useState } from "react";

import { api, ok, Problem, type Policy, type Pool } from "../../api";
import { pick, useLocale, useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { toInstant } from "../../shared/time";
import { refreshAfterMove } from "../moves/api";
import { policyKey } from "./api";
import { readDocument, writeDocument, type Fault, type LocatedFault } from "./document";
import { Faults } from "./Faults";
import { HowTo } from "./HowTo";
import { EXAMPLE, PUBLISH_WORDS } from "./publishWords";
import "./policy.css";

type Props = { pool: Pool; document: Policy["document"] | undefined; onClose: () => void };

const BIGGEST_FILE = 1_000_000;

export default function PublishDrawer({ pool, document: current, onClose }: Props) {
  const t = useWords(PUBLISH_WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [text, setText] = useState(() => (current ? writeDocument(current) : pick(EXAMPLE, locale)));
  const [note, setNote] = useState("");
  const [grace, setGrace] = useState<Dayjs | null>(null);
  const [faults, setFaults] = useState<LocatedFault[]>([]);
  const area = useRef<GetRef<typeof Input.TextArea>>(null);

  const write = (next: string) => {
    setText(next);
    setFaults([]);
    publish.reset();
  };
  const publish = useMutation({
    mutationFn: (document: Record<string, unknown>) =>
      ok(
        api.POST("/api/v1/pools/{pool_id}/policies", {
          params: { path: { pool_id: pool.id } },
          body: { document, note: note.trim(), grace_until: grace ? toInstant(grace.startOf("day").add(1, "day")) : null },
        }),
      ),
    onSuccess: (policy) => {
      client.setQueryData(policyKey(pool.id), policy);
      message.success(t("published", { n: policy.number }));
      onClose();
      // Every countdown of this pool's customers may be another now.
      void refreshAfterMove(client);
    },
    onError: (error) => {
      if (!(error instanceof Problem) || error.code !== "policy_invalid") return;
      const { locate } = readDocument(text);
      setFaults((error.errors as unknown as Fault[]).map((fault) => locate({ ...fault, data: fault.data ?? {} })));
    },
  });
  const check = () => {
    const read = readDocument(text);
    setFaults(read.faults);
    if (read.document) publish.mutate(read.document);
  };
  const goTo = (line: number) => {
    const element = area.current?.resizableTextArea?.textArea;
    if (!element) return;
    const lines = text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    element.focus();
    element.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    element.scrollTop = (line - 4) * 21;
  };
  const open = async (file: File) => {
    if (file.size > BIGGEST_FILE) message.error(t("unread"));
    else write(await file.text());
  };
  return (
    <Drawer
      open
      size={760}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      title={t("title", { name: pool.name })}
      onClose={onClose}
      footer={
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Popconfirm title={t("sure")} description={t("sureText")} okText={t("publish")} cancelText={t("cancel")} onConfirm={check} styles={{ root: { maxWidth: 360 } }}>
            <Button type="primary" loading={publish.isPending} disabled={!text.trim()} data-testid="check-publish">
              {t("publish")}
            </Button>
          </Popconfirm>
        </div>
      }
    >
      <p className="soft" style={{ marginBottom: 12 }}>{t("intro")}</p>
      <div className="row wrap" style={{ marginBottom: 8 }}>
        <Upload
          accept=".yaml,.yml,.json,.txt"
          showUploadList={false}
          beforeUpload={(file) => {
            void open(file);
            return false;
          }}
        >
          <Button size="small">{t("file")}</Button>
        </Upload>
        {current && (
          <Button size="small" onClick={() => write(writeDocument(current))}>
            {t("current")}
          </Button>
        )}
        <Button size="small" onClick={() => write(pick(EXAMPLE, locale))}>
          {t("example")}
        </Button>
      </div>
      <Input.TextArea
        ref={area}
        className="code-area"
        aria-label={t("document")}
        value={text}
        onChange={(event) => write(event.target.value)}
        autoSize={{ minRows: 14, maxRows: 24 }}
        spellCheck={false}
        wrap="off"
        data-testid="policy-text"
      />
      {faults.length > 0 && <Faults faults={faults} document={readDocument(text).document} onGo={goTo} />}
      {publish.isError && !faults.length && <Alert type="error" showIcon title={problem(publish.error)} style={{ margin: "12px 0" }} />}
      <HowTo />
      <Form layout="vertical">
        <Form.Item label={t("note")} extra={t("noteHint")}>
          <Input value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} />
        </Form.Item>
        <Form.Item label={t("grace")} extra={t("graceHint")}>
          <DatePicker value={grace} onChange={setGrace} disabledDate={(day) => day.isBefore(new Date(), "day")} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
