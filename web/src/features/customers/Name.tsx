/** A customer's name as the link to its page, and its tags. */
import { Link } from "react-router";

import type { CustomerRow } from "../../api";
import { useWords } from "../../shared/i18n";
import { WORDS } from "./words";

export function CustomerName({ row, shared }: { row: Pick<CustomerRow, "id" | "name">; shared?: boolean }) {
  const t = useWords(WORDS);
  return (
    <>
      <Link to={`/customers/${row.id}`} style={{ fontWeight: 600 }} title={row.name}>
        {row.name}
      </Link>
      {shared && <span className="pill sea" style={{ marginLeft: 6 }}>{t("sharedPill")}</span>}
    </>
  );
}

export function Tags({ tags }: { tags: string[] }) {
  if (!tags.length) return <span className="muted">–</span>;
  return (
    <span className="row" style={{ gap: 4 }} title={tags.join(" · ")}>
      {tags.slice(0, 2).map((tag) => (
        <span className="pill clip" key={tag}>
          {tag}
        </span>
      ))}
      {tags.length > 2 && <span className="muted small">+{tags.length - 2}</span>}
    </span>
  );
}
