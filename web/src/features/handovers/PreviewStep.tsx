/** Second step: who gets how much and what else happens; carried out from here. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox } from "antd";
import { lazy, Suspense, useState } from "react";

import type { HandOverIn, Person } from "../../api";
import { useWords } from "../../shared/i18n";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useProblemText } from "../../shared/problems";
import { EmptyState } from "../../shared/States";
import { previewQuery } from "./api";
import { ReceiverList, type Receiver } from "./ReceiverList";
import { Whole } from "./Whole";
import { WORDS } from "./words";

const PlacesDrawer = lazy(() => import("./PlacesDrawer"));

type Props = { person: Person; body: HandOverIn; busy: boolean; error: unknown; onBack: () => void; onDo: (body: HandOverIn) => void };

export function PreviewStep({ person, body, busy, error, onBack, onDo }: Props) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const query = useQuery(previewQuery(person.id, body));
  const [seen, setSeen] = useState<Receiver | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const preview = query.data;
  const over = preview?.receivers.reduce((sum, each) => sum + each.over_cap, 0) ?? 0;
  const leaves = body.deactivate;
  const n = preview?.customers ?? 0;
  const word = !leaves ? "doIt" : n ? "doItLeaves" : "doLeave";
  const people = preview?.receivers.some((each) => each.person);
  return (
    <section className="panel pad col" style={{ gap: 16 }}>
      {query.isPending && <ListSkeleton rows={3} />}
      {query.isError && <Alert type="error" showIcon title={problem(query.error)} />}
      {preview && n === 0 && <EmptyState title={t("nothing", { name: person.name })} text={t(leaves ? "nothingLeaves" : "nothingText")} />}
      {preview && <Whole preview={preview} />}
      {preview && n > 0 && (
        <>
          <ReceiverList receivers={preview.receivers} onSee={setSeen} />
          {people && <p className="soft small">{t("clocksNew")}</p>}
          {over > 0 && (
            <Alert
              type="warning"
              showIcon
              title={t("capTitle", { n: over })}
              description={
                <div className="col" style={{ gap: 6 }}>
                  <span>{t("capText")}</span>
                  <Checkbox checked={confirmed} onChange={(event) => setConfirmed(event.target.checked)} data-testid="confirm-cap">
                    {t("capConfirm")}
                  </Checkbox>
                </div>
              }
            />
          )}
        </>
      )}
      {error !== null && <Alert type="error" showIcon title={problem(error)} />}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button onClick={onBack}>{t("before")}</Button>
        {preview && (n > 0 || leaves) && (
          <Button
            type="primary"
            danger={leaves}
            loading={busy}
            disabled={over > 0 && !confirmed}
            onClick={() => onDo({ ...body, confirm_over_cap: confirmed, previewed: n })}
            data-testid="hand-over-do"
          >
            {t(word, { n })}
          </Button>
        )}
      </div>
      {seen && (
        <Suspense fallback={null}>
          <PlacesDrawer personId={person.id} body={body} receiver={seen} onClose={() => setSeen(null)} />
        </Suspense>
      )}
    </section>
  );
}
