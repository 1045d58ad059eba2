/** A dealt customer with its masked facts, how long it is kept, and the two answers with what they cost. */
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Modal, Radio } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, ok, type NextBest, type Offer } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { daysSince } from "../../shared/time";
import { Tags } from "../customers/Name";
import { RowPhones } from "../reveals/RevealButton";
import { Ticking } from "./Ticking";
import { WORDS } from "./words";

const REASONS = ["not_my_field", "no_time", "bad_data", "other"] as const;
type Reason = (typeof REASONS)[number];
type Props = { offer: Offer; standing: NextBest; onLapsed: () => void; onDone: () => Promise<void> };

/** What declining costs, in one sentence. */
function useCost(): (offer: Offer, standing: NextBest) => string {
  const t = useWords(WORDS);
  return ({ cost }, { decline_wait_minutes: minutes }) => {
    const parts = [cost > 0 && t("costQuota", { n: cost }), minutes > 0 && t("costWait", { n: minutes })].filter(Boolean);
    return parts.length ? parts.join(t("costAnd")) + t("costLapse") : t("costNone");
  };
}

export function OfferCard({ offer, standing, onLapsed, onDone }: Props) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  const cost = useCost()(offer, standing);
  const { message } = App.useApp();
  const now = useNow();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<Reason>();
  const customer = offer.customer;
  const params = { path: { offer_id: offer.id } };
  const accept = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/offers/{offer_id}/accept", { params, body: {} })),
    onSuccess: ({ outcome }) => message.success(t(outcome === "asked" ? "askedFor" : "accepted", { name: customer.name }), 5),
    onSettled: onDone,
  });
  const decline = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/offers/{offer_id}/decline", { params, body: { reason } })),
    onSuccess: () => message.info(t("declined")),
    onSettled: () => {
      setAsking(false);
      return onDone();
    },
  });
  const days = customer.entered_pool_at ? daysSince(customer.entered_pool_at, now) : 0;
  const facts = [customer.level, customer.source, customer.industry, customer.region].filter(Boolean);
  const failed = accept.error ?? decline.error;
  return (
    <article className="offer" data-testid="offer">
      <header className="row between wrap">
        <Link to={`/customers/${customer.id}`} className="name">
          {customer.name}
        </Link>
        <span className="soft">
          {t("reserved")} <Ticking until={offer.expires_at} onEnd={onLapsed} />
        </span>
      </header>
      <div className="facts">
        <span className="pill sea">{days ? t("days", { n: days }) : t("today")}</span>
        <span className="pill sand">{customer.fresh ? t("fresh") : t("recycled", { n: customer.recycle_count })}</span>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <RowPhones row={customer} />
        {customer.tags.length > 0 && <Tags tags={customer.tags} />}
      </div>
      {failed && <Alert type="warning" showIcon title={problem(failed)} style={{ marginBottom: 12 }} />}
      <div className="row wrap">
        <Button type="primary" size="large" loading={accept.isPending} onClick={() => accept.mutate()} data-testid="accept-offer">
          {t("accept")}
        </Button>
        <Button size="large" disabled={accept.isPending} onClick={() => setAsking(true)} data-testid="decline-offer">
          {t("decline")}
        </Button>
        <span className="small muted">{cost}</span>
      </div>
      <Modal
        open={asking}
        width={420}
        title={t("declineTitle")}
        okText={t("declineSure")}
        cancelText={t("keep")}
        confirmLoading={decline.isPending}
        onOk={() => decline.mutate()}
        onCancel={() => setAsking(false)}
      >
        <p className="soft" style={{ margin: "4px 0 14px" }}>{cost}</p>
        <p style={{ marginBottom: 8 }}>{t("declineWhy")}</p>
        <Radio.Group
          value={reason}
          onChange={(event) => setReason(event.target.value as Reason)}
          className="reason-list"
          options={REASONS.map((value) => ({ value, label: t(value) }))}
        />
      </Modal>
    </article>
  );
}
