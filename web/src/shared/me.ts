/** Who is signed in, what they may do, and the pool they are working in. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import { api, ok, setCsrfToken, type Me, type MyPool } from "../api";
import { setLocale, type Locale } from "./i18n";
import { setZone } from "./time";

export const ME = ["me"] as const;

/** Takes over what a fresh `me` brings along: token, time zone. */
export function adopt(me: Me): Me {
  if (me.csrf_token) setCsrfToken(me.csrf_token);
  setZone(me.tenant.timezone);
  return me;
}

export async function loadMe(): Promise<Me> {
  return adopt(await ok(api.GET("/api/v1/me")));
}

let soon: number | undefined;

/** Reads `me` again once it has been quiet for a moment: in a rush everybody claims at once, and each claim is counted on the screen already. */
export function refreshMeSoon(client: QueryClient): void {
  window.clearTimeout(soon);
  soon = window.setTimeout(() => void client.invalidateQueries({ queryKey: ME }), 1_000 + Math.random() * 2_000);
}

export function useMeQuery() {
  return useQuery({ queryKey: ME, queryFn: loadMe, staleTime: 60_000, refetchInterval: 120_000 });
}

/** The signed-in person; only for use inside the frame, which waits for it. */
export function useMe(): Me {
  const client = useQueryClient();
  const { data } = useMeQuery();
  const me = data ?? client.getQueryData<Me>(ME);
  if (!me) throw new Error("useMe outside the signed-in frame");
  return me;
}

/** Whether a pool deals its customers itself, by offers or a draw: then nobody claims from its list. */
export function useDeals(): (poolId: string) => boolean {
  const me = useMe();
  return (poolId) => (me.pools.find((pool) => pool.id === poolId)?.mode ?? "list") !== "list";
}

export function useCan(): (permission: string) => boolean {
  const me = useMe();
  return (permission) => me.permissions.includes(permission);
}

/** What the person's roles let them see and change of a customer's fields. */
export function useFieldRights(): { sees: (field: string) => boolean; writes: (field: string) => boolean } {
  const { hidden_fields: hidden, readonly_fields: readonly } = useMe();
  return { sees: (field) => !hidden.includes(field), writes: (field) => !hidden.includes(field) && !readonly.includes(field) };
}

/** Stores the language with the person, so that it follows them to another device. */
export async function saveLocale(locale: Locale): Promise<void> {
  setLocale(locale);
  await ok(api.PATCH("/api/v1/me", { body: { locale } }));
}

const POOL_KEY = "gonghai.pool";
const listeners = new Set<() => void>();

export function choosePool(id: string): void {
  localStorage.setItem(POOL_KEY, id);
  listeners.forEach((listener) => listener());
}

/** The pool that the header's numbers are about: the one chosen last, else the first that one may claim from. */
export function useCurrentPool(): MyPool | undefined {
  const me = useMe();
  const chosen = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(POOL_KEY),
  );
  return me.pools.find((pool) => pool.id === chosen) ?? me.pools.find((pool) => pool.rights.claim) ?? me.pools[0];
}
