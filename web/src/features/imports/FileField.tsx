/** Takes one file, dropped or chosen, and says at once when it can't be taken. */
import { FileTextOutlined, InboxOutlined } from "@ant-design/icons";
import { App, Upload } from "antd";

import { useWords } from "../../shared/i18n";
import { ENDINGS, LARGEST } from "./api";
import { WORDS } from "./words";

type Props = { value?: File; onChange?: (file: File) => void; id?: string };

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Looks at a chosen file's size and ending; says what is wrong and answers false. */
export function useFileCheck(): (file: File) => boolean {
  const t = useWords(WORDS);
  const { message } = App.useApp();
  return (file) => {
    const fault = file.size > LARGEST ? "tooLarge" : ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending)) ? null : "badKind";
    if (fault) message.error(t(fault), 6);
    return !fault;
  };
}

export function FileField({ value, onChange, id }: Props) {
  const t = useWords(WORDS);
  const fits = useFileCheck();
  return (
    <Upload.Dragger
      id={id}
      accept={ENDINGS.join(",")}
      showUploadList={false}
      beforeUpload={(file) => {
        if (fits(file)) onChange?.(file);
        return false;
      }}
    >
      <p style={{ fontSize: 30, color: "var(--sea)", lineHeight: 1.3 }}>{value ? <FileTextOutlined /> : <InboxOutlined />}</p>
      <p style={{ fontWeight: 600, overflowWrap: "anywhere" }} data-testid="file">
        {value ? `${value.name} · ${sizeText(value.size)}` : t("drop")}
      </p>
      <p className="small muted" style={{ marginTop: 4 }}>{value ? t("change") : t("dropHint")}</p>
    </Upload.Dragger>
  );
}
