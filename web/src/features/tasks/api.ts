/** Reads of tasks, plans and their counts, what becomes of a task, and what is read again afterwards. */
import { queryOptions, useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { api, ok, type Plan, type Task, type TaskBatch } from "../../api";
import { ME } from "../../shared/me";
import { usePages } from "../../shared/pages";
import { useProblemText } from "../../shared/problems";

export type Show = "open" | "overdue" | "today" | "later" | "lapsed" | "done" | "refused" | "cancelled" | "all";
/** Whose tasks and plans a list is about: one's own, those of whom one acts for, both; of them one person's. */
export type Whose = { scope: "mine" | "acting_for" | "both"; person?: string };
export const BOTH: Whose = { scope: "both" };
export type TaskQuery = { scope?: Whose["scope"] | "all"; show?: Show; batch_id?: string; assignee_id?: string; due_from?: string; due_until?: string; limit?: number };
type Window = { due_from?: string; due_until?: string };

// Under "customers", so that every move and follow-up has them read again.
const KEY = ["customers", "tasks"] as const;

export function agendaQuery({ scope, person }: Whose) {
  return queryOptions({
    queryKey: [...KEY, "agenda", scope, person ?? ""],
    queryFn: () => ok(api.GET("/api/v1/agenda", { params: { query: { scope, assignee_id: person } } })),
    refetchInterval: 120_000,
  });
}

export function useTasks(query: TaskQuery, enabled = true) {
  return usePages<Task>([...KEY, "list", query], (after) => ok(api.GET("/api/v1/tasks", { params: { query: { limit: 20, ...query, after } } })), { enabled });
}

export function usePlans({ scope, person }: Whose, window: Window, limit = 20, enabled = true) {
  const query = { scope, owner_id: person, ...window, limit };
  return usePages<Plan>([...KEY, "plans", query], (after) => ok(api.GET("/api/v1/plans", { params: { query: { ...query, after } } })), { enabled });
}

export function useBatches(scope: "mine" | "all") {
  return usePages<TaskBatch>([...KEY, "batches", scope], (after) => ok(api.GET("/api/v1/task-batches", { params: { query: { scope, after } } })));
}

export function batchQuery(id: string) {
  return queryOptions({
    queryKey: [...KEY, "batch", id],
    queryFn: () => ok(api.GET("/api/v1/task-batches/{batch_id}", { params: { path: { batch_id: id } } })),
  });
}

export function customerTasksQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "tasks"],
    queryFn: () => ok(api.GET("/api/v1/customers/{customer_id}/tasks", { params: { path: { customer_id: id } } })),
  });
}

export async function refreshTasks(client: QueryClient): Promise<void> {
  await Promise.all([KEY, ["customer"], ME].map((queryKey) => client.invalidateQueries({ queryKey })));
}

export type Act = { verb: "refuse"; reason: string } | { verb: "cancel" } | { verb: "reassign"; person_id: string };

function send(id: string, act: Act) {
  const params = { path: { task_id: id } };
  switch (act.verb) {
    case "refuse":
      return ok(api.POST("/api/v1/tasks/{task_id}/refuse", { params, body: { reason: act.reason } }));
    case "cancel":
      return ok(api.POST("/api/v1/tasks/{task_id}/cancel", { params, body: {} }));
    case "reassign":
      return ok(api.POST("/api/v1/tasks/{task_id}/reassign", { params, body: { person_id: act.person_id } }));
  }
}

/** Refuses, cancels or passes on one task; says so, or why not. */
export function useActOnTask(id: string, said: string, onDone?: () => void) {
  const client = useQueryClient();
  const problem = useProblemText();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (act: Act) => send(id, act),
    onSuccess: () => {
      message.success(said);
      onDone?.();
    },
    onError: (error) => void message.error(problem(error), 6),
    onSettled: () => void refreshTasks(client),
  });
}
