/** Yes, no with a word, or take it back: the three answers to a request, in the words of its kind. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";

import { Problem, type Request } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { codeText, useProblemText } from "../../shared/problems";
import { refreshRequests, sendAnswer, type Answer, type Given } from "./api";
import { WORDS } from "./words";

function useAnswer(request: Request, onDone: (answer: Answer) => void) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const problem = useProblemText();
  // Told to the person who accepts, "their book" is one's own.
  const full = (error: unknown) => error instanceof Problem && error.code === "over_cap" && request.kind === "transfer";
  const text = (error: unknown) => {
    if (full(error)) return t("full", (error as Problem).data as Record<string, number>);
    // The rules of a claim are those of whoever asked.
    const theirs = request.kind === "claim" ? request.asked_by : undefined;
    return error instanceof Problem ? codeText(error.code, { ...error.data, theirs }, locale, error.message) : problem(error);
  };
  const given = useMutation({
    mutationFn: (answer: Given) => sendAnswer(request.id, answer),
    onSuccess: (_, { answer }) => onDone(answer),
    onError: (error, answer) => {
      if (!(error instanceof Problem) || error.code !== "over_cap" || request.kind !== "duplicate") return void message.warning(text(error), 6);
      const values = { name: request.asked_by?.name ?? "", ...(error.data as Record<string, number>) };
      modal.confirm({
        title: t("overCap"),
        content: t("overCapAsk", values),
        okText: t("giveAnyway"),
        cancelText: t("cancel"),
        onOk: () => given.mutate({ ...answer, confirm_over_cap: true }),
      });
    },
    onSettled: () => refreshRequests(client),
  });
  return given;
}

type DecideProps = { request: Request; days?: number; onDecided?: (answer: Answer) => void };

/** `days`: another length than an extension asked for. */
export function DecideButtons({ request, days, onDecided }: DecideProps) {
  const t = useWords(WORDS);
  const { message } = App.useApp();
  const [note, setNote] = useState<string | null>(null);
  const { kind, subject } = request;
  const answer = useAnswer(request, (given) => {
    const values = { customer: subject, name: request.asked_by?.name ?? "" };
    message.success(t(given === "accept" ? `done_accept_${kind}` : "done_decline", values), 5);
    setNote(null);
    onDecided?.(given);
  });
  const no = t(`decline_${kind}`);
  return (
    <span className="row" style={{ justifyContent: "flex-end" }} onClick={(event) => event.stopPropagation()}>
      <Button onClick={() => setNote("")} disabled={answer.isPending} data-testid="decline">
        {no}
      </Button>
      <Button type="primary" loading={answer.isPending && note === null} onClick={() => answer.mutate({ answer: "accept", days })} data-testid="accept">
        {t(`accept_${kind}`)}
      </Button>
      <Modal
        open={note !== null}
        width={440}
        title={t("declineTitle", { answer: no, customer: subject })}
        okText={no}
        cancelText={t("cancel")}
        okButtonProps={{ loading: answer.isPending, danger: kind === "reverify" }}
        onOk={() => answer.mutate({ answer: "decline", note: note?.trim() })}
        onCancel={() => setNote(null)}
      >
        <p className="soft" style={{ margin: "4px 0 8px" }}>{t(kind === "reverify" ? "reverifyNote" : "declineNote")}</p>
        <Input.TextArea value={note ?? ""} onChange={(event) => setNote(event.target.value)} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} autoFocus />
      </Modal>
    </span>
  );
}

export function WithdrawButton({ request }: { request: Request }) {
  const t = useWords(WORDS);
  const { message } = App.useApp();
  const answer = useAnswer(request, () => message.success(t("done_withdraw")));
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Popconfirm
        title={t("withdrawAsk")}
        okText={t("withdraw")}
        cancelText={t("cancel")}
        onConfirm={() => answer.mutateAsync({ answer: "withdraw" }).catch(() => undefined)}
      >
        <Button size="small" data-testid="withdraw">
          {t("withdraw")}
        </Button>
      </Popconfirm>
    </span>
  );
}
