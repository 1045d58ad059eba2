/** A department in the tree: its name and how many people; dragged, and dropped upon. */
import { useState, type DragEvent } from "react";

import type { Department } from "../../api";
import { useWords } from "../../shared/i18n";
import { ARRANGE_WORDS } from "./arrangeWords";
import { dragBy, draggedNow, type Dragged } from "./dragging";
import type { Branch } from "./tree";

/** What isn't taken may be dropped all the same, so that it can be said why. */
export type Drop = { takes: (what: Dragged, by: Department) => boolean; onDrop: (what: Dragged, by: Department) => void; onRefuse: (what: Dragged, by: Department) => void };

export function DepartmentTitle({ branch, drop }: { branch: Branch; drop?: Drop }) {
  const t = useWords(ARRANGE_WORDS);
  const [over, setOver] = useState<"takes" | "not" | null>(null);
  const { department, total } = branch;
  const target = drop && {
    onDragOver: (event: DragEvent) => {
      const what = draggedNow();
      if (!what) return;
      event.preventDefault();
      setOver(drop.takes(what, department) ? "takes" : "not");
    },
    onDragLeave: () => setOver(null),
    onDrop: (event: DragEvent) => {
      const what = draggedNow();
      setOver(null);
      event.preventDefault();
      if (what) (drop.takes(what, department) ? drop.onDrop : drop.onRefuse)(what, department);
    },
  };
  const source = drop && department.parent_id ? dragBy({ department }) : undefined;
  const state = over === "takes" ? " drop-here" : over === "not" ? " drop-not" : "";
  return (
    <span className={`row between${source ? " grab" : ""}${state}`} style={{ minWidth: 0 }} data-testid={`department-${department.id}`} {...source} {...target}>
      <span className="clip" title={department.name}>
        {department.name}
      </span>
      <span className="num muted small" title={t("counts", { own: department.people, all: total })}>
        {branch.branches.length && department.people ? `${department.people}/${total}` : total}
      </span>
    </span>
  );
}
