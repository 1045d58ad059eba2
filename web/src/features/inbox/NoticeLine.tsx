/** One notice: a dot while it is unread, what happened, to whom, when. A click reads it and opens what it is about. */
import { useNavigate } from "react-router";

import type { Notice } from "../../api";
import { useNow } from "../../shared/clock";
import { useServerWords } from "../../shared/i18n";
import { dateTime, relative } from "../../shared/time";
import { useMarkRead, useWhere } from "./api";

export function NoticeLine({ notice, onOpen }: { notice: Notice; onOpen?: () => void }) {
  const words = useServerWords();
  const navigate = useNavigate();
  const where = useWhere();
  const now = useNow();
  const mark = useMarkRead();
  const open = () => {
    if (!notice.read_at) mark.mutate([notice.id]);
    const to = where(notice);
    if (to) void navigate(to);
    onOpen?.();
  };
  return (
    <button type="button" className={`plain notice${notice.read_at ? "" : " unread"}`} onClick={open} data-testid="notice">
      <span className="dot" aria-hidden="true" />
      <span className="grow">
        <span className="head">
          <b>{words(notice.title)}</b>
          <time className="small muted nowrap" dateTime={notice.at} title={dateTime(notice.at)}>
            {relative(notice.at, now)}
          </time>
        </span>
        {notice.lines.map((line, index) => (
          <span key={index} className="small soft line">
            {words(line)}
          </span>
        ))}
      </span>
    </button>
  );
}
