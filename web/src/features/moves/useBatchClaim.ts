/** Claims the selected rows of one pool and opens the result by refusal reason. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { api, ok, type CustomerRow, type MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { refreshAfterMove } from "./api";
import { useDialogs } from "./Dialogs";
import { WORDS } from "./words";

export function useBatchClaim() {
  const client = useQueryClient();
  const dialogs = useDialogs();
  const { message } = App.useApp();
  const problem = useProblemText();
  const t = useWords(WORDS);
  return useMutation({
    mutationFn: ({ pool, rows }: { pool: Pick<MyPool, "id">; rows: CustomerRow[] }) =>
      ok(api.POST("/api/v1/pools/{pool_id}/claims", { params: { path: { pool_id: pool.id } }, body: { customer_ids: rows.map((row) => row.id) } })),
    onSuccess: (answer, { rows }) => {
      dialogs.results({ title: t("claim"), answer, names: rows });
      void refreshAfterMove(client);
    },
    onError: (error) => void message.error(problem(error)),
  });
}
