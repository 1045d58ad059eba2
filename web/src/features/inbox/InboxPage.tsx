/** 消息: all that one was told, newest first. */
import { Button, Segmented } from "antd";
import { useEffect, useRef } from "react";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { useUrlState } from "../../shared/urlState";
import { useMarkRead, useNotices } from "./api";
import "./inbox.css";
import { NoticeLine } from "./NoticeLine";
import { WORDS } from "./words";

const PAGE = 30;

function Notices({ unread }: { unread: boolean }) {
  const t = useWords(WORDS);
  const pages = useNotices(unread, PAGE);
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(pages.more);
  more.current = pages.more;
  useEffect(() => {
    const element = end.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => entries[0]?.isIntersecting && more.current(), { rootMargin: "400px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [pages.fetched, pages.hasMore]);
  if (pages.loading) return <ListSkeleton rows={6} />;
  if (pages.error) return <ErrorState error={pages.error} retry={pages.retry} />;
  if (!pages.rows.length) return <EmptyState title={t(unread ? "noUnread" : "empty")} text={t(unread ? "noUnreadText" : "emptyText")} />;
  return (
    <>
      {pages.rows.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
      {pages.hasMore && <div ref={end} style={{ height: 1 }} />}
    </>
  );
}

export default function InboxPage() {
  const t = useWords(WORDS);
  const me = useMe();
  const mark = useMarkRead();
  const [{ show }, set] = useUrlState();
  const unread = show === "unread";
  return (
    <>
      <div className="page-head">
        <h1>{t("title")}</h1>
        <Segmented
          value={unread ? "unread" : "all"}
          options={[
            { value: "all", label: t("all") },
            { value: "unread", label: me.unread_notices ? `${t("unread")} ${me.unread_notices >= 100 ? "99+" : me.unread_notices}` : t("unread") },
          ]}
          onChange={(value) => set({ show: value === "unread" ? value : undefined })}
        />
        <span className="acts">
          <Button disabled={!me.unread_notices} loading={mark.isPending} onClick={() => mark.mutate("all")}>
            {t("readAll")}
          </Button>
        </span>
      </div>
      <section className="panel" style={{ overflow: "hidden" }}>
        <Notices unread={unread} />
      </section>
    </>
  );
}
