/** What makes a draw checkable: hash, seed, digest, the record to download, and how to check it. */
import { DownloadOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Typography } from "antd";
import { useState } from "react";

import type { DrawDetail } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { recordQuery } from "./api";
import { WORDS } from "./words";

function save(name: string, content: unknown): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export function Check({ draw }: { draw: DrawDetail }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const download = useMutation({
    mutationFn: () => client.fetchQuery(recordQuery(draw.id)),
    onSuccess: (record) => save(`draw-${draw.id}.json`, record),
    onError: (error) => message.error(problem(error)),
  });
  const rows = [
    ["commitment", draw.seed_hash],
    ["seed", draw.seed],
    ["digest", draw.digest],
  ] as const;
  return (
    <>
      <dl className="check" style={{ margin: 0 }}>
        {rows.map(([label, value]) => [
          <dt key={label}>{t(label)}</dt>,
          <dd key={`${label}-value`}>
            {value ? (
              <Typography.Text copyable className="hash">
                {value}
              </Typography.Text>
            ) : (
              <span className="muted">{t("seedLater")}</span>
            )}
          </dd>,
        ])}
      </dl>
      <div className="row wrap" style={{ marginTop: 14 }}>
        {draw.state === "dealt" && (
          <Button icon={<DownloadOutlined />} loading={download.isPending} onClick={() => download.mutate()} data-testid="download-record">
            {t("download")}
          </Button>
        )}
        <Button type="link" icon={<QuestionCircleOutlined />} onClick={() => setOpen(true)} data-testid="how-to-check">
          {t("how")}
        </Button>
      </div>
      <Modal open={open} width={520} title={t("howTitle")} footer={null} onCancel={() => setOpen(false)}>
        <ol className="how-list">
          {(["how1", "how2", "how3", "how4"] as const).map((step) => (
            <li key={step}>{t(step)}</li>
          ))}
        </ol>
      </Modal>
    </>
  );
}
