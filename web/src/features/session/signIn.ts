/** Opens a session and hands the fresh `me` to the store, so that the first page needs no second call. */
import type { QueryClient } from "@tanstack/react-query";

import { api, ok, setCsrfToken } from "../../api";
import { adopt, ME } from "../../shared/me";

export async function signIn(client: QueryClient, login: string, password: string): Promise<void> {
  const session = await ok(api.POST("/api/v1/session", { body: { login, password } }));
  client.clear();
  setCsrfToken(session.csrf_token);
  client.setQueryData(ME, adopt(session.me));
}

/** Only an address inside the app: a link must not send people elsewhere after signing in. */
export function safeBack(back: string | null): string {
  return back && /^\/(?![/\\])/.test(back) ? back : "/";
}
