/** One request to decide as a line: for boxes beside other things, such as the home page's. */
import { App } from "antd";

import type { Request } from "../../api";
import { useWords } from "../../shared/i18n";
import { DecideButtons } from "./requestButtons";
import { RequestCard } from "./requestColumns";
import { REQUEST_WORDS } from "./requestWords";

export function RequestLine({ request }: { request: Request }) {
  const r = useWords(REQUEST_WORDS);
  const { message } = App.useApp();
  const accepted = () => message.success(r("acceptedNow", { customer: request.customer.name }));
  return <RequestCard request={request} box="to_decide" buttons={<DecideButtons request={request} onAccepted={accepted} />} />;
}
