/** Which moves a row offers. The server decides for good; this only keeps impossible ones out of the menu. */
import type { CustomerRow } from "../../api";
import type { MoveName } from "../moves/api";

export type Scope = "mine" | "team" | "shared" | "acting_for" | "all" | "archived";

const standing = (until: string | null) => until !== null && Date.parse(until) > Date.now();

export function movesFor(row: CustomerRow, mine: boolean, mayAssign: boolean): MoveName[] {
  if (row.state === "archived") return mayAssign ? ["restore"] : [];
  if (row.state === "owned") {
    const lock = standing(row.locked_until) ? "unlock" : "lock";
    if (mine) return mayAssign ? ["release", "transfer", lock, "archive"] : ["release", "transfer", lock];
    return mayAssign ? ["transfer", standing(row.protected_until) ? "unprotect" : "protect", lock, "archive"] : [];
  }
  return row.state === "pooled" && mayAssign ? ["assign"] : [];
}

export function batchMovesFor(scope: Scope, mayAssign: boolean): MoveName[] {
  if (scope === "mine") return ["release", "transfer", "lock", "unlock"];
  if (!mayAssign || scope === "shared" || scope === "acting_for") return [];
  if (scope === "archived") return ["restore"];
  return scope === "team" ? ["transfer", "protect", "lock", "archive"] : ["assign", "transfer", "protect", "archive"];
}
