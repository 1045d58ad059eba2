/** A condition in words while it is being written; a finished one is told by the server, in the same words. */
import { useLocale, useWords } from "../../../shared/i18n";
import { groupKey, isLeaf, isNot, partsOf, type Condition, type Leaf } from "../conditions";
import { CONDITION_WORDS } from "../conditionWords";
import type { Fact } from "../shapes";

export function useSentence(facts: Fact[] | undefined): (node: Condition | undefined | null) => string {
  const t = useWords(CONDITION_WORDS);
  const zh = useLocale() === "zh-CN";
  const gap = zh ? "" : " ";
  const meets = (left: string, right: string) => zh && left && right && /[\w)]$/.test(left) !== /^[\w(]/.test(right);
  const join = (pieces: string[]) => pieces.filter(Boolean).reduce((text, piece) => text + (text && (gap || meets(text, piece)) ? " " : "") + piece, "");

  const value = (given: unknown, fact: Fact | undefined): string => {
    if (Array.isArray(given)) return given.map((each) => value(each, fact)).join(zh ? "、" : ", ");
    if (given === undefined || given === null || given === "") return "…";
    const choice = fact?.choices?.find((each) => each.value === given);
    return choice ? (zh ? choice.words.zh : choice.words.en) : String(given);
  };
  const leaf = (node: Leaf): string => {
    const fact = facts?.find((each) => each.name === node.fact);
    const operator = fact?.operators.find((each) => each.name === node.is);
    const label = fact ? (zh ? fact.words.zh : fact.words.en) : node.fact || t("unknown");
    const verb = operator ? (zh ? operator.words.zh : operator.words.en) : node.is || t("unknown");
    if (!fact) return [label, verb, node.value === undefined ? "" : value(node.value, fact)].filter(Boolean).join(" ");
    if (operator?.value === "none") return fact.type === "flag" ? `${label}${zh ? "：" : ": "}${verb}` : join([label, verb]);
    const parts = verb.split("…").map((part) => part.trim());
    const values = operator?.value === "range" && Array.isArray(node.value) ? node.value.map((each) => value(each, fact)) : [value(node.value, fact)];
    // "…" stands where a value does, unless it stands at the end.
    const told = parts.flatMap((part, index) => (index < parts.length - 1 ? [part, values[index] ?? "…"] : [part]));
    return join([label, ...told, ...values.slice(parts.length - 1)]);
  };
  const tell = (node: Condition, inner: boolean): string => {
    if (isNot(node)) return t("notWord", { x: tell(node.not as Condition, false) });
    const key = groupKey(node);
    if (key) {
      const parts = partsOf(node);
      const told = join(parts.flatMap((part, index) => (index ? [t(key === "all" ? "and" : "or"), tell(part, true)] : [tell(part, true)])));
      return inner && parts.length > 1 ? (zh ? `（${told}）` : `(${told})`) : told;
    }
    return isLeaf(node) ? leaf(node as Leaf) : t("unknown");
  };
  return (node) => (node && tell(node, false)) || t("sentenceNone");
}
