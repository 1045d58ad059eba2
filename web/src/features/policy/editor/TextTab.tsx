/** The same rules as text, YAML or JSON: what is written here is the draft, what is changed in the matrix is here.
 * A file also holds the pool's settings, which are no part of the draft: they are adopted apart. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Upload, type GetRef } from "antd";
import { useEffect, useRef, useState } from "react";

import { api, ok, type Pool, type PoolInput } from "../../../api";
import { useWords } from "../../../shared/i18n";
import { useProblemText } from "../../../shared/problems";
import { poolQuery } from "../../pools/api";
import { useOverCap } from "../../pools/limits/useOverCap";
import { fileSettings } from "../../pools/settings";
import { readDocument, writeDocument, type LocatedFault } from "../document";
import { EDITOR_WORDS } from "../editorWords";
import { Faults } from "../TextFaults";
import { HowTo } from "../HowTo";
import { TEXT_WORDS } from "../textWords";
import type { PolicyDocument } from "../rules";
import type { Fault } from "../shapes";
import { saveFile } from "../../../shared/files";

type Props = { document: PolicyDocument; faults: Fault[]; pool: Pool; onChange: (document: PolicyDocument) => void };

const BIGGEST_FILE = 1_000_000;

/** The document and, apart from it, the settings that its file may hold. */
function apart(whole: PolicyDocument): { document: PolicyDocument; settings: unknown } {
  const { settings, ...document } = whole;
  return { document, settings };
}

function FileSettings({ pool, settings }: { pool: Pool; settings: unknown }) {
  const t = useWords(EDITOR_WORDS);
  const problem = useProblemText();
  const overCap = useOverCap();
  const client = useQueryClient();
  const { message } = App.useApp();
  const adopt = useMutation({
    mutationFn: (accept: boolean) => {
      const params = { path: { pool_id: pool.id }, header: { "If-Match": `"${pool.version}"` } };
      return ok(api.PATCH("/api/v1/pools/{pool_id}", { params, body: { ...(settings as Partial<PoolInput>), accept_over_cap: accept } }));
    },
    onSuccess: (saved) => {
      client.setQueryData(poolQuery(pool.id).queryKey, saved);
      message.success(t("settingsAdopted"));
    },
    onError: (error) => void (overCap(error, () => adopt.mutate(true)) || message.error(problem(error))),
  });
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 12 }}
      title={t("settingsFound")}
      action={
        <Button size="small" loading={adopt.isPending} onClick={() => adopt.mutate(false)}>
          {t("settingsAdopt")}
        </Button>
      }
    />
  );
}

export default function TextTab({ document, faults, pool, onChange }: Props) {
  const t = useWords(EDITOR_WORDS);
  const p = useWords(TEXT_WORDS);
  const { message } = App.useApp();
  const [text, setText] = useState(() => writeDocument(document));
  const area = useRef<GetRef<typeof Input.TextArea>>(null);
  // What the text said when it was last read: while it still says that, nobody else has changed the document.
  const said = useRef(document);
  useEffect(() => {
    if (document === said.current) return;
    said.current = document;
    setText(writeDocument(document));
  }, [document]);
  const write = (typed: string) => {
    setText(typed);
    const read = readDocument(typed);
    if (!read.document) return;
    const next = apart(read.document).document;
    said.current = next;
    onChange(next);
  };
  const read = readDocument(text);
  const settings = read.document ? apart(read.document).settings : undefined;
  const whole = { ...document, settings: fileSettings(pool) };
  const shown: LocatedFault[] = read.document ? faults.map(read.locate) : read.faults;
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
    if (file.size > BIGGEST_FILE) return void message.error(p("unread"));
    write(await file.text());
    message.success(t("fileRead"));
  };
  return (
    <section className="panel pad">
      <p className="soft" style={{ marginBottom: 12 }}>{t("textIntro")}</p>
      <div className="row wrap" style={{ marginBottom: 8 }}>
        <Upload
          accept=".yaml,.yml,.json,.txt"
          showUploadList={false}
          beforeUpload={(file) => {
            void open(file);
            return false;
          }}
        >
          <Button size="small">{p("file")}</Button>
        </Upload>
        <Button size="small" onClick={() => saveFile(`${pool.name}.yaml`, writeDocument(whole), "text/yaml")}>
          {t("download")}
        </Button>
        <Button size="small" onClick={() => saveFile(`${pool.name}.json`, `${JSON.stringify(whole, null, 2)}\n`, "application/json")}>
          {t("downloadJson")}
        </Button>
      </div>
      {settings !== undefined && <FileSettings pool={pool} settings={settings} />}
      {shown.length > 0 && <Faults faults={shown} document={read.document} onGo={goTo} />}
      <Input.TextArea
        ref={area}
        className="code-area"
        aria-label={p("document")}
        value={text}
        onChange={(event) => write(event.target.value)}
        autoSize={{ minRows: 14, maxRows: 30 }}
        spellCheck={false}
        wrap="off"
        data-testid="policy-text"
      />
      <HowTo />
    </section>
  );
}
