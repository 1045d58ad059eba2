/** Calls a draw off, after saying what that means. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";

import { api, ok, type Draw } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { refreshDraws } from "./api";
import { WORDS } from "./words";

export function CancelDraw({ draw }: { draw: Pick<Draw, "id"> }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const cancel = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/draws/{draw_id}/cancel", { params: { path: { draw_id: draw.id } }, body: {} })),
    onSuccess: () => message.success(t("cancelled")),
    onError: (error) => message.error(problem(error)),
    onSettled: () => refreshDraws(client),
  });
  return (
    <Popconfirm title={t("cancelDraw")} description={<div style={{ maxWidth: 260 }}>{t("cancelSure")}</div>} okText={t("cancelDraw")} cancelText={t("back")} onConfirm={() => cancel.mutate()}>
      <Button danger loading={cancel.isPending} data-testid="cancel-draw">
        {t("cancelDraw")}
      </Button>
    </Popconfirm>
  );
}
