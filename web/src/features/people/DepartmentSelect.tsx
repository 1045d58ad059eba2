/** Chooses one department from the tree. */
import { TreeSelect } from "antd";
import { useMemo } from "react";

import { useDepartments } from "./api";
import { branchesOf, optionsOf } from "./tree";

type Props = {
  value?: string;
  onChange?: (value: string | undefined) => void;
  id?: string;
  without?: string;
  allowClear?: boolean;
  placeholder?: string;
  style?: React.CSSProperties;
};

export function DepartmentSelect({ without, ...field }: Props) {
  const departments = useDepartments();
  const treeData = useMemo(() => optionsOf(branchesOf(departments.data ?? []), without), [departments.data, without]);
  return (
    <TreeSelect
      {...field}
      aria-label={field.placeholder}
      key={departments.isSuccess ? "loaded" : "waiting"}
      treeData={treeData}
      treeDefaultExpandAll
      showSearch={{ treeNodeFilterProp: "title" }}
      loading={departments.isPending}
    />
  );
}
