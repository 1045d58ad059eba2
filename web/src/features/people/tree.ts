/** The flat list of departments as the tree that people see. */
import type { Department } from "../../api";

/** `total`: the people of the department and of all below it. */
export type Branch = { department: Department; branches: Branch[]; total: number };
export type Option = { value: string; title: string; disabled?: boolean; children: Option[] };

export function branchesOf(departments: Department[]): Branch[] {
  const known = new Set(departments.map((each) => each.id));
  const below = new Map<string | null, Department[]>();
  for (const each of departments) {
    const parent = each.parent_id && known.has(each.parent_id) ? each.parent_id : null;
    const list = below.get(parent);
    if (list) list.push(each);
    else below.set(parent, [each]);
  }
  const grow = (parent: string | null): Branch[] =>
    (below.get(parent) ?? []).map((department) => {
      const branches = grow(department.id);
      return { department, branches, total: department.people + branches.reduce((sum, each) => sum + each.total, 0) };
    });
  return grow(null);
}

/** What is called so, with what lies above it. */
export function matching(branches: Branch[], q: string): Branch[] {
  const sought = q.trim().toLowerCase();
  if (!sought) return branches;
  return branches.flatMap((branch) => {
    const lower = matching(branch.branches, q);
    return lower.length || branch.department.name.toLowerCase().includes(sought) ? [{ ...branch, branches: lower }] : [];
  });
}

/** The ids from a department up to the root, itself first. */
export function pathTo(departments: Department[], id: string | undefined): string[] {
  const byId = new Map(departments.map((each) => [each.id, each]));
  const path: string[] = [];
  for (let at = id ? byId.get(id) : undefined; at; at = at.parent_id ? byId.get(at.parent_id) : undefined) path.push(at.id);
  return path;
}

/** Choices for a TreeSelect; `without` and all below it can't be chosen: no department lies below itself. */
export function optionsOf(branches: Branch[], without?: string, disabled = false): Option[] {
  return branches.map(({ department, branches: lower }) => {
    const off = disabled || department.id === without;
    return { value: department.id, title: department.name, disabled: off, children: optionsOf(lower, without, off) };
  });
}
