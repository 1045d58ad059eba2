/** The home pool of each customer, or one pool for all. */
import { Select } from "antd";

import { useWords } from "../../shared/i18n";
import { usePools } from "../pools/api";
import { WORDS } from "./words";

const HOME = "";

export function PoolChoice({ value, onChange }: { value?: string; onChange: (value: string | undefined) => void }) {
  const t = useWords(WORDS);
  const pools = usePools();
  return (
    <Select
      value={value ?? HOME}
      onChange={(chosen) => onChange(chosen || undefined)}
      loading={pools.isPending}
      aria-label={t("poolsTo")}
      style={{ minWidth: 200, maxWidth: "100%" }}
      options={[{ value: HOME, label: t("homePools") }, ...(pools.data ?? []).map((pool) => ({ value: pool.id, label: pool.name }))]}
    />
  );
}
