/** Chooses one pool by name. */
import { Select } from "antd";
import type { CSSProperties } from "react";

import { usePools } from "./api";

type Props = {
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
  exclude?: string;
  allowClear?: boolean;
  placeholder?: string;
  disabled?: boolean;
  style?: CSSProperties;
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
