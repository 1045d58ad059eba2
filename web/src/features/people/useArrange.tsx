/** Moving departments and people in the tree: shown at once, and put back with the reason where it is refused. */
import { useMutation, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { App } from "antd";

import { Problem, type Department, type Person } from "../../api";
import { useLocale, useWords } from "../../shared/i18n";
import type { Page } from "../../shared/pages";
import { codeText, useProblemText } from "../../shared/problems";
import { patchDepartment, patchPerson, refreshPeople, removeDepartment } from "./api";
import { ARRANGE_WORDS } from "./arrangeWords";

const DEPARTMENTS = ["departments"];
const LISTS = ["people", "list"];
type Lists = InfiniteData<Page<Person>>;

export type Arrange = {
  department: (moved: Department, parent: Department) => void;
  person: (moved: Person, to: Department) => void;
  remove: (empty: Department) => Promise<unknown>;
  /** Says what the server would, without asking it. */
  belowItself: (department: Department, parent: Department) => void;
};

export function useArrange(): Arrange {
  const t = useWords(ARRANGE_WORDS);
  const problem = useProblemText();
  const locale = useLocale();
  const client = useQueryClient();
  const { message } = App.useApp();
  const refused = (error: unknown, name: string) => {
    const meanwhile = error instanceof Problem && error.status === 412;
    message.error(meanwhile ? t("movedMeanwhile", { name }) : t("putBack", { name, why: problem(error) }), 6);
  };
  const settled = () => refreshPeople(client);
  const edit = (change: (each: Department) => Department) =>
    client.setQueryData<Department[]>(DEPARTMENTS, (known) => known?.map(change));

  const department = useMutation({
    mutationFn: ({ moved, parent }: { moved: Department; parent: Department }) => patchDepartment(moved, { parent_id: parent.id }),
    onMutate: async ({ moved, parent }) => {
      await client.cancelQueries({ queryKey: DEPARTMENTS });
      const before = client.getQueryData<Department[]>(DEPARTMENTS);
      edit((each) => (each.id === moved.id ? { ...each, parent_id: parent.id } : each));
      return { before };
    },
    onError: (error, { moved }, kept) => {
      client.setQueryData(DEPARTMENTS, kept?.before);
      refused(error, moved.name);
    },
    onSuccess: (_, { moved, parent }) => void message.success(t("movedTo", { name: moved.name, to: parent.name })),
    onSettled: settled,
  });
  const person = useMutation({
    mutationFn: ({ moved, to }: { moved: Person; to: Department }) => patchPerson(moved, { department_id: to.id }),
    onMutate: async ({ moved, to }) => {
      await Promise.all([DEPARTMENTS, LISTS].map((queryKey) => client.cancelQueries({ queryKey })));
      const before = client.getQueryData<Department[]>(DEPARTMENTS);
      const lists = client.getQueriesData<Lists>({ queryKey: LISTS });
      const change = (each: Department) => (each.id === to.id ? 1 : 0) - (each.id === moved.department?.id ? 1 : 0);
      edit((each) => ({ ...each, people: each.people + change(each) }));
      const shown = (row: Person) => (row.id === moved.id ? { ...row, department: { id: to.id, name: to.name } } : row);
      client.setQueriesData<Lists>({ queryKey: LISTS }, (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(shown) })) });
      return { before, lists };
    },
    onError: (error, { moved }, kept) => {
      client.setQueryData(DEPARTMENTS, kept?.before);
      for (const [key, data] of kept?.lists ?? []) client.setQueryData(key, data);
      refused(error, moved.name);
    },
    onSuccess: (_, { moved, to }) => void message.success(t("movedTo", { name: moved.name, to: to.name })),
    onSettled: settled,
  });
  const remove = useMutation({
    mutationFn: removeDepartment,
    onSuccess: (_, { name }) => void message.success(t("removed", { name })),
    onError: (error) => void message.error(problem(error), 6),
    onSettled: settled,
  });
  return {
    department: (moved, parent) => department.mutate({ moved, parent }),
    person: (moved, to) => person.mutate({ moved, to }),
    remove: (empty) => remove.mutateAsync(empty),
    belowItself: (moved, parent) => void message.error(t("putBack", { name: moved.name, why: codeText("own_ancestor", { department: moved, parent }, locale) }), 6),
  };
}
