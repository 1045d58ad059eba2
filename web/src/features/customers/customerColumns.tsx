/** How a customer looks in the table of 客户 and on a phone. */
import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { Link } from "react-router";

import type { CustomerRow } from "../../api";
import { useNow } from "../../shared/clock";
import { CountdownChip } from "../../shared/Countdown";
import type { Column } from "../../shared/DataList";
import { useLocale, useWords } from "../../shared/i18n";
import { FIELDS, STATES, useNames } from "../../shared/names";
import { dateTime, relative } from "../../shared/time";
import { useDialogs } from "../moves/Dialogs";
import { money } from "./fields";
import { CustomerName, Tags } from "./Name";
import { CallButton, Phones } from "./Phones";
import { movesFor, type Scope } from "./rowMoves";
import { WORDS } from "./words";
import { WORDS as MOVES } from "../moves/words";
import { WORDS as REQUESTS } from "../requests/words";
import { useCan, useFieldRights, useMe } from "../../shared/me";

function Ago({ at }: { at: string | null }) {
  const now = useNow();
  if (!at) return <span className="muted">–</span>;
  return (
    <Tooltip title={dateTime(at)}>
      <span className="nowrap">{relative(at, now)}</span>
    </Tooltip>
  );
}

function Owner({ row }: { row: CustomerRow }) {
  const name = useNames();
  if (row.owner) return <>{row.owner.name}</>;
  return <span className="muted">{name(STATES, row.state)}</span>;
}

function RowActions({ row, block }: { row: CustomerRow; block?: boolean }) {
  const t = useWords(WORDS);
  const m = useWords(MOVES);
  const r = useWords(REQUESTS);
  const me = useMe();
  const can = useCan();
  const dialogs = useDialogs();
  const mine = row.owner?.id === me.person.id;
  const moves = movesFor(row, mine, can("customers.assign"));
  const target = { customers: [row], count: "1", byManager: !mine };
  const items = moves.map((move) => ({ key: move as string, label: m(move), onClick: () => dialogs.move(move, target) }));
  if (mine && row.countdown) items.unshift({ key: "extend", label: r("extend"), onClick: () => dialogs.ask("extension", row) });
  const claimable = row.state === "pooled" && me.pools.some((pool) => pool.id === row.pool.id && pool.rights.claim && pool.mode === "list");
  return (
    <span className="row" style={{ justifyContent: block ? "flex-start" : "flex-end", gap: block ? 8 : 2 }}>
      {(mine || row.shared) && (
        <Button size={block ? "middle" : "small"} type={block ? "default" : "link"} onClick={() => dialogs.followUp(row)}>
          {t("followUp")}
        </Button>
      )}
      {claimable && (
        <Button size={block ? "middle" : "small"} type={block ? "default" : "link"} onClick={() => dialogs.move("claim", target)}>
          {m("claim")}
        </Button>
      )}
      {items.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items }}>
          <Button size={block ? "middle" : "small"} type="text" icon={<EllipsisOutlined />} aria-label={t("more")} />
        </Dropdown>
      )}
    </span>
  );
}

export function useCustomerColumns(scope: Scope): Column<CustomerRow>[] {
  const t = useWords(WORDS);
  const name = useNames();
  const locale = useLocale();
  const { sees } = useFieldRights();
  const columns: (Column<CustomerRow> | false)[] = [
    { key: "name", title: t("name"), width: 240, render: (row) => <CustomerName row={row} shared={row.shared && scope !== "shared"} /> },
    scope !== "mine" && { key: "owner", title: t("owner"), width: 110, render: (row) => <Owner row={row} /> },
    scope !== "archived" && {
      key: "countdown",
      title: t("countdown"),
      width: 210,
      render: (row) => <CountdownChip customerId={row.id} poolId={row.pool.id} countdown={row.countdown} owned={row.state === "owned"} />,
      sort: "countdown",
    },
    { key: "level", title: name(FIELDS, "level"), width: 70, render: (row) => row.level ?? <span className="muted">–</span> },
    { key: "stage", title: name(FIELDS, "stage"), width: 110, render: (row) => row.stage ?? <span className="muted">–</span> },
    { key: "phone", title: t("phone"), width: 150, render: (row) => <Phones phones={row.phones} /> },
    { key: "last", title: t("lastActivity"), width: 124, render: (row) => <Ago at={row.last_activity_at} /> },
    { key: "source", title: name(FIELDS, "source"), width: 110, render: (row) => row.source ?? <span className="muted">–</span> },
    { key: "region", title: name(FIELDS, "region"), width: 100, render: (row) => row.region ?? <span className="muted">–</span> },
    { key: "amount", title: name(FIELDS, "amount"), width: 120, align: "right", render: (row) => <span className="num">{money(row.amount, locale)}</span> },
    { key: "tags", title: name(FIELDS, "tags"), width: 150, render: (row) => <Tags tags={row.tags} /> },
    { key: "pool", title: t("pool"), width: 130, render: (row) => row.pool.name },
    { key: "created", title: t("created"), width: 110, render: (row) => <Ago at={row.created_at} />, sort: "id", sortFirst: "descend" },
    { key: "act", title: "", width: scope === "team" || scope === "archived" ? 56 : 104, align: "right", pinned: true, render: (row) => <RowActions row={row} /> },
  ];
  return columns.filter((column) => column !== false && sees(column.key === "phone" ? "phones" : column.key)) as Column<CustomerRow>[];
}

export function CustomerCard({ row, scope }: { row: CustomerRow; scope: Scope }) {
  return (
    <div className="card">
      <Link to={`/customers/${row.id}`} className="title">
        {row.name}
      </Link>
      <span className="small muted">{row.level}</span>
      {row.state === "owned" && (
        <div style={{ gridColumn: "1 / -1" }}>
          <CountdownChip customerId={row.id} poolId={row.pool.id} countdown={row.countdown} />
        </div>
      )}
      <div className="meta">
        {scope !== "mine" && <Owner row={row} />}
        {[row.stage, row.source, row.region].filter(Boolean).map((each) => (
          <span key={each}>{each}</span>
        ))}
        <Ago at={row.last_activity_at} />
      </div>
      <div className="acts">
        <CallButton phones={row.phones} />
        <RowActions row={row} block />
      </div>
    </div>
  );
}
