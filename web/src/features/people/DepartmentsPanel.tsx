/** The tree of departments beside the list of people: choose one, drag one below another, drop people on one. */
import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Skeleton, Tree, type TreeDataNode } from "antd";
import { useMemo, useState } from "react";

import type { Department } from "../../api";
import { useWords } from "../../shared/i18n";
import { ErrorState } from "../../shared/States";
import { useDepartments } from "./api";
import { ARRANGE_WORDS } from "./arrangeWords";
import { DepartmentTitle, type Drop } from "./DepartmentTitle";
import type { Dragged } from "./dragging";
import { branchesOf, matching, pathTo, type Branch } from "./tree";
import type { Arrange } from "./useArrange";
import { WORDS } from "./words";
import "./people.css";

type Props = { value: string | undefined; onChange: (id: string | undefined) => void; onAdd?: () => void; arrange?: Arrange };
// Beyond, the tree draws only what is in sight; it is opened as one goes.
const ALL_OPEN = 60;

function nodesOf(branches: Branch[], drop?: Drop): TreeDataNode[] {
  return branches.map((branch) => ({
    key: branch.department.id,
    title: <DepartmentTitle branch={branch} drop={drop} />,
    children: nodesOf(branch.branches, drop),
  }));
}

/** Whether a department takes what is dragged onto it: no person who is there, no department that lies there or above. */
function takes(known: Department[], what: Dragged, by: Department): boolean {
  if ("person" in what) return what.person.department?.id !== by.id;
  return what.department.parent_id !== by.id && !pathTo(known, by.id).includes(what.department.id);
}

export function DepartmentsPanel({ value, onChange, onAdd, arrange }: Props) {
  const t = useWords(WORDS);
  const a = useWords(ARRANGE_WORDS);
  const departments = useDepartments();
  const [q, setQ] = useState("");
  const [opened, setOpened] = useState<string[] | null>(null);
  const known = useMemo(() => departments.data ?? [], [departments.data]);
  const branches = useMemo(() => matching(branchesOf(known), q), [known, q]);
  const drop = arrange && {
    takes: (what: Dragged, by: Department) => takes(known, what, by),
    onDrop: (what: Dragged, by: Department) => ("person" in what ? arrange.person(what.person, by) : arrange.department(what.department, by)),
    onRefuse: (what: Dragged, by: Department) => {
      const above = "department" in what && what.department.id !== by.id && pathTo(known, by.id).includes(what.department.id);
      if (above) arrange.belowItself(what.department, by);
    },
  };
  const nodes = nodesOf(branches, drop);
  const first = known.length > ALL_OPEN ? [...branches.map((each) => each.department.id), ...pathTo(known, value)] : known.map((each) => each.id);
  return (
    <section className="panel" style={{ width: 268, flex: "none", position: "sticky", top: 76 }} data-testid="departments">
      <header>
        <h2>{t("departments")}</h2>
        {onAdd && (
          <span className="acts">
            <Button type="text" size="small" icon={<PlusOutlined />} aria-label={t("addDepartment")} title={t("addDepartment")} onClick={onAdd} />
          </span>
        )}
      </header>
      <div style={{ padding: "8px 12px 14px" }}>
        {known.length > 8 && <Input allowClear size="small" prefix={<SearchOutlined style={{ color: "var(--muted)" }} />} placeholder={a("findDepartment")} aria-label={a("findDepartment")} onChange={(event) => setQ(event.target.value)} style={{ marginBottom: 8 }} />}
        {departments.isError ? (
          <ErrorState error={departments.error} retry={() => void departments.refetch()} />
        ) : departments.isPending ? (
          <Skeleton active title={false} paragraph={{ rows: 5 }} />
        ) : nodes.length ? (
          <Tree
            blockNode
            virtual
            height={Math.max(240, window.innerHeight - 280)}
            treeData={nodes}
            expandedKeys={q ? known.map((each) => each.id) : (opened ?? first)}
            onExpand={(keys) => setOpened(keys.map(String))}
            selectedKeys={value ? [value] : []}
            onSelect={(keys) => onChange(keys[0] === undefined ? undefined : String(keys[0]))}
          />
        ) : (
          <p className="muted small">{a("noDepartment")}</p>
        )}
        {arrange && <p className="muted small" style={{ margin: "10px 0 0" }}>{a("dragHint")}</p>}
      </div>
    </section>
  );
}
