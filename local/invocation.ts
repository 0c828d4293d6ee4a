/** How an invocation ended. A failed one carries the error as Lambda describes it and one sentence for people. */
export type Invocation =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly payload: string; readonly reason: string };

/** Bytes that Lambda takes as an event, and as a synchronous answer. */
export const LARGEST_PAYLOAD = 6 * 1024 * 1024;

/** An invocation that failed before or outside the handler, with Lambda's name for that. */
export function failedInvocation(errorType: string, errorMessage: string): Invocation {
  return { ok: false, payload: JSON.stringify({ errorType, errorMessage }), reason: errorMessage };
}
