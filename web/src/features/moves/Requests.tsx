/** Transfers that wait for a yes: those for me to decide, and those that I sent. */
import { Alert, Badge, Tabs } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, ok, type Request } from "../../api";
import { DataList } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { DecideButtons, WithdrawButton } from "./requestButtons";
import { RequestCard, useRequestColumns, type Box } from "./requestColumns";
import { REQUEST_WORDS } from "./requestWords";
import { WORDS } from "./words";

export { RequestLine } from "./RequestLine";

function RequestList({ box, onAccepted }: { box: Box; onAccepted: (request: Request) => void }) {
  const t = useWords(WORDS);
  const pages = usePages<Request>(["requests", box], (after) => ok(api.GET("/api/v1/requests", { params: { query: { box, after } } })), { refetchInterval: 60_000 });
  const buttons = (request: Request) =>
    box === "to_decide" ? <DecideButtons request={request} onAccepted={onAccepted} /> : request.state === "open" && <WithdrawButton request={request} />;
  const columns = useRequestColumns(box, buttons);
  const mine = box === "mine";
  return (
    <DataList
      columns={columns}
      minWidth={1040}
      pages={pages}
      rowKey={(request) => request.id}
      card={(request) => <RequestCard request={request} box={box} buttons={buttons(request)} />}
      empty={<EmptyState title={t(mine ? "nothingMine" : "nothing")} text={t(mine ? "nothingMineText" : "nothingText")} />}
    />
  );
}

export default function Requests() {
  const t = useWords(WORDS);
  const r = useWords(REQUEST_WORDS);
  const me = useMe();
  const [url, setUrl] = useUrlState();
  const [accepted, setAccepted] = useState<Request[]>([]);
  const box: Box = url.box === "mine" ? "mine" : "to_decide";
  return (
    <>
      <div className="page-head">
        <h1>{t("requests")}</h1>
        <span className="sub">{r("sub")}</span>
      </div>
      {accepted.map((request) => (
        <Alert
          key={request.id}
          type="success"
          showIcon
          closable
          style={{ marginBottom: 12 }}
          title={r("acceptedNow", { customer: request.customer.name })}
          action={<Link to={`/customers/${request.customer.id}`}>{r("openIt")}</Link>}
        />
      ))}
      <section className="panel">
        <Tabs
          activeKey={box}
          onChange={(key) => setUrl({ box: key === "mine" ? key : undefined })}
          style={{ padding: "0 16px" }}
          tabBarStyle={{ marginBottom: 0 }}
          items={[
            {
              key: "to_decide",
              label: (
                <span className="row">
                  {t("toDecide")}
                  <Badge count={me.requests_to_decide} size="small" color="#b3402f" />
                </span>
              ),
            },
            { key: "mine", label: t("mine") },
          ]}
        />
        <RequestList key={box} box={box} onAccepted={(request) => setAccepted((before) => [...before, request])} />
      </section>
    </>
  );
}
