/** Undoes a sweep, a cleaning, an import or a hand-over, after saying what that means. */
import { UndoOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { useState } from "react";

import { api, ok, type Undo } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { WORDS } from "./words";

export type What = "sweep" | "cleaning" | "import" | "handover";

function ask(what: What, id: string): Promise<Undo> {
  if (what === "import") return ok(api.POST("/api/v1/imports/{import_id}/undo", { params: { path: { import_id: id } } }));
  if (what === "handover") return ok(api.POST("/api/v1/hand-overs/{hand_over_id}/undo", { params: { path: { hand_over_id: id } } }));
  if (what === "cleaning") return ok(api.POST("/api/v1/cleaning-runs/{run_id}/undo", { params: { path: { run_id: id } } }));
  return ok(api.POST("/api/v1/recycle-runs/{run_id}/undo", { params: { path: { run_id: id } } }));
}

type Props = { what: What; id: string; canUndo: boolean; undo: Undo | null };

export function UndoButton({ what, id, canUndo, undo }: Props) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const start = useMutation({
    mutationFn: () => ask(what, id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: what === "import" ? ["imports"] : ["runs"] });
      setOpen(false);
    },
  });
  if (!canUndo) return null;
  const word = undo?.state === "failed" ? "goOn" : undo ? "again" : "undo";
  return (
    <>
      <Button icon={<UndoOutlined />} onClick={() => (start.reset(), setOpen(true))} data-testid="undo">
        {t(word)}
      </Button>
      <Modal
        open={open}
        width={480}
        destroyOnHidden
        title={t(`title_${what}`)}
        okText={t(word)}
        cancelText={t("cancel")}
        okButtonProps={{ danger: true }}
        confirmLoading={start.isPending}
        onOk={() => start.mutate()}
        onCancel={() => setOpen(false)}
      >
        <p style={{ lineHeight: 1.75, margin: "4px 0 10px" }}>{t(`text_${what}`)}</p>
        <p className="soft" style={{ lineHeight: 1.75 }}>{t("textKept")}</p>
        {start.isError && <Alert type="error" showIcon title={problem(start.error)} style={{ marginTop: 12 }} />}
      </Modal>
    </>
  );
}
