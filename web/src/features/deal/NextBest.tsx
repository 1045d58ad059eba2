/** The panel of a pool that deals: the one customer that is kept for the reader, or the button that asks for one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Skeleton } from "antd";

import { api, ok, type MyPool } from "../../api";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { ErrorState } from "../../shared/States";
import { nextBestQuery, refreshOffers } from "./api";
import { OfferCard } from "./OfferCard";
import { Ticking } from "./Ticking";
import { WORDS } from "./words";
import "./deal.css";

export function NextBest({ pool }: { pool: MyPool }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const standing = useQuery(nextBestQuery(pool.id));
  const ask = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/pools/{pool_id}/offers", { params: { path: { pool_id: pool.id } }, body: {} })),
    onSettled: () => client.invalidateQueries({ queryKey: ["offers", pool.id] }),
  });
  if (standing.isError) return <ErrorState error={standing.error} retry={() => void standing.refetch()} />;
  if (!standing.data) return <Skeleton active style={{ padding: 20 }} paragraph={{ rows: 2 }} />;
  const { offer, wait_until: wait, waiting, offered } = standing.data;
  const waits = wait !== null;
  const lapsed = () => {
    message.warning(t("ranOut"), 6);
    void refreshOffers(client, pool.id);
  };
  return (
    <div className="deal" data-testid="next-best">
      <p className="how">{t("nextHow")}</p>
      {offer ? (
        <OfferCard key={offer.id} offer={offer} standing={standing.data} onLapsed={lapsed} onDone={() => refreshOffers(client, pool.id)} />
      ) : (
        <div className="row wrap" style={{ gap: 14 }}>
          {pool.rights.claim ? (
            <Button type="primary" size="large" loading={ask.isPending} disabled={waits} onClick={() => ask.mutate()} data-testid="ask-next">
              {t("askNext")}
            </Button>
          ) : (
            <span className="soft">{t("cannot")}</span>
          )}
          {waits ? (
            <span className="soft">
              {t("waitFor")} <Ticking until={wait} onEnd={() => void standing.refetch()} />
            </span>
          ) : (
            <span className="soft num">{t("waiting", { n: waiting, offered })}</span>
          )}
        </div>
      )}
      {ask.isError && !offer && <Alert type="warning" showIcon title={problem(ask.error)} style={{ marginTop: 12 }} data-testid="deal-refused" />}
    </div>
  );
}
