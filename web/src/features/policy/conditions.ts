/** A condition as the document holds it, edited as it stands: no second form that something could get lost in. */
import type { Fact } from "./api";

export type Leaf = { fact: string; is: string; value?: unknown };
export type Condition = Record<string, unknown>;
export type Kind = Fact["operators"][number]["value"];

export const groupKey = (node: Condition): "all" | "any" | null => (Array.isArray(node.all) ? "all" : Array.isArray(node.any) ? "any" : null);
export const partsOf = (node: Condition): Condition[] => (node.all ?? node.any) as Condition[];
export const isNot = (node: Condition): boolean => typeof node.not === "object" && node.not !== null;
export const isLeaf = (node: Condition): boolean => typeof node.fact === "string";

export function blankLeaf(facts: Fact[]): Condition {
  const fact = facts.find((each) => each.name === "level") ?? facts[0];
  return fact ? changedFact({ fact: "", is: "" }, fact) : {};
}

export function kindOf(facts: Fact[], leaf: Leaf): Kind | undefined {
  return facts.find((fact) => fact.name === leaf.fact)?.operators.find((operator) => operator.name === leaf.is)?.value;
}

function leafOf(fact: string, operator: string, value: unknown): Leaf {
  return value === undefined ? { fact, is: operator } : { fact, is: operator, value };
}

/** Another fact: the operator stays where it fits; a value of the old fact says nothing about the new one. */
export function changedFact(leaf: Leaf, fact: Fact): Leaf {
  const fitting = fact.operators.find((operator) => operator.name === leaf.is) ?? fact.operators[0];
  return { fact: fact.name, is: fitting?.name ?? "" };
}

/** Another operator: the value stays where both take the same kind, and one value becomes a list of one. */
export function changedOperator(leaf: Leaf, fact: Fact, operator: string): Leaf {
  const kind = (name: string) => fact.operators.find((each) => each.name === name)?.value;
  const [before, after] = [kind(leaf.is), kind(operator)];
  const single = before === "value" || before === "piece";
  if (before === after) return leafOf(leaf.fact, operator, leaf.value);
  if (single && after === "values" && leaf.value !== undefined) return leafOf(leaf.fact, operator, [leaf.value]);
  if (single && (after === "value" || after === "piece")) return leafOf(leaf.fact, operator, leaf.value);
  if (before === "values" && after === "value" && Array.isArray(leaf.value)) return leafOf(leaf.fact, operator, leaf.value[0]);
  return leafOf(leaf.fact, operator, undefined);
}

export function changedValue(leaf: Leaf, value: unknown): Leaf {
  return leafOf(leaf.fact, leaf.is, value);
}

/** A group without one of its parts; a group of one is that one, an empty group is nothing. */
export function withoutPart(node: Condition, index: number): Condition | null {
  const key = groupKey(node);
  const rest = key ? partsOf(node).filter((_, at) => at !== index) : [];
  if (!key || !rest.length) return null;
  return rest.length === 1 ? (rest[0] ?? null) : { [key]: rest };
}

export function withPart(node: Condition, part: Condition): Condition {
  const key = groupKey(node);
  return key ? { [key]: [...partsOf(node), part] } : { all: [node, part] };
}

export function replacedPart(node: Condition, index: number, part: Condition): Condition {
  const key = groupKey(node) ?? "all";
  return { [key]: partsOf(node).map((each, at) => (at === index ? part : each)) };
}

export function countLeaves(node: Condition): number {
  if (isNot(node)) return countLeaves(node.not as Condition);
  return groupKey(node) ? partsOf(node).reduce((sum, part) => sum + countLeaves(part), 0) : 1;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && (!value.length || value.some(isEmpty)));
}

/** The paths of the values that are still to be filled in. */
export function missingValues(node: Condition, facts: Fact[], path: string): string[] {
  if (isNot(node)) return missingValues(node.not as Condition, facts, `${path}.not`);
  const key = groupKey(node);
  if (key) return partsOf(node).flatMap((part, index) => missingValues(part, facts, `${path}.${key}[${index}]`));
  return isLeaf(node) && kindOf(facts, node as Leaf) !== "none" && isEmpty((node as Leaf).value) ? [`${path}.value`] : [];
}
