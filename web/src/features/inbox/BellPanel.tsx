/** What the bell opens at a desk: the newest notices, and the way to all of them. */
import { Button } from "antd";
import { Link } from "react-router";

import { ListSkeleton } from "../../shared/ListSkeleton";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { EmptyState, ErrorState } from "../../shared/States";
import { useMarkRead, useNotices } from "./api";
import "./inbox.css";
import { NoticeLine } from "./NoticeLine";
import { WORDS } from "./words";

export default function BellPanel({ onClose }: { onClose: () => void }) {
  const t = useWords(WORDS);
  const me = useMe();
  const pages = useNotices(false, 6);
  const mark = useMarkRead();
  if (pages.loading) return <div className="bell-panel"><ListSkeleton rows={4} /></div>;
  if (pages.error) return <div className="bell-panel"><ErrorState error={pages.error} retry={pages.retry} /></div>;
  if (!pages.rows.length) return <div className="bell-panel"><EmptyState title={t("empty")} text={t("emptyText")} /></div>;
  return (
    <div className="bell-panel">
      {pages.rows.slice(0, 6).map((notice) => (
        <NoticeLine key={notice.id} notice={notice} onOpen={onClose} />
      ))}
      <div className="foot">
        <Link to="/inbox" onClick={onClose}>
          {t("toAll")}
        </Link>
        <Button type="link" size="small" disabled={!me.unread_notices} onClick={() => mark.mutate("all")}>
          {t("readAll")}
        </Button>
      </div>
    </div>
  );
}
