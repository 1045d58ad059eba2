/** Who owns the customer, how long it stays, and the times that decide it. */
import { LockOutlined, SafetyOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Avatar, Tooltip } from "antd";
import type { ReactNode } from "react";

import type { Customer } from "../../api";
import { useNow } from "../../shared/clock";
import { CountdownChip } from "../../shared/Countdown";
import { useServerWords, useWords } from "../../shared/i18n";
import { STATES, useNames } from "../../shared/names";
import { dateTime, day, relative } from "../../shared/time";
import { ExtendButton } from "../requests/ExtendButton";
import { WORDS } from "./words";

function Moment({ label, at, missing }: { label: string; at: string | null; missing?: string }) {
  const now = useNow();
  if (!at && !missing) return null;
  return (
    <div className="row between small" style={{ padding: "3px 0" }}>
      <span className="muted">{label}</span>
      {at ? (
        <Tooltip title={dateTime(at)}>
          <span>{relative(at, now)}</span>
        </Tooltip>
      ) : (
        <span className="muted">{missing}</span>
      )}
    </div>
  );
}

/** A lock or protection that still runs. */
function Kept({ icon, label, until }: { icon: ReactNode; label: string; until: string | null }) {
  const now = useNow();
  if (!until || Date.parse(until) <= now) return null;
  return (
    <div className="row between small" style={{ padding: "3px 0" }}>
      <span className="pill sea">
        {icon} {label}
      </span>
      <span className="num">{dateTime(until)}</span>
    </div>
  );
}

export function OwnerBox({ customer }: { customer: Customer }) {
  const t = useWords(WORDS);
  const name = useNames();
  const words = useServerWords();
  const now = useNow();
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["customer", customer.id] });
  const { owner, spell, countdown } = customer;
  return (
    <section className="panel pad">
      {owner ? (
        <div className="row" style={{ gap: 12 }}>
          <Avatar size={40} style={{ background: "var(--sea)" }}>
            {owner.name.slice(-1)}
          </Avatar>
          <div className="grow">
            <div style={{ fontWeight: 600 }}>{owner.name}</div>
            {spell && <div className="small muted">{t("heldSince", { when: day(spell.started_at) })}</div>}
          </div>
        </div>
      ) : (
        <div>
          <div style={{ fontWeight: 600 }}>{name(STATES, customer.state)}</div>
          {customer.state === "pooled" && customer.entered_pool_at && (
            <div className="small muted">{t("pooledSince", { pool: customer.pool.name, when: relative(customer.entered_pool_at, now) })}</div>
          )}
        </div>
      )}
      {owner && (
        <div style={{ margin: "14px 0 10px" }}>
          <CountdownChip customerId={customer.id} poolId={customer.pool.id} countdown={countdown} big />
          {countdown && (
            <div className="small muted" style={{ marginTop: 6 }}>
              {dateTime(countdown.effective)}
              {countdown.target ? ` → ${countdown.target.name}` : ""} · {words(countdown.segment)}
            </div>
          )}
          {countdown && customer.allowed.includes("ask_extension") && (
            <div style={{ marginTop: 8, minHeight: 24 }}>
              <ExtendButton customer={customer} onDone={refresh} />
            </div>
          )}
        </div>
      )}
      {owner && <Moment label={t("firstContact")} at={customer.first_contact_at} missing={t("never")} />}
      {owner && <Moment label={t("lastFollowUp")} at={customer.last_follow_up_at} missing={t("never")} />}
      <Moment label={t("lastWin")} at={customer.last_win_at} />
      {owner && <Kept icon={<LockOutlined />} label={t("lockedUntil")} until={customer.locked_until} />}
      {owner && <Kept icon={<SafetyOutlined />} label={t("protectedUntil")} until={customer.protected_until} />}
      {owner && (
        <div className="row between small" style={{ padding: "3px 0" }}>
          <span className="muted">{t("pool")}</span>
          <span>{customer.pool.name}</span>
        </div>
      )}
    </section>
  );
}
