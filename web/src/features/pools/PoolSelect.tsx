/** Chooses one pool by name. */
import { Select } from "antd";

import { usePools } from "./api";

type Props = {
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
  exclude?: string;
  allowClear?: boolean;
  placeholder?: string;
};

export function PoolSelect({ exclude, ...field }: Props) {
  const pools = usePools();
  return (
    <Select
      {...field}
      loading={pools.isPending}
      options={pools.data?.filter((pool) => pool.id !== exclude).map((pool) => ({ value: pool.id, label: pool.name }))}
    />
  );
}
