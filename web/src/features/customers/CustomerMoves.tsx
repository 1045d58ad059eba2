/** The moves that this reader may make with this customer now: the likeliest as a button, the others in a menu. */
import { DownOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import type { Customer } from "../../api";
import { useNow } from "../../shared/clock";
import { useWords } from "../../shared/i18n";
import { useDeals, useMe } from "../../shared/me";
import type { MoveName } from "../moves/api";
import { useDialogs } from "../moves/Dialogs";
import { useClaim } from "../moves/useClaim";
import { WORDS as MOVES } from "../moves/words";
import { useWaiting } from "../requests/api";
import { WORDS as REQUESTS } from "../requests/words";
import { WORDS } from "./words";

const IN_MENU: MoveName[] = ["release", "transfer", "assign", "lock", "unlock", "protect", "unprotect", "move_pool", "archive", "restore"];

/** What a lock or a protection stands in the way of: no second one beside it, no end of one that isn't there. */
function standing(customer: Customer, now: number): (move: MoveName) => boolean {
  const runs = (until: string | null) => until !== null && Date.parse(until) > now;
  const [locked, protect] = [runs(customer.locked_until), runs(customer.protected_until)];
  const fits: Partial<Record<MoveName, boolean>> = { lock: !locked, unlock: locked, protect: !protect, unprotect: protect };
  return (move) => fits[move] ?? true;
}

export function CustomerMoves({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const m = useWords(MOVES);
  const r = useWords(REQUESTS);
  const now = useNow();
  const me = useMe();
  const client = useQueryClient();
  const dialogs = useDialogs();
  const { claim } = useClaim();
  const [claiming, setClaiming] = useState(false);
  const refresh = () => void client.invalidateQueries({ queryKey: ["customer", customer.id] });
  const may = (move: string) => customer.allowed.includes(move);
  const dealt = useDeals()(customer.pool.id);
  const asked = useWaiting("claim", may("claim")).get(customer.id);
  const byManager = customer.owner?.id !== me.person.id;
  const offered = IN_MENU.filter(may).filter(standing(customer, now));
  const [first, ...rest] = offered;
  const open = (move: MoveName) => dialogs.move(move, { customers: [customer], count: "1", byManager }, refresh);
  const items: { key: string; label: string; onClick: () => void }[] = rest.map((move) => ({ key: move, label: m(move), onClick: () => open(move) }));
  if (may("ask_archive") && !may("archive")) items.push({ key: "ask_archive", label: r("askArchive"), onClick: () => dialogs.ask("archive", customer, refresh) });
  const claimNow = async () => {
    setClaiming(true);
    await claim(customer);
    setClaiming(false);
    refresh();
  };
  return (
    <>
      {may("claim") && asked && (
        <Link to={`/requests?box=mine&id=${asked}`} className="pill sand" style={{ alignSelf: "center" }}>
          {m("claimWaiting")}
        </Link>
      )}
      {may("claim") && dealt && !asked && (
        <Link to={`/pool/${customer.pool.id}`} style={{ alignSelf: "center" }}>
          {m("dealt")}
        </Link>
      )}
      {may("claim") && !dealt && !asked && (
        <Button type="primary" loading={claiming} onClick={() => void claimNow()} data-testid="claim">
          {m("claim")}
        </Button>
      )}
      {first && <Button onClick={() => open(first)}>{m(first)}</Button>}
      {items.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items }}>
          <Button>
            {t("more")} <DownOutlined />
          </Button>
        </Dropdown>
      )}
    </>
  );
}
