/** What a row says: names, the share against the median, and the fact's other figures. */
import { useWords } from "../../shared/i18n";
import { day } from "../../shared/time";
import type { Fact, FactRow } from "./api";
import { WORDS } from "./words";

export type Figure = { title: string; value: string };

export function percent(share: number | null): string {
  if (share === null) return "–";
  const hundredths = share * 100;
  return `${hundredths > 0 && hundredths < 10 ? hundredths.toFixed(1) : Math.round(hundredths)}%`;
}

/** "3.5 hours", "2 days". */
export function useLasting(): (hours: number) => string {
  const t = useWords(WORDS);
  return (hours) => {
    const [n, unit] = hours >= 48 ? [hours / 24, t("days")] : [hours, t("hours")];
    return `${n < 10 ? Number(n.toFixed(1)) : Math.round(n)} ${unit}`;
  };
}

export function usePeople(): (row: FactRow) => string {
  const t = useWords(WORDS);
  return (row) => row.people.map((one) => one?.name ?? t("otherTeams")).join(" · ");
}

/** The figures that a fact has beside its number, in the order of its columns. */
export function useFigures(): (fact: Fact, row: FactRow) => Figure[] {
  const t = useWords(WORDS);
  const lasting = useLasting();
  return (fact, { figures }) => {
    const plain = (key: "untouched" | "short" | "saved" | "kept" | "customers"): Figure => ({ title: t(key), value: String(figures[key] ?? "–") });
    const long = (title: string): Figure => ({ title, value: figures.median_hours === null ? "–" : lasting(figures.median_hours) });
    switch (fact) {
      case "ping_pong":
        return [plain("customers")];
      case "exchanges":
        return [{ title: t("bothWays"), value: `${figures.there} + ${figures.back}` }, plain("customers")];
      case "claim_and_release":
        return [plain("untouched"), long(t("medianHeld"))];
      case "late_empty_follow_ups":
        return [plain("short")];
      case "backdated":
        return [long(t("medianLag")), plain("saved")];
      case "hoarding":
        return [plain("kept"), { title: t("oldest"), value: day(figures.oldest) }];
    }
  };
}

/** The longest bar's share, so that all bars of a table begin at zero and end within it. */
export function scaleOf(rows: FactRow[], median: number | null): number {
  return Math.max(0.01, median ?? 0, ...rows.map((row) => row.share ?? 0));
}

export function ShareBar({ row, top, median }: { row: FactRow; top: number; median: number | null }) {
  if (row.share === null) return <span className="share-bar" />;
  return (
    <span className="share-bar" aria-hidden="true">
      <i style={{ width: `${(100 * row.share) / top}%` }} />
      {median !== null && <b style={{ left: `${(100 * median) / top}%` }} />}
    </span>
  );
}
