/** The customer's deals: open, win, lose; a deal that an earlier owner left is adopted first. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Skeleton, Tooltip } from "antd";
import { useState } from "react";

import { api, ok, type Customer, type Deal } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { useProblemText } from "../../shared/problems";
import { day } from "../../shared/time";
import { money } from "../customers/fields";
import { DealDialog, LoseDialog } from "./DealDialog";
import { WORDS } from "./words";

type Editing = { kind: "form"; deal: Deal | null } | { kind: "lose"; deal: Deal } | null;
const TONES = { open: "pill sea", won: "pill sea", lost: "pill" } as const;

export function DealsBox({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [editing, setEditing] = useState<Editing>(null);
  const params = { path: { customer_id: customer.id } };
  const deals = useQuery({
    queryKey: ["customer", customer.id, "deals"],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}/deals", { params })),
  });
  const refresh = () => void client.invalidateQueries({ queryKey: ["customer", customer.id] });
  const act = useMutation({
    mutationFn: ({ deal, verb }: { deal: Deal; verb: "win" | "adopt" }) => {
      const path = { customer_id: customer.id, deal_id: deal.id };
      return verb === "adopt"
        ? ok(api.POST("/api/v1/customers/{customer_id}/deals/{deal_id}/adopt", { params: { path } }))
        : ok(api.PATCH("/api/v1/customers/{customer_id}/deals/{deal_id}", { params: { path }, body: { state: "won" } }));
    },
    onSuccess: refresh,
    onError: (error) => void message.error(problem(error)),
  });
  const may = customer.allowed.includes("deal");
  const items = deals.data?.items ?? [];
  return (
    <section className="panel">
      <header>
        <h2>{t("deals")}</h2>
        {may && <Button className="acts" type="text" size="small" icon={<PlusOutlined />} onClick={() => setEditing({ kind: "form", deal: null })} aria-label={t("add")} />}
      </header>
      <div className="body">
        {deals.isPending && <Skeleton active title={false} paragraph={{ rows: 2 }} />}
        {deals.isError && <span className="muted">{problem(deals.error)}</span>}
        {deals.isSuccess && !items.length && <span className="muted">{t("none")}</span>}
        {items.map((deal) => {
          const left = deal.state === "open" && !deal.adopted;
          return (
            <div key={deal.id} style={{ padding: "6px 0" }}>
              <div className="row between">
                <b className="clip" title={deal.name}>{deal.name}</b>
                <span className={TONES[deal.state]}>{t(deal.state)}</span>
              </div>
              <div className="small muted num">
                {deal.amount && money(deal.amount, locale)}
                {deal.amount && deal.expected_date && " · "}
                {deal.expected_date && day(deal.expected_date)}
                {deal.state === "lost" && deal.lost_reason && ` · ${deal.lost_reason}`}
              </div>
              {may && deal.state === "open" && (
                <div className="row" style={{ gap: 4, marginLeft: -7 }}>
                  {left ? (
                    <Tooltip title={t("adoptTip")}>
                      <Button type="link" size="small" onClick={() => act.mutate({ deal, verb: "adopt" })}>
                        {t("adopt")}
                      </Button>
                    </Tooltip>
                  ) : (
                    <>
                      <Popconfirm title={t("winAsk")} onConfirm={() => act.mutate({ deal, verb: "win" })}>
                        <Button type="link" size="small">
                          {t("win")}
                        </Button>
                      </Popconfirm>
                      <Button type="link" size="small" onClick={() => setEditing({ kind: "lose", deal })}>
                        {t("lose")}
                      </Button>
                      <Button type="link" size="small" onClick={() => setEditing({ kind: "form", deal })}>
                        {t("edit")}
                      </Button>
                    </>
                  )}
                </div>
              )}
            </div>
          );
        })}
      </div>
      {editing?.kind === "form" && <DealDialog customerId={customer.id} deal={editing.deal} onClose={() => setEditing(null)} onDone={refresh} />}
      {editing?.kind === "lose" && <LoseDialog customerId={customer.id} deal={editing.deal} onClose={() => setEditing(null)} onDone={refresh} />}
    </section>
  );
}
