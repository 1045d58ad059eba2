/** Shows a fresh invitation or reset link once, to be copied and sent. */
import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useRef, useState } from "react";

import type { LinkUrl } from "../../api";
import { useWords } from "../../shared/i18n";
import { dateTime } from "../../shared/time";
import { WORDS } from "./words";

export type GivenLink = { name: string; link: LinkUrl; again?: boolean };

export function LinkDialog({ given, onClose }: { given: GivenLink; onClose: () => void }) {
  const t = useWords(WORDS);
  const { name, link, again } = given;
  const field = useRef<TextAreaRef>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const text = field.current?.resizableTextArea?.textArea;
    text?.select();
    // Without https a browser has no clipboard to write to; the older way still works there.
    if (navigator.clipboard) await navigator.clipboard.writeText(link.url);
    else document.execCommand("copy");
    setCopied(true);
  };
  return (
    <Modal
      open
      width={520}
      mask={{ closable: false }}
      title={t(link.kind === "invitation" ? "linkInvitation" : "linkReset", { name })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t("done")}</Button>}
    >
      <Input.TextArea ref={field} readOnly autoSize value={link.url} onFocus={(event) => event.target.select()} style={{ margin: "8px 0 10px", fontFamily: "ui-monospace, monospace" }} data-testid="link" />
      <Button type="primary" icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()} style={{ marginBottom: 12 }}>
        {t(copied ? "copied" : "copy")}
      </Button>
      <p className="soft small">
        {t("linkHint", { when: dateTime(link.expires_at) })}
        {again ? ` ${t("linkReplaces")}` : ""}
      </p>
    </Modal>
  );
}
