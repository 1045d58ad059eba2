/** The policy's calls: what is in force, the draft, faults and preview of a document, versions, ready-made ones. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, ok, Problem, type Policy } from "../../api";
import type { PolicyDocument } from "./rules";
import type { Check, Diff, Draft, Fact, Preview, PreviewCustomer, PreviewQuestion, Publication, Template, Version } from "./shapes";

export type { Check, Diff, Draft, Fact, Fault, Preview, PreviewCustomer, PreviewQuestion, Publication, Template, Totals, Version } from "./shapes";

export const policyKey = (poolId: string) => ["pools", poolId, "policy"] as const;
export const draftKey = (poolId: string) => ["pools", poolId, "draft"] as const;
const path = (poolId: string) => ({ path: { pool_id: poolId } });
const one = (poolId: string, number: number) => ({ path: { pool_id: poolId, number } });
const matching = (version: number) => ({ "If-Match": `"${version}"` });

/** What may not be there yet: `null` instead of a 404. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 404 && error.data.what !== "pool") return null;
    throw error;
  }
}

/** `null`: the pool has no policy in force yet. */
export function usePolicy(poolId: string) {
  return useQuery({
    queryKey: policyKey(poolId),
    queryFn: (): Promise<Policy | null> => orNull(ok(api.GET("/api/v1/pools/{pool_id}/policy", { params: path(poolId) }))),
  });
}

/** The list of versions knows whether there is one: asking for what isn't there would be an error in the browser's log. */
async function readDraft(poolId: string): Promise<Draft | null> {
  const { draft } = await ok(api.GET("/api/v1/pools/{pool_id}/policies", { params: path(poolId) }));
  return draft && orNull(ok(api.GET("/api/v1/pools/{pool_id}/policy/draft", { params: path(poolId) })));
}

/** `null`: nobody has begun a draft. */
export function draftQuery(poolId: string) {
  return queryOptions({
    queryKey: draftKey(poolId),
    queryFn: () => readDraft(poolId),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Saves over exactly that version; `null` begins one. Somebody else's save in between is a Problem 412. */
export function saveDraft(poolId: string, document: PolicyDocument, basedOn: number | null, version: number | null): Promise<Draft> {
  const params = { ...path(poolId), header: version === null ? { "If-None-Match": "*" } : matching(version) };
  return ok(api.PUT("/api/v1/pools/{pool_id}/policy/draft", { params, body: { document, based_on: basedOn } }));
}

export function discardDraft(poolId: string, version: number): Promise<unknown> {
  return ok(api.DELETE("/api/v1/pools/{pool_id}/policy/draft", { params: { ...path(poolId), header: matching(version) } }));
}

export function publishDraft(poolId: string, version: number, body: Publication): Promise<Policy> {
  return ok(api.POST("/api/v1/pools/{pool_id}/policy/draft/publish", { params: { ...path(poolId), header: matching(version) }, body }));
}

export function publishAgain(poolId: string, number: number, body: Publication): Promise<Policy> {
  return ok(api.POST("/api/v1/pools/{pool_id}/policies/{number}/publish-again", { params: one(poolId, number), body }));
}

export function useVersions(poolId: string) {
  return useQuery<{ versions: Version[] }>({
    queryKey: ["pools", poolId, "policies"],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/policies", { params: path(poolId) })),
  });
}

export function versionQuery(poolId: string, number: number) {
  return queryOptions<Policy>({
    queryKey: ["pools", poolId, "policies", number],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/policies/{number}", { params: one(poolId, number) })),
  });
}

export function useDiff(poolId: string, from: number | null, to: number | "draft") {
  return useQuery<Diff>({
    queryKey: ["pools", poolId, "diff", from, to],
    queryFn: () => ok(api.GET("/api/v1/pools/{pool_id}/policies/diff", { params: { ...path(poolId), query: { from: from ?? 0, to } } })),
    enabled: from !== null && from !== to,
    staleTime: 0,
  });
}

/** What conditions may speak of, with words, operators and choices. */
export function useFacts() {
  return useQuery<Fact[]>({
    queryKey: ["policy", "facts"],
    queryFn: async () => (await ok(api.GET("/api/v1/policy/facts"))).items,
    staleTime: 300_000,
  });
}

export function useTemplates(enabled = true) {
  return useQuery<Template[]>({
    queryKey: ["policy", "templates"],
    queryFn: async () => (await ok(api.GET("/api/v1/policy/templates"))).items,
    staleTime: Infinity,
    enabled,
  });
}

/** All faults of a document and its rows in words; the answer before stays until the next one is there. */
export function useCheck(poolId: string, document: PolicyDocument, enabled: boolean) {
  return useQuery<Check>({
    queryKey: ["pools", poolId, "check", document],
    queryFn: () => ok(api.POST("/api/v1/pools/{pool_id}/policy/check", { params: path(poolId), body: { document } })),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

export function usePreview(poolId: string, question: PreviewQuestion | null) {
  return useQuery<Preview>({
    queryKey: ["pools", poolId, "preview", question],
    queryFn: () => ok(api.POST("/api/v1/pools/{pool_id}/policy/preview", { params: path(poolId), body: question ?? {} })),
    enabled: question !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 120_000,
    retry: false,
  });
}

export type Cut = { owner_id?: string; department_id?: string; segment?: number; within: 0 | 7 | 30 };

export function previewCustomers(poolId: string, question: PreviewQuestion, cut: Cut, after?: string): Promise<{ items: PreviewCustomer[]; next: string | null }> {
  const body = { ...question, ...cut, limit: 50, after: after ?? null };
  return ok(api.POST("/api/v1/pools/{pool_id}/policy/preview/customers", { params: path(poolId), body }));
}

export async function previewCsv(poolId: string, question: PreviewQuestion): Promise<Blob> {
  return ok(api.POST("/api/v1/pools/{pool_id}/policy/preview.csv", { params: path(poolId), body: question, parseAs: "blob" }));
}
