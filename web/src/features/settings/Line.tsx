/** One setting of a page: what it is, what it does, and the control. */
import type { ReactNode } from "react";

export function Line({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <div className="company-line">
      <div>
        <b>{title}</b>
        <p className="soft small">{hint}</p>
      </div>
      <div>{children}</div>
    </div>
  );
}
