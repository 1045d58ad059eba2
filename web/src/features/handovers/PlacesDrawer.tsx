/** Every customer that one receiver would get. */
import { Drawer } from "antd";
import { Link } from "react-router";

import { api, ok, type HandOverIn, type HandOverPlace } from "../../api";
import { DataList, type Column } from "../../shared/DataList";
import { useWords } from "../../shared/i18n";
import { usePages } from "../../shared/pages";
import { EmptyState } from "../../shared/States";
import type { Receiver } from "./ReceiverList";
import { WORDS } from "./words";

type Props = { personId: string; body: HandOverIn; receiver: Receiver; onClose: () => void };

export default function PlacesDrawer({ personId, body, receiver, onClose }: Props) {
  const t = useWords(WORDS);
  const who = receiver.person?.name ?? receiver.pool?.name ?? "";
  const query = receiver.person ? { to_person: receiver.person.id } : { to_pool: receiver.pool?.id };
  const pages = usePages<HandOverPlace>(["hand-overs", "places", personId, body, query], (after) =>
    ok(api.POST("/api/v1/people/{person_id}/hand-over/preview/customers", { params: { path: { person_id: personId }, query: { ...query, limit: 50, after } }, body })),
  );
  const link = (place: HandOverPlace) => (
    <Link to={`/customers/${place.customer.id}`} className="clip title" title={place.customer.name}>
      {place.customer.name}
    </Link>
  );
  const notes = (place: HandOverPlace) => (
    <span className="row" style={{ gap: 4 }}>
      {body.how === "by_condition" && <span className="pill">{t("row", { n: place.row + 1 })}</span>}
      {place.over_cap && <span className="pill sand">{t("beyond")}</span>}
    </span>
  );
  const columns: Column<HandOverPlace>[] = [
    { key: "customer", title: t("customer"), width: 260, render: link },
    { key: "notes", title: "", width: 160, render: notes },
  ];
  const card = (place: HandOverPlace) => (
    <div className="card">
      {link(place)}
      {notes(place)}
    </div>
  );
  return (
    <Drawer open size={520} styles={{ wrapper: { maxWidth: "100vw" } }} title={t("seeTitle", { who })} onClose={onClose}>
      <DataList columns={columns} pages={pages} rowKey={(place) => place.customer.id} card={card} empty={<EmptyState title={t("nothing", { name: who })} text="" />} />
    </Drawer>
  );
}
