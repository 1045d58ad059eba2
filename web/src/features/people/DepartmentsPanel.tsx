/** The tree of departments beside the list of people: choose one to see who is in it. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton, Tree, type TreeDataNode } from "antd";
import { useMemo } from "react";

import { useWords } from "../../shared/i18n";
import { ErrorState } from "../../shared/States";
import { useDepartments } from "./api";
import { branchesOf, type Branch } from "./tree";
import { WORDS } from "./words";

type Props = { value: string | undefined; onChange: (id: string | undefined) => void; onAdd?: () => void };

function countOf(branch: Branch): number {
  return branch.department.people + branch.branches.reduce((sum, each) => sum + countOf(each), 0);
}

function nodesOf(branches: Branch[]): TreeDataNode[] {
  return branches.map((branch) => ({
    key: branch.department.id,
    title: (
      <span className="row between" style={{ minWidth: 0 }}>
        <span className="clip" title={branch.department.name}>
          {branch.department.name}
        </span>
        <span className="num muted small">{countOf(branch)}</span>
      </span>
    ),
    children: nodesOf(branch.branches),
  }));
}

export function DepartmentsPanel({ value, onChange, onAdd }: Props) {
  const t = useWords(WORDS);
  const departments = useDepartments();
  const nodes = useMemo(() => nodesOf(branchesOf(departments.data ?? [])), [departments.data]);
  return (
    <section className="panel" style={{ width: 252, flex: "none", position: "sticky", top: 76 }}>
      <header>
        <h2>{t("departments")}</h2>
        {onAdd && (
          <span className="acts">
            <Button type="text" size="small" icon={<PlusOutlined />} aria-label={t("addDepartment")} title={t("addDepartment")} onClick={onAdd} />
          </span>
        )}
      </header>
      <div style={{ padding: "8px 12px 14px", maxHeight: "calc(100vh - 180px)", overflowY: "auto" }}>
        {departments.isError ? (
          <ErrorState error={departments.error} retry={() => void departments.refetch()} />
        ) : departments.isPending ? (
          <Skeleton active title={false} paragraph={{ rows: 5 }} />
        ) : (
          <Tree
            blockNode
            defaultExpandAll
            treeData={nodes}
            selectedKeys={value ? [value] : []}
            onSelect={(keys) => onChange(keys[0] === undefined ? undefined : String(keys[0]))}
          />
        )}
      </div>
    </section>
  );
}
