/** Where a book shall go, as the wizard holds it, and as the server is asked. */
import type { HandOverIn, Ref } from "../../api";
import type { Condition } from "../policy/conditions";

export type Row = { key: number; when: Condition | null; to: "heirs" | "pool"; heirs: Ref[]; poolId?: string };
export type Plan = {
  way: HandOverIn["way"];
  how: "in_turn" | "by_load" | "by_condition";
  heirs: Ref[];
  rows: Row[];
  /** Left out: each to its home pool. */
  poolId?: string;
  deactivate: boolean;
};

export const BLANK: Plan = {
  way: "heirs",
  how: "in_turn",
  heirs: [],
  rows: [
    { key: 1, when: null, to: "heirs", heirs: [] },
    { key: 2, when: null, to: "pool", heirs: [] },
  ],
  deactivate: false,
};

const ids = (heirs: Ref[]) => heirs.map((each) => each.id);

export function bodyOf(plan: Plan): HandOverIn {
  const common = { way: plan.way, how: plan.how, deactivate: plan.deactivate, confirm_over_cap: false, heirs: [], rows: [] };
  if (plan.way === "pools") return { ...common, pool_id: plan.poolId ?? null };
  if (plan.way === "manager") return common;
  if (plan.how !== "by_condition") return { ...common, heirs: ids(plan.heirs) };
  const last = plan.rows.length - 1;
  const rows = plan.rows.map((row, i) => ({
    when: i === last ? null : row.when,
    to: row.to,
    heirs: row.to === "heirs" ? ids(row.heirs) : [],
    pool_id: row.to === "pool" ? (row.poolId ?? null) : null,
  }));
  return { ...common, rows };
}

/** What is still missing: nobody to give it to, or a row without its condition. */
export function missing(plan: Plan): "needHeirs" | "needConditions" | null {
  if (plan.way !== "heirs") return null;
  if (plan.how !== "by_condition") return plan.heirs.length ? null : "needHeirs";
  if (plan.rows.some((row) => row.to === "heirs" && !row.heirs.length)) return "needHeirs";
  return plan.rows.slice(0, -1).every((row) => row.when) ? null : "needConditions";
}
