/** The rules as text: read YAML or JSON, find the line of a fault by its path, write a document as YAML. */
import { isMap, LineCounter, parseDocument, stringify, type Document } from "yaml";

import { steps } from "./faults";
import type { Fault } from "./shapes";

export type LocatedFault = Fault & { line: number | null };
export type Read = { document: Record<string, unknown> | null; faults: LocatedFault[]; locate: (fault: Fault) => LocatedFault };

/** The line on which the node of a path stands, or the nearest one above it that is there. */
function lineOf(doc: Document, lines: LineCounter, path: string): number | null {
  const way = steps(path);
  for (let length = way.length; length > 0; length -= 1) {
    const node = doc.getIn(way.slice(0, length), true) as { range?: [number, number, number] | null } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}

/** Reads the text; JSON is YAML too. A text that can't be read comes back as faults with their lines. */
export function readDocument(text: string): Read {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (fault: Fault): LocatedFault => ({ ...fault, line: lineOf(doc, lines, fault.path) });
  if (doc.errors.length) {
    const faults = doc.errors.map((error) => ({ path: "", code: "yaml", data: { reason: error.message }, line: lines.linePos(error.pos[0]).line }));
    return { document: null, faults, locate };
  }
  if (!isMap(doc.contents)) return { document: null, faults: [{ path: "", code: "not_a_policy", data: {}, line: 1 }], locate };
  return { document: doc.toJS() as Record<string, unknown>, faults: [], locate };
}

const ORDER = ["segments", "warnings", "cleaning", "settings", "name", "when", "timers", "first_contact", "follow_up", "deal", "won", "holding", "contract", "target", "do", "all", "any", "not", "fact", "is", "value", "zh", "en"];

/** JSON from a database has its keys in any order; people read name, condition, timers, target. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!value || typeof value !== "object") return value;
  const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(entries.map(([key, each]) => [key, inOrder(each)]));
}

export function writeDocument(document: Record<string, unknown>): string {
  return stringify(inOrder(document), { lineWidth: 100 });
}
