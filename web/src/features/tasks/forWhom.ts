/** Whose work somebody who acts for others is looking at: the choice in the address, and the mark on each line. */
import type { Ref } from "../../api";
import { useWords } from "../../shared/i18n";
import { useMe } from "../../shared/me";
import { useUrlState } from "../../shared/urlState";
import { BOTH, type Whose } from "./api";
import { WORDS } from "./words";

/** "代 王敏" for what is somebody's for whom one acts; nothing for one's own. */
export function useForWhom(): (person: Ref | null) => string | undefined {
  const t = useWords(WORDS);
  const { acts_for } = useMe();
  return (person) => (person && acts_for.some((each) => each.person.id === person.id) ? t("forPerson", { name: person.name }) : undefined);
}

/** The same on a page's lines: nothing where the page is about that one person. */
export function useMark(): (person: Ref) => string | undefined {
  const forWhom = useForWhom();
  const [url] = useUrlState();
  return (person) => (url.for === person.id ? undefined : forWhom(person));
}

/** Both without a choice; `mine`, or the id of somebody one acts for. */
export function useWhose(): [Whose, string, (choice: string) => void] {
  const { acts_for } = useMe();
  const [url, setUrl] = useUrlState();
  const choice = acts_for.length ? (url.for ?? "") : "";
  const person = acts_for.find((each) => each.person.id === choice)?.person.id;
  const whose: Whose = person ? { scope: "acting_for", person } : choice === "mine" ? { scope: "mine" } : BOTH;
  return [whose, person ?? (choice === "mine" ? choice : ""), (next) => setUrl({ for: next || undefined })];
}
