/** The heartbeat: how long a customer stays with its owner, and which timer says so. Opens the why card. */
import { ClockCircleOutlined, ExclamationCircleFilled, FieldTimeOutlined, LockOutlined, SafetyOutlined } from "@ant-design/icons";
import { Popover, Tooltip } from "antd";
import { useState, type ReactNode } from "react";

import type { Countdown } from "../api";
import { useNow } from "./clock";
import { useWords, type Pair } from "./i18n";
import { HELD_BY, TIMERS, useNames } from "./names";
import { dateTime } from "./time";
import { WhyCard } from "./WhyCard";

const WORDS = {
  days: ["还剩 {n} 天", "{n} d left"],
  oneDay: ["还剩 1 天", "1 d left"],
  daysHours: ["还剩 1 天 {n} 小时", "1 d {n} h left"],
  hours: ["还剩 {n} 小时", "{n} h left"],
  minutes: ["还剩 {n} 分钟", "{n} min left"],
  due: ["已到期，待回收", "Due, goes next run"],
  none: ["不限期", "No deadline"],
  noneWhy: ["现行规则下不会自动回收", "Not recycled under the present rules"],
  at: ["{when} 掉公海", "Goes to the pool on {when}"],
} as const satisfies Record<string, Pair>;

const HOUR = 3_600_000;
export type Tone = "calm" | "warm" | "amber" | "red";

/** Calm above 7 days, warm to 3, amber to 1, red below. */
export function toneOf(left: number): Tone {
  if (left > 7 * 24 * HOUR) return "calm";
  if (left > 3 * 24 * HOUR) return "warm";
  return left > 24 * HOUR ? "amber" : "red";
}

function leftText(left: number): [keyof typeof WORDS, number] {
  if (left <= 0) return ["due", 0];
  if (left < HOUR) return ["minutes", Math.max(1, Math.floor(left / 60_000))];
  if (left < 24 * HOUR) return ["hours", Math.floor(left / HOUR)];
  const hours = Math.floor(left / HOUR) - 24;
  if (hours < 24) return hours ? ["daysHours", hours] : ["oneDay", 0];
  return ["days", Math.floor(left / (24 * HOUR))];
}

/** "还剩 21 小时": the time left as the chip tells it. */
export function useLeft(): (left: number) => string {
  const t = useWords(WORDS);
  return (left) => {
    const [key, n] = leftText(left);
    return t(key, { n });
  };
}

const MARKS: Record<Tone, ReactNode> = {
  calm: null,
  warm: <ClockCircleOutlined />,
  amber: <FieldTimeOutlined />,
  red: <ExclamationCircleFilled />,
};

type Props = { customerId: string; poolId?: string; countdown: Countdown | null; big?: boolean; owned?: boolean };

/** Shows nothing for a customer without owner; a customer whose rules set no deadline says so. */
export function CountdownChip({ customerId, poolId, countdown, big, owned = true }: Props) {
  const now = useNow();
  const t = useWords(WORDS);
  const said = useLeft();
  const name = useNames();
  const [open, setOpen] = useState(false);
  if (!owned) return <span className="muted">–</span>;
  const size = big ? " big" : "";
  const card = (face: ReactNode) => (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={() => <WhyCard customerId={customerId} poolId={poolId} />}
      destroyOnHidden
    >
      {face}
    </Popover>
  );
  if (!countdown) {
    return card(
      <button type="button" className={`chip none${size}`} title={t("noneWhy")} data-testid="countdown">
        {t("none")}
      </button>,
    );
  }
  const left = new Date(countdown.effective).getTime() - now;
  const tone = toneOf(left);
  return (
    <Tooltip title={open ? null : t("at", { when: dateTime(countdown.effective) })}>
      <span>
        {card(
          <button type="button" className={`chip ${tone}${size}`} data-testid="countdown">
            {countdown.held_by === "locked" ? <LockOutlined /> : countdown.held_by ? <SafetyOutlined /> : MARKS[tone]}
            <span>{said(left)}</span>
            <span className="what">· {name(countdown.held_by ? HELD_BY : TIMERS, countdown.held_by ?? countdown.timer)}</span>
          </button>,
        )}
      </span>
    </Tooltip>
  );
}
