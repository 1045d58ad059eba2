/** What a list or page shows when there is nothing to show: why it is empty and what to do, or what went wrong. */
import { Button } from "antd";
import type { ReactNode } from "react";

import { useWords, type Pair } from "./i18n";
import { useProblemText } from "./problems";

const WORDS = {
  failed: ["没有载入", "This did not load"],
  again: ["再试一次", "Try again"],
} as const satisfies Record<string, Pair>;

function Waves() {
  return (
    <svg width="72" height="40" viewBox="0 0 72 40" fill="none" aria-hidden="true">
      <path d="M4 16c8 0 8 6 16 6s8-6 16-6 8 6 16 6 8-6 16-6" stroke="#9cc4d0" strokeWidth="3" strokeLinecap="round" />
      <path d="M4 28c8 0 8 6 16 6s8-6 16-6 8 6 16 6 8-6 16-6" stroke="#cfe2e8" strokeWidth="3" strokeLinecap="round" />
      <circle cx="52" cy="8" r="4" fill="#f3c987" />
    </svg>
  );
}

export function EmptyState({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="empty" data-testid="empty">
      <Waves />
      <h3>{title}</h3>
      {text && <p>{text}</p>}
      {children && <div className="acts">{children}</div>}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useWords(WORDS);
  const problem = useProblemText();
  return (
    <EmptyState title={t("failed")} text={problem(error)}>
      {retry && <Button onClick={retry}>{t("again")}</Button>}
    </EmptyState>
  );
}
