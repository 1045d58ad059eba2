/** The reader's wishes in one draw: each change is saved at once, and what the rules refuse is told with why. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import type { DrawDetail, Ref } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import { codeText, useProblemText } from "../../shared/problems";
import { drawQuery, putWishes } from "./api";
import { WORDS } from "./words";

export type Wishes = {
  draw: DrawDetail | undefined;
  /** Whether wishes are taken now. */
  open: boolean;
  add: (customers: Ref[]) => void;
  move: (index: number, by: -1 | 1) => void;
  remove: (index: number) => void;
};

function placed(draw: DrawDetail, customers: Ref[]): DrawDetail {
  const blank = { outcome: null, round: null, turn: null, taken_by: null, code: null };
  return { ...draw, my_wishes: customers.map((customer, index) => ({ ...blank, customer, place: index + 1 })) };
}

export function useWishes(drawId: string | undefined): Wishes {
  const t = useWords(WORDS);
  const locale = useLocale();
  const problem = useProblemText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data: draw } = useQuery({ ...drawQuery(drawId ?? ""), enabled: drawId !== undefined });
  const key = drawQuery(drawId ?? "").queryKey;
  const save = useMutation({
    // One after the other, or an older list could come last.
    scope: { id: `wishes-${drawId}` },
    mutationFn: (customers: Ref[]) => putWishes({ id: drawId ?? "" }, customers.map((each) => each.id)),
    onSuccess: (answer, customers) => {
      client.setQueryData(key, answer.draw);
      const names = new Map(customers.map((each) => [each.id, each.name]));
      for (const { id, code, data } of answer.results) {
        if (code) message.warning(t("wishRefused", { name: names.get(id) ?? id, why: codeText(code, data, locale) }), 6);
      }
    },
    onError: (error) => {
      message.error(problem(error));
      void client.invalidateQueries({ queryKey: key });
    },
  });
  const put = (change: (before: Ref[]) => Ref[]) => {
    const before = client.getQueryData(key);
    if (!before) return;
    const after = change(before.my_wishes.map((wish) => wish.customer));
    client.setQueryData(key, placed(before, after));
    save.mutate(after);
  };
  return {
    draw,
    open: draw?.state === "open",
    add: (customers) => put((before) => [...before, ...customers.filter((each) => !before.some((known) => known.id === each.id)).map(({ id, name }) => ({ id, name }))]),
    move: (index, by) =>
      put((before) => {
        const after = [...before];
        const [moved] = after.splice(index, 1);
        if (moved) after.splice(index + by, 0, moved);
        return after;
      }),
    remove: (index) => put((before) => before.filter((_, place) => place !== index)),
  };
}
