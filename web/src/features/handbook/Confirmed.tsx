/** Confirming the edition that one has read; for admins, who has and who hasn't. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Skeleton } from "antd";

import type { Handbook } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { dateTime } from "../../shared/time";
import { confirmReading, HANDBOOKS, useWhoConfirmed } from "./api";
import { WORDS } from "./words";

/** Above the sentences: that one is asked to confirm below, or when one did. */
export function Asked({ book }: { book: Handbook }) {
  const t = useWords(WORDS);
  if (book.acknowledged_at) return <p className="soft small no-print">{t("confirmedAt", { when: dateTime(book.acknowledged_at) })}</p>;
  if (!book.must_acknowledge) return null;
  return <Alert className="no-print" type="warning" showIcon title={t("toConfirm")} description={t("toConfirmText")} />;
}

/** Below the sentences, where one has read them. */
export function Confirm({ book }: { book: Handbook }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const confirm = useMutation({
    mutationFn: () => confirmReading(book.pool.id, book.edition),
    onSuccess: () => void message.success(t("confirmed")),
    onError: (error) => void message.error(problem(error), 6),
    onSettled: () => client.invalidateQueries({ queryKey: HANDBOOKS }),
  });
  if (!book.must_acknowledge) return null;
  return (
    <div className="no-print">
      <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate()} data-testid="confirm-handbook">
        {t("confirm")}
      </Button>
    </div>
  );
}

export function WhoConfirmed({ poolId }: { poolId: string }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const { data, error } = useWhoConfirmed(poolId, true);
  return (
    <section className="panel no-print">
      <header>
        <h2>{t("who")}</h2>
        {data && <span className="muted small">{t("whoSub", { n: data.confirmed, all: data.items.length })}</span>}
      </header>
      <div className="body">
        {error ? <Alert type="error" showIcon title={problem(error)} /> : !data ? <Skeleton active title={false} /> : !data.items.length ? t("nobody") : null}
        {data?.items.map((item) => (
          <div className="row between confirmed-line" key={item.person.id}>
            <span className="clip">
              {item.person.name} <span className="muted small">{item.department?.name}</span>
            </span>
            {item.acknowledged_at ? <span className="muted small nowrap">{dateTime(item.acknowledged_at)}</span> : <span className="pill sand">{t("notYet")}</span>}
          </div>
        ))}
      </div>
    </section>
  );
}
