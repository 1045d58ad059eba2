/** One request with what both sides know: who asks what, the facts, what was said, and the answer. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Drawer, Input, InputNumber, Skeleton } from "antd";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";

import { api, ok, type FollowUpLine, type RequestDetail } from "../../api";
import { useWords } from "../../shared/i18n";
import { KINDS as FOLLOW_UP_KINDS, useNames } from "../../shared/names";
import { useProblemText } from "../../shared/problems";
import { usePhone } from "../../shared/screen";
import { dateTime } from "../../shared/time";
import { WhyBody } from "../../shared/WhyCard";
import { WORDS as ACTIVITY } from "../activities/words";
import { requestQuery } from "./api";
import { DecideButtons, WithdrawButton } from "./buttons";
import { Clock, KindPill, State, useDecider, useWhat } from "./columns";
import { WORDS } from "./words";

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section style={{ marginTop: 22 }}>
      <h3 style={{ fontSize: 14, marginBottom: 8 }}>{title}</h3>
      {children}
    </section>
  );
}

function Said({ who, at, children }: { who: string; at?: string; children: ReactNode }) {
  return (
    <div style={{ padding: "8px 0", borderBottom: "1px solid var(--line)" }}>
      <div className="row between small">
        <b>{who}</b>
        {at && <span className="muted">{dateTime(at)}</span>}
      </div>
      <div className="tl-note">{children}</div>
    </div>
  );
}

function FollowUps({ lines }: { lines: FollowUpLine[] }) {
  const t = useWords(WORDS);
  const a = useWords(ACTIVITY);
  const name = useNames();
  if (!lines.length) return <p className="muted">{t("noFollowUps")}</p>;
  return (
    <>
      {lines.map((line) => (
        <Said key={line.id} who={`${line.author?.name ?? ""} · ${name(FOLLOW_UP_KINDS, line.kind)}`} at={line.at}>
          {line.note_hidden ? <span className="muted">{a("noteHidden")}</span> : line.note}
        </Said>
      ))}
    </>
  );
}

function Thread({ request }: { request: RequestDetail }) {
  const t = useWords(WORDS);
  const client = useQueryClient();
  const problem = useProblemText();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/requests/{request_id}/comments", { params: { path: { request_id: request.id } }, body: { text: text.trim() } })),
    onSuccess: (saved) => {
      setText("");
      client.setQueryData(requestQuery(request.id).queryKey, saved);
    },
  });
  return (
    <>
      {request.thread.map((each) => (
        <Said key={each.id} who={each.author.name} at={each.at}>
          {each.text}
        </Said>
      ))}
      {send.isError && <Alert type="error" showIcon title={problem(send.error)} style={{ marginTop: 8 }} />}
      <div className="row" style={{ marginTop: 10, alignItems: "flex-end" }}>
        <Input.TextArea
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t("say")}
          aria-label={t("thread")}
          autoSize={{ minRows: 1, maxRows: 5 }}
          maxLength={1000}
        />
        <Button onClick={() => send.mutate()} disabled={!text.trim()} loading={send.isPending}>
          {t("send")}
        </Button>
      </div>
    </>
  );
}

const FACTS: Partial<Record<RequestDetail["kind"], "factsAppeal" | "factsClaim">> = { appeal: "factsAppeal", claim: "factsClaim" };

function Facts({ request }: { request: RequestDetail }) {
  const t = useWords(WORDS);
  if (!request.why) return null;
  return (
    <>
      <Part title={t(FACTS[request.kind] ?? "factsNow")}>
        <WhyBody why={request.why} />
      </Part>
      {request.kind !== "reverify" && request.kind !== "transfer" && (
        <Part title={t(request.kind === "claim" ? "followUpsLast" : "followUps")}>
          <FollowUps lines={request.follow_ups} />
        </Part>
      )}
    </>
  );
}

function Decide({ request, onDone }: { request: RequestDetail; onDone: () => void }) {
  const t = useWords(WORDS);
  const [days, setDays] = useState<number | null>(null);
  if (request.can.includes("withdraw")) return <WithdrawButton request={request} />;
  if (!request.can.includes("accept")) return null;
  return (
    <div className="row wrap" style={{ justifyContent: "flex-end" }}>
      {request.kind === "extension" && (
        <label className="row small">
          <span className="muted">{t("days")}</span>
          <InputNumber min={1} max={1000} value={days ?? request.days} onChange={setDays} style={{ width: 76 }} />
        </label>
      )}
      <DecideButtons request={request} days={days ?? undefined} onDecided={onDone} />
    </div>
  );
}

function Body({ request }: { request: RequestDetail }) {
  const t = useWords(WORDS);
  const what = useWhat();
  const decider = useDecider();
  const asker = request.asked_by;
  return (
    <>
      <div className="row wrap">
        <KindPill kind={request.kind} />
        <State request={request} />
        {request.countdown && <Clock request={request} />}
      </div>
      <Part title={asker ? t("asksThis", { name: asker.name }) : t("ruleAsks")}>
        <p style={{ fontWeight: 600 }}>{what(request)}</p>
        {request.note && <p className="tl-note">{request.note}</p>}
        <p className="small muted" style={{ marginTop: 6 }}>
          {dateTime(request.asked_at)} → {decider(request)}
        </p>
      </Part>
      {request.answer && request.decided_by && (
        <Part title={t("answerSaid", { name: request.decided_by.name })}>
          <p className="tl-note">{request.answer}</p>
        </Part>
      )}
      <Facts request={request} />
      <Part title={t("thread")}>
        <Thread request={request} />
      </Part>
    </>
  );
}

export default function RequestDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords(WORDS);
  const phone = usePhone();
  const problem = useProblemText();
  const query = useQuery(requestQuery(id));
  const request = query.data;
  return (
    <Drawer
      open
      size={phone ? "100%" : 520}
      title={request?.subject ?? " "}
      onClose={onClose}
      extra={request?.customer && <Link to={`/customers/${request.customer.id}`}>{t("openCustomer")}</Link>}
      footer={request && request.can.length > 1 ? <Decide key={request.id} request={request} onDone={onClose} /> : null}
      data-testid="request"
    >
      {query.isError && <Alert type="warning" showIcon title={problem(query.error)} />}
      {query.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {request && <Body request={request} />}
    </Drawer>
  );
}
