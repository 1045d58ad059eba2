/** The one HTTP client: adds the CSRF token and an Idempotency-Key, and repeats a move once when the line broke. */
import createClient from "openapi-fetch";

import type { paths } from "./schema";

const MOVES = /\/(claims|release|assign|transfer|move-pool|archive|restore|moves|reveals|offers|accept|decline|draws|cancel|hand-over)$/;
// Can't happen twice: the second time one is told that the customer is one's own. A key would double the work of a rush.
const CLAIM = /\/claim$/;
let csrfToken: string | null = null;

/** Keeps the token that the server gave with the session; it goes with every call that changes something. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(request: Request): Promise<Response> {
  if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
  const { pathname } = new URL(request.url);
  if (request.method !== "POST" || !(MOVES.test(pathname) || CLAIM.test(pathname))) return fetch(request);
  if (!CLAIM.test(pathname)) request.headers.set("Idempotency-Key", randomKey());
  const again = request.clone();
  // With the same key a repeated move is answered like the first, so a broken line can't move anything twice.
  return fetch(request).catch(() => fetch(again));
}

export const api = createClient<paths>({ baseUrl: "/", fetch: send });
