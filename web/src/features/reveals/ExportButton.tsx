/** "Export what I see": the list on the screen as a file, with the same masks; a refusal is said in words. */
import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";

import { saveFile } from "../../shared/files";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { WORDS } from "./words";

export function ExportButton({ read }: { read: () => Promise<Blob> }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const { message } = App.useApp();
  const exporting = useMutation({
    mutationFn: read,
    onSuccess: (file) => saveFile(t("file"), file),
    onError: (error) => void message.error(problem(error), 6),
  });
  return (
    <Button className="desk" type="text" icon={<DownloadOutlined />} loading={exporting.isPending} onClick={() => exporting.mutate()} title={t("exportSeen")} aria-label={t("exportSeen")} data-testid="export" />
  );
}
