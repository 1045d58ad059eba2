/** Which season a list is of, kept in the address. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";

import type { Season } from "../../api";
import { useWords } from "../../shared/i18n";
import { seasonsQuery } from "./api";
import { WORDS } from "./words";

type Props = { value: string | undefined; onChange: (value: string | undefined) => void; none?: string };

/** `none`: what no choice means. */
export function SeasonSelect({ value, onChange, none }: Props) {
  const t = useWords(WORDS);
  const seasons = useQuery(seasonsQuery);
  const label = (season: Season) => (season.standing === "running" ? season.name : `${season.name} · ${t(season.standing)}`);
  const options = (seasons.data ?? []).map((season) => ({ value: season.id, label: label(season) }));
  return (
    <Select
      value={value ?? (none ? "" : undefined)}
      onChange={(next) => onChange(next || undefined)}
      options={none ? [{ value: "", label: none }, ...options] : options}
      style={{ minWidth: 190 }}
      aria-label={t("seasons")}
      data-testid="season-select"
    />
  );
}
