/** Turns an answer of the server into data, or into a typed Problem that `shared/problems.ts` can put into words. */

export type FieldError = { path: string; code: string; message?: string };
type Body = { code?: string; title?: string; detail?: string; data?: Record<string, unknown>; errors?: FieldError[] };

/** A refusal or failure: `code` is stable, `data` holds its numbers, names and times. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly data: Record<string, unknown>;
  readonly errors: FieldError[];

  constructor(status: number, body: Body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 401 ? "not_signed_in" : status === 404 ? "not_found" : "internal_error");
    this.data = body.data ?? {};
    this.errors = body.errors ?? [];
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Awaits a call of the client and returns its data. Throws a Problem (code `offline` where nothing answered). */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(0, { code: "offline" });
  }
  if (!answer.response.ok) {
    const body = answer.error;
    throw new Problem(answer.response.status, body && typeof body === "object" ? (body as Body) : {});
  }
  return answer.data as T;
}
