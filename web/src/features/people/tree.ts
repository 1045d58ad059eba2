/** The flat list of departments as the tree that people see. */
import type { Department } from "../../api";

export type Branch = { department: Department; branches: Branch[] };
export type Option = { value: string; title: string; disabled?: boolean; children: Option[] };

export function branchesOf(departments: Department[]): Branch[] {
  const known = new Set(departments.map((each) => each.id));
  const below = new Map<string | null, Department[]>();
  for (const each of departments) {
    const parent = each.parent_id && known.has(each.parent_id) ? each.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), each]);
  }
  const grow = (parent: string | null): Branch[] =>
    (below.get(parent) ?? []).map((department) => ({ department, branches: grow(department.id) }));
  return grow(null);
}

/** Choices for a TreeSelect; `without` and all below it can't be chosen: no department lies below itself. */
export function optionsOf(branches: Branch[], without?: string, disabled = false): Option[] {
  return branches.map(({ department, branches: lower }) => {
    const off = disabled || department.id === without;
    return { value: department.id, title: department.name, disabled: off, children: optionsOf(lower, without, off) };
  });
}
