/** Time left, to the second while it is short. */
import { useEffect, useRef, useState } from "react";

import { useWords } from "../../shared/i18n";
import { WORDS } from "./words";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Calls `onEnd` once when the instant has come. */
export function Ticking({ until, onEnd }: { until: string; onEnd?: () => void }) {
  const t = useWords(WORDS);
  const [now, setNow] = useState(Date.now());
  const ended = useRef(false);
  const end = useRef(onEnd);
  end.current = onEnd;
  const left = Math.max(0, Date.parse(until) - now);
  useEffect(() => {
    ended.current = false;
  }, [until]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left > 0 || ended.current) return;
    ended.current = true;
    end.current?.();
  }, [left]);
  const two = (n: number) => String(n).padStart(2, "0");
  const said =
    left >= DAY
      ? t("daysLeft", { d: Math.floor(left / DAY), h: Math.floor((left % DAY) / HOUR) })
      : left >= HOUR
        ? t("hoursLeft", { h: Math.floor(left / HOUR), m: Math.floor((left % HOUR) / MINUTE) })
        : t("minutesLeft", { m: two(Math.floor(left / MINUTE)), s: two(Math.floor((left % MINUTE) / 1_000)) });
  return <b className={`ticking num ${left < 2 * MINUTE ? "short" : ""}`}>{said}</b>;
}
