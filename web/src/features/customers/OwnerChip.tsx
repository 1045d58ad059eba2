/** Whose customers a list is narrowed to, where an address says so. */
import { useQuery } from "@tanstack/react-query";

import { FilterChip } from "../../shared/FilterChip";
import { FIELDS, useNames } from "../../shared/names";
import { getPerson } from "../people/api";

export function OwnerChip({ id, onClear }: { id: string; onClear: () => void }) {
  const name = useNames();
  const { data } = useQuery({ queryKey: ["people", "one", id], queryFn: () => getPerson(id) });
  return <FilterChip label={name(FIELDS, "owner")} value={id} onChange={(chosen) => chosen || onClear()} options={[{ value: id, label: data?.name ?? "…" }]} />;
}
