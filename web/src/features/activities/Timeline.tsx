/** One timeline of moves and follow-ups, newest first; every move answers "why?". */
import {
  BellOutlined,
  EditOutlined,
  InboxOutlined,
  LockOutlined,
  PlusOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SwapOutlined,
  UnlockOutlined,
  UserAddOutlined,
} from "@ant-design/icons";
import { Button, Popover, Tooltip } from "antd";
import type { ReactNode } from "react";

import { api, ok, type Customer, type Event, type FollowUpLine, type TimelineItem } from "../../api";
import { useNow } from "../../shared/clock";
import { ListSkeleton } from "../../shared/ListSkeleton";
import { useServerWords, useWords } from "../../shared/i18n";
import { KINDS, useNames } from "../../shared/names";
import { usePages } from "../../shared/pages";
import { EmptyState, ErrorState } from "../../shared/States";
import { useMe } from "../../shared/me";
import { dateTime, relative } from "../../shared/time";
import { WhyCard } from "../../shared/WhyCard";
import { useDialogs } from "../moves/Dialogs";
import { WORDS as REQUESTS } from "../requests/words";
import { KIND_ICONS } from "./FollowUpForm";
import { VoidButton } from "./VoidButton";
import { whyNotWord, WORDS } from "./words";

const EXPLAINED = new Set(["create", "import", "claim", "release", "recycle", "assign", "transfer", "move_pool", "archive", "restore", "hand_over", "undo", "appeal"]);

const EVENT_ICONS: Record<string, ReactNode> = {
  create: <PlusOutlined />,
  import: <PlusOutlined />,
  claim: <UserAddOutlined />,
  assign: <UserAddOutlined />,
  release: <RollbackOutlined />,
  recycle: <RollbackOutlined />,
  archive: <InboxOutlined />,
  lock: <LockOutlined />,
  unlock: <UnlockOutlined />,
  protect: <SafetyOutlined />,
  warn: <BellOutlined />,
  edit: <EditOutlined />,
  contact: <EditOutlined />,
};

function When({ at }: { at: string }) {
  const now = useNow();
  return (
    <Tooltip title={dateTime(at)}>
      <time className="small muted nowrap" dateTime={at}>
        {relative(at, now)}
      </time>
    </Tooltip>
  );
}

function Item({ icon, strong, children }: { icon: ReactNode; strong?: boolean; children: ReactNode }) {
  return (
    <li className="tl-item">
      <span className={strong ? "tl-mark strong" : "tl-mark"}>{icon}</span>
      <div className="grow">{children}</div>
    </li>
  );
}

function FollowUpItem({ customerId, item, mayVoid }: { customerId: string; item: FollowUpLine; mayVoid: boolean }) {
  const t = useWords(WORDS);
  const name = useNames();
  return (
    <Item icon={KIND_ICONS[item.kind] ?? KIND_ICONS.note} strong>
      <div className="row between" style={{ alignItems: "flex-start" }}>
        <span>
          <b>{item.author?.name ?? ""}</b> {item.for && <span className="soft">{t("loggedFor", { name: item.for.name })} </span>}<span className="soft">{name(KINDS, item.kind)}</span>
        </span>
        <When at={item.at} />
      </div>
      {item.note_hidden ? (
        <p className="tl-note muted">
          <LockOutlined style={{ fontSize: 12 }} /> {t("noteHidden")}
        </p>
      ) : (
        <p className={item.voided ? "tl-note voided" : "tl-note"}>{item.note}</p>
      )}
      <div className="row wrap small" style={{ marginTop: 4 }}>
        {item.outcome && <span className="pill">{item.outcome}</span>}
        {item.next_at && <span className="pill sea">{t("nextAt", { when: dateTime(item.next_at) })}</span>}
        {item.voided && <span className="pill bad">{t("voided")}</span>}
        {!item.voided && !item.qualifies && <span className="muted">{t("doesNotCount", { why: t(whyNotWord(item.why_not)) })}</span>}
        {mayVoid && !item.voided && <VoidButton customerId={customerId} followUpId={item.id} />}
      </div>
    </Item>
  );
}

function EventItem({ customerId, event, appeal }: { customerId: string; event: Event; appeal?: () => void }) {
  const t = useWords(WORDS);
  const r = useWords(REQUESTS);
  const words = useServerWords();
  return (
    <Item icon={EVENT_ICONS[event.kind] ?? <SwapOutlined />}>
      <div className="row between" style={{ alignItems: "flex-start" }}>
        <span className="soft">
          {words(event.sentence)}{" "}
          {EXPLAINED.has(event.kind) && (
            <Popover trigger="click" content={() => <WhyCard customerId={customerId} event={event.id} />} destroyOnHidden>
              <button type="button" className="plain small" style={{ color: "var(--sea)" }}>
                {t("why")}
              </button>
            </Popover>
          )}
          {appeal && (
            <Button size="small" style={{ marginLeft: 8 }} onClick={appeal} data-testid="appeal">
              {r("appeal")}
            </Button>
          )}
        </span>
        <When at={event.at} />
      </div>
    </Item>
  );
}

type TimelineProps = { customer: Pick<Customer, "id" | "name" | "pool" | "state">; mayVoid: boolean };

export function Timeline({ customer, mayVoid }: TimelineProps) {
  const customerId = customer.id;
  const t = useWords(WORDS);
  const me = useMe();
  const dialogs = useDialogs();
  const pages = usePages<TimelineItem>(["customer", customerId, "timeline"], (after) =>
    ok(api.GET("/api/v1/customers/{customer_id}/timeline", { params: { path: { customer_id: customerId }, query: { limit: 30, after } } })),
  );
  if (pages.loading) return <ListSkeleton rows={4} />;
  if (pages.error) return <ErrorState error={pages.error} retry={pages.retry} />;
  if (!pages.rows.length) return <EmptyState title={t("quiet")} text={t("quietText")} />;
  // Whoever it was taken from may appeal against the newest recycle while nobody owns it.
  const recycle = pages.rows.find((item) => item.event?.kind === "recycle")?.event;
  const lost = customer.state === "pooled" && recycle?.came_from.owner?.id === me.person.id ? recycle.id : undefined;
  return (
    <>
      <ul className="tl" data-testid="timeline">
        {pages.rows.map((item) =>
          item.follow_up ? (
            <FollowUpItem key={`f${item.follow_up.id}`} customerId={customerId} item={item.follow_up} mayVoid={mayVoid} />
          ) : item.event ? (
            <EventItem
              key={`e${item.event.id}`}
              customerId={customerId}
              event={item.event}
              appeal={item.event.id === lost ? () => dialogs.ask("appeal", customer) : undefined}
            />
          ) : null,
        )}
      </ul>
      {pages.hasMore && (
        <div className="list-more">
          <Button onClick={pages.more} loading={pages.loadingMore}>
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}
