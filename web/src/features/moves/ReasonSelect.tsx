/** The return reasons of a customer's pool; for several pools at once, those of the pool one works in. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";

import { useServerWords } from "../../shared/i18n";
import { useCurrentPool } from "../../shared/me";
import { poolQuery } from "../pools/api";

type Props = { poolId?: string; value?: string; onChange?: (value: string) => void; id?: string };

export function ReasonSelect({ poolId, ...field }: Props) {
  const words = useServerWords();
  const current = useCurrentPool();
  const pool = useQuery(poolQuery(poolId ?? current?.id ?? ""));
  return (
    <Select
      {...field}
      loading={pool.isPending}
      options={pool.data?.return_reasons.map((reason) => ({ value: reason.code, label: words(reason) }))}
    />
  );
}
