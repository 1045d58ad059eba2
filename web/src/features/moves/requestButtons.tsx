/** Yes, no with a word, or take it back: the three answers to a request. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";

import { api, ok, Problem, type Request } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { refreshAfterMove } from "./api";
import { REQUEST_WORDS } from "./requestWords";
import { WORDS } from "./words";

type Answer = "accept" | "decline" | "withdraw";

function send(answer: Answer, id: string, note: string) {
  const call = { params: { path: { request_id: id } }, body: { note } };
  if (answer === "accept") return ok(api.POST("/api/v1/requests/{request_id}/accept", call));
  if (answer === "decline") return ok(api.POST("/api/v1/requests/{request_id}/decline", call));
  return ok(api.POST("/api/v1/requests/{request_id}/withdraw", call));
}

function useAnswer(request: Request, onDone: (answer: Answer) => void) {
  const r = useWords(REQUEST_WORDS);
  const client = useQueryClient();
  const { message } = App.useApp();
  const problem = useProblemText();
  // Told to the person who accepts, "their book" is one's own, and "changed" means that there is nothing left to accept.
  const text = (error: unknown) => {
    if (!(error instanceof Problem)) return problem(error);
    if (error.code === "over_cap") return r("full", error.data as Record<string, number>);
    return problem(error.code === "changed_meanwhile" ? new Problem(error.status, { code: "request_lapsed" }) : error);
  };
  return useMutation({
    mutationFn: ({ answer, note = "" }: { answer: Answer; note?: string }) => send(answer, request.id, note),
    onSuccess: (_, { answer }) => onDone(answer),
    onError: (error) => message.warning(text(error), 6),
    onSettled: () => refreshAfterMove(client),
  });
}

export function DecideButtons({ request, onAccepted }: { request: Request; onAccepted: (request: Request) => void }) {
  const t = useWords(WORDS);
  const r = useWords(REQUEST_WORDS);
  const { message } = App.useApp();
  const [note, setNote] = useState<string | null>(null);
  const answer = useAnswer(request, (given) => {
    if (given === "accept") onAccepted(request);
    else message.success(r("declinedNow", { name: request.asked_by.name }));
    setNote(null);
  });
  return (
    <>
      <Button onClick={() => setNote("")} disabled={answer.isPending} data-testid="decline">
        {t("decline")}
      </Button>{" "}
      <Button type="primary" loading={answer.isPending && note === null} onClick={() => answer.mutate({ answer: "accept" })} data-testid="accept">
        {t("accept")}
      </Button>
      <Modal
        open={note !== null}
        width={440}
        title={r("declineOf", { customer: request.customer.name })}
        okText={t("decline")}
        cancelText={r("cancel")}
        okButtonProps={{ loading: answer.isPending }}
        onOk={() => answer.mutate({ answer: "decline", note: note?.trim() })}
        onCancel={() => setNote(null)}
      >
        <p className="soft" style={{ margin: "4px 0 8px" }}>{t("declineNote")}</p>
        <Input.TextArea value={note ?? ""} onChange={(event) => setNote(event.target.value)} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} autoFocus />
      </Modal>
    </>
  );
}

export function WithdrawButton({ request }: { request: Request }) {
  const t = useWords(WORDS);
  const r = useWords(REQUEST_WORDS);
  const { message } = App.useApp();
  const answer = useAnswer(request, () => message.success(r("withdrawnNow")));
  return (
    <Popconfirm title={r("withdrawAsk")} okText={t("withdraw")} cancelText={r("cancel")} onConfirm={() => answer.mutateAsync({ answer: "withdraw" }).catch(() => undefined)}>
      <Button size="small" data-testid="withdraw">
        {t("withdraw")}
      </Button>
    </Popconfirm>
  );
}
