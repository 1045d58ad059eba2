/** One request to decide as a card: for boxes beside other things, such as the home page's. */
import { useNavigate } from "react-router";

import type { Request } from "../../api";
import { DecideButtons } from "./buttons";
import { RequestCard } from "./columns";

export function RequestLine({ request }: { request: Request }) {
  const navigate = useNavigate();
  return (
    <RequestCard
      request={request}
      box="to_decide"
      onOpen={() => void navigate(`/requests?id=${request.id}`)}
      buttons={<DecideButtons request={request} onDecided={(answer) => answer === "accept" && request.kind === "transfer" && void navigate(`/customers/${request.customer?.id}`)} />}
    />
  );
}
