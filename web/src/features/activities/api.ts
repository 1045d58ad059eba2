/** Logs a follow-up and reads again what it moved: the countdown, the timeline, what is left to contact. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { api, ok, type FollowUp } from "../../api";
import { useWords } from "../../shared/i18n";
import { ME } from "../../shared/me";
import { useProblemText } from "../../shared/problems";
import { WORDS as TASKS } from "../tasks/words";
import { whyNotWord, WORDS } from "./words";

export type FollowUpInput = { kind: FollowUp["kind"]; note: string; outcome?: string; at?: string; next_at?: string };

export function useLogFollowUp(customerId: string, onDone?: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const t = useWords(WORDS);
  const k = useWords(TASKS);
  const problem = useProblemText();
  return useMutation({
    mutationFn: (body: FollowUpInput) =>
      ok(api.POST("/api/v1/customers/{customer_id}/follow-ups", { params: { path: { customer_id: customerId } }, body })),
    onSuccess: (followUp) => {
      if (followUp.qualifies) message.success(t("counted"));
      else message.info(t("notCounted", { why: t(whyNotWord(followUp.why_not)) }), 5);
      const done = followUp.tasks.filter((task) => !task.why_open);
      for (const task of done) message.success(k("doneBy", { title: task.title }), 5);
      for (const task of followUp.tasks) if (task.why_open) message.info(k("stillOpen", { title: task.title, why: k(task.why_open) }), 6);
      for (const queryKey of [["customer", customerId], ["customers"], ME]) void client.invalidateQueries({ queryKey });
      onDone?.();
    },
    onError: (error) => void message.error(problem(error), 6),
  });
}
