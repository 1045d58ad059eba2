/** The moves that this reader may make with this customer now: the likeliest as a button, the others in a menu. */
import { DownOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useState } from "react";

import type { Customer } from "../../api";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import type { MoveName } from "../moves/api";
import { useDialogs } from "../moves/Dialogs";
import { useClaim } from "../moves/useClaim";
import { WORDS as MOVES } from "../moves/words";
import { WORDS } from "./words";

const IN_MENU: MoveName[] = ["release", "transfer", "assign", "move_pool", "archive", "restore"];

export function CustomerMoves({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const m = useWords(MOVES);
  const me = useMe();
  const client = useQueryClient();
  const dialogs = useDialogs();
  const { claim } = useClaim();
  const [claiming, setClaiming] = useState(false);
  const refresh = () => void client.invalidateQueries({ queryKey: ["customer", customer.id] });
  const may = (move: string) => customer.allowed.includes(move);
  const byManager = customer.owner?.id !== me.person.id;
  const offered = IN_MENU.filter(may);
  const [first, ...rest] = offered;
  const open = (move: MoveName) => dialogs.move(move, { customers: [customer], count: "1", byManager }, refresh);
  const items = rest.map((move) => ({ key: move, label: m(move), onClick: () => open(move) }));
  const claimNow = async () => {
    setClaiming(true);
    await claim(customer);
    setClaiming(false);
    refresh();
  };
  return (
    <>
      {may("claim") && (
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
