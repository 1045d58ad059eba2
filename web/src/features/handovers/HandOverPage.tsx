/** 交接: choose where a person's book goes, look at what would happen, carry it out, see and undo the result. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Result, Steps } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import type { HandOverIn, Person } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { ErrorState } from "../../shared/States";
import { refreshAfterMove } from "../moves/api";
import { getPerson, refreshPeople } from "../people/api";
import { handOver } from "./api";
import { HandOverRecord } from "./HandOverRecord";
import { BLANK, bodyOf, missing, type Plan } from "./plan";
import { PreviewStep } from "./PreviewStep";
import { WayStep } from "./WayStep";
import { WORDS } from "./words";
import "./handovers.css";

type Done = Awaited<ReturnType<typeof handOver>>;

function ResultStep({ person, done, left }: { person: Person; done: Done; left: boolean }) {
  const t = useWords(WORDS);
  const navigate = useNavigate();
  const less = done.previewed === null ? 0 : done.previewed - done.customers;
  const word = !done.hand_over ? "doneLeft" : left ? "doneLeaves" : "done";
  return (
    <div className="col" style={{ gap: 16 }}>
      <Result
        status="success"
        style={{ padding: "20px 16px 4px" }}
        title={<span data-testid="hand-over-done">{t(word, { n: done.customers, name: person.name })}</span>}
        extra={<Button onClick={() => void navigate("/team")}>{t("again")}</Button>}
      />
      {less !== 0 && <Alert type="info" showIcon title={t(less > 0 ? "changedLess" : "changedMore", { n: Math.abs(less) })} />}
      {done.hand_over && <HandOverRecord id={done.hand_over.id} />}
    </div>
  );
}

function Wizard({ person }: { person: Person }) {
  const t = useWords(WORDS);
  const client = useQueryClient();
  const [search] = useSearchParams();
  const [plan, setPlan] = useState<Plan>({ ...BLANK, deactivate: search.has("leaves") });
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(false);
  const carryOut = useMutation({
    mutationFn: (body: HandOverIn) => handOver(person.id, body),
    onSuccess: () => {
      setStep(2);
      void refreshPeople(client);
      void refreshAfterMove(client);
    },
    // Whoever can't take over any more isn't to be offered again.
    onError: () => void client.invalidateQueries({ queryKey: ["hand-overs", "heirs"] }),
  });
  const next = () => {
    setTried(true);
    if (missing(plan)) return;
    carryOut.reset();
    setStep(1);
  };
  return (
    <div className="col" style={{ gap: 16 }}>
      <Steps size="small" responsive={false} current={step} items={[{ title: t("stepWay") }, { title: t("stepPreview") }, { title: t("stepResult") }]} />
      {step === 0 && <WayStep personId={person.id} plan={plan} onChange={setPlan} tried={tried} onNext={next} />}
      {step === 1 && (
        <PreviewStep person={person} body={bodyOf(plan)} busy={carryOut.isPending} error={carryOut.error} onBack={() => setStep(0)} onDo={carryOut.mutate} />
      )}
      {step === 2 && carryOut.data && <ResultStep person={person} done={carryOut.data} left={plan.deactivate} />}
    </div>
  );
}

export default function HandOverPage() {
  const t = useWords(WORDS);
  const id = useParams().personId ?? "";
  // As it was when the wizard opened: the result still speaks of them.
  const person = useQuery({ queryKey: ["hand-overs", "giver", id], queryFn: () => getPerson(id), staleTime: Infinity, gcTime: 0 });
  return (
    <div style={{ maxWidth: 980 }}>
      <div className="page-head">
        <Link to="/team" aria-label={t("back")} title={t("back")} style={{ lineHeight: "34px" }}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{t("title", { name: person.data?.name ?? "…" })}</h1>
        {person.data && person.data.owned > 0 && <span className="sub">{t("sub", { n: person.data.owned })}</span>}
      </div>
      {person.isError && <ErrorState error={person.error} retry={() => void person.refetch()} />}
      {person.isPending && <section className="panel"><ListSkeleton rows={4} /></section>}
      {person.data && <Wizard person={person.data} />}
    </div>
  );
}
