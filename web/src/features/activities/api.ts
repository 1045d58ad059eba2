/** Logs a follow-up and reads again what it moved: the countdown, the timeline, what is left to contact. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { api, ok, type FollowUp } from "../../api";
import { useWords } from "../../shared/i18n";
import { ME } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { whyNotWord, WORDS } from "./words";

export type FollowUpInput = { kind: FollowUp["kind"]; note: string; outcome?: string; at?: string; next_at?: string };

export function useLogFollowUp(customerId: string, onDone?: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const t = useWords(WORDS);
  const problem = useProblemText();
  return useMutation({
    mutationFn: (body: FollowUpInput) =>
      ok(api.POST("/api/v1/customers/{customer_id}/follow-ups", { params: { path: { customer_id: customerId } }, body })),
    onSuccess: (followUp) => {
      if (followUp.qualifies) message.success(t("counted"));
      else message.info(t("notCounted", { why: t(whyNotWord(followUp.why_not)) }), 5);
      for (const queryKey of [["customer", customerId], ["customers"], ME]) void client.invalidateQueries({ queryKey });
      onDone?.();
    },
    onError: (error) => void message.error(problem(error), 6),
  });
}
