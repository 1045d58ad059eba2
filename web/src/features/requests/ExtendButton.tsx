/** Asking for more time with one's own customer; what waits already is shown instead. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";

import type { Customer } from "../../api";
import { useWords } from "../../shared/i18n";
import { useDialogs } from "../moves/Dialogs";
import { extensionQuery } from "./api";
import { WORDS } from "./words";

export function ExtendButton({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const t = useWords(WORDS);
  const dialogs = useDialogs();
  const { data } = useQuery(extensionQuery(customer.id));
  if (data?.waiting) {
    return (
      <Link to={`/requests?box=mine&id=${data.waiting}`} className="pill sand">
        {t("extendWaiting")}
      </Link>
    );
  }
  // Where all are used up there is nothing to press; the rules say how many there are.
  if (!data || (data.used > 0 && data.used >= data.limit)) return null;
  return (
    <Button size="small" onClick={() => dialogs.ask("extension", customer, onDone)} data-testid="extend">
      {t("extend")}
    </Button>
  );
}
