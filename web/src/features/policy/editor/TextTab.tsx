/** The same rules as text, YAML or JSON: what is written here is the draft, what is changed in the matrix is here. */
import { App, Button, Input, Upload, type GetRef } from "antd";
import { useEffect, useRef, useState } from "react";

import { useWords } from "../../../shared/i18n";
import { readDocument, writeDocument, type LocatedFault } from "../document";
import { EDITOR_WORDS } from "../editorWords";
import { Faults } from "../TextFaults";
import { HowTo } from "../HowTo";
import { TEXT_WORDS } from "../textWords";
import type { PolicyDocument } from "../rules";
import type { Fault } from "../shapes";
import { saveFile } from "./files";

type Props = { document: PolicyDocument; faults: Fault[]; readOnly?: boolean; fileName: string; onChange: (document: PolicyDocument) => void };

const BIGGEST_FILE = 1_000_000;

export default function TextTab({ document, faults, readOnly, fileName, onChange }: Props) {
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
  const write = (next: string) => {
    setText(next);
    const read = readDocument(next);
    if (!read.document) return;
    said.current = read.document;
    onChange(read.document);
  };
  const read = readDocument(text);
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
        {!readOnly && (
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
        )}
        <Button size="small" onClick={() => saveFile(`${fileName}.yaml`, text, "text/yaml")}>
          {t("download")}
        </Button>
        <Button size="small" onClick={() => saveFile(`${fileName}.json`, `${JSON.stringify(document, null, 2)}\n`, "application/json")}>
          {t("downloadJson")}
        </Button>
      </div>
      {shown.length > 0 && <Faults faults={shown} document={read.document} onGo={goTo} />}
      <Input.TextArea
        ref={area}
        className="code-area"
        aria-label={p("document")}
        value={text}
        readOnly={readOnly}
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
