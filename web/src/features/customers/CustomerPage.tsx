/** 客户详情: the facts at the left, what happened in the middle, owner, countdown and next steps at the right. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useNavigate, useParams } from "react-router";

import type { Customer } from "../../api";
import { useWords } from "../../shared/i18n";
import { usePhone } from "../../shared/screen";
import { ErrorState } from "../../shared/States";
import { FollowUpForm } from "../activities/FollowUpForm";
import { Timeline } from "../activities/Timeline";
import { WORDS as ACTIVITY } from "../activities/words";
import { DealsBox } from "../deals/DealsBox";
import { RevealButton } from "../reveals/RevealButton";
import { inClear, useReveal } from "../reveals/useReveal";
import { CustomerTasks } from "../tasks/CustomerTasks";
import { customerQuery } from "./api";
import { ArchivedBecause } from "./ArchivedBecause";
import { CollaboratorsBox } from "./CollaboratorsBox";
import { ContactsBox } from "./ContactsBox";
import { FactsBox } from "./FactsBox";
import { CustomerMoves } from "./CustomerMoves";
import { OwnerBox } from "./OwnerBox";
import { CallButton } from "./Phones";
import { WORDS } from "./words";

export default function CustomerPage() {
  const id = useParams().customerId ?? "";
  const query = useQuery(customerQuery(id));
  if (query.isError && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) {
    return (
      <section className="panel pad">
        <Skeleton active paragraph={{ rows: 12 }} />
      </section>
    );
  }
  return <Loaded found={query.data} />;
}

function Loaded({ found }: { found: Customer }) {
  const a = useWords(ACTIVITY);
  const t = useWords(WORDS);
  const phone = usePhone();
  const navigate = useNavigate();
  const { revealed } = useReveal(found);
  const customer = inClear(found, revealed);
  const id = customer.id;
  const may = (move: string) => customer.allowed.includes(move);
  return (
    <>
      <div className="page-head">
        <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t("back")} onClick={() => void navigate(-1)} />
        <h1 style={{ overflowWrap: "anywhere" }}>{customer.name}</h1>
        {(customer.shared || customer.level || customer.stage || customer.recycle_count > 0) && (
          <span className="row wrap" style={{ minHeight: 34 }}>
            {customer.shared && <span className="pill sea">{t("sharedPill")}</span>}
            {customer.level && <span className="pill sea">{customer.level}</span>}
            {customer.stage && <span className="pill">{customer.stage}</span>}
            {customer.recycle_count > 0 && <span className="pill sand">{t("recycledTimes", { n: customer.recycle_count })}</span>}
          </span>
        )}
        <div className="acts">
          <RevealButton customer={customer} />
          {phone && <CallButton phones={customer.phones} />}
          <CustomerMoves customer={customer} />
        </div>
      </div>
      {customer.state === "archived" && <ArchivedBecause customer={customer} />}
      <div className="customer">
        <div className="col aside" style={{ order: phone ? 0 : 3 }}>
          <OwnerBox customer={customer} />
          <CustomerTasks customer={customer} />
          {!phone && <CollaboratorsBox customer={customer} />}
          {!phone && <DealsBox customer={customer} />}
          {!phone && <ContactsBox customer={customer} />}
        </div>
        <div className="col middle" style={{ order: phone ? 1 : 2 }}>
          {may("follow_up") && (
            <section className="panel pad">
              {customer.state === "pooled" && <p className="small muted" style={{ margin: "0 0 10px" }}>{a("unclaimedHint")}</p>}
              <FollowUpForm customerId={id} />
            </section>
          )}
          <section className="panel">
            <header>
              <h2>{a("timeline")}</h2>
            </header>
            <div className="body">
              <Timeline customer={customer} mayVoid={may("void_follow_up")} />
            </div>
          </section>
        </div>
        <div className="col facts" style={{ order: phone ? 2 : 1 }}>
          {phone && <DealsBox customer={customer} />}
          {phone && <CollaboratorsBox customer={customer} />}
          {phone && <ContactsBox customer={customer} />}
          <FactsBox customer={customer} />
        </div>
      </div>
    </>
  );
}
