/** A customer's name as the link to its page, with what sets it apart beneath. */
import { Link } from "react-router";

import type { CustomerRow } from "../../api";

export function CustomerName({ row }: { row: Pick<CustomerRow, "id" | "name" | "tags"> }) {
  return (
    <span className="row" style={{ gap: 6 }}>
      <Link to={`/customers/${row.id}`} className="clip" style={{ fontWeight: 600 }} title={row.name}>
        {row.name}
      </Link>
      {row.tags.slice(0, 2).map((tag) => (
        <span className="pill" key={tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}
