import * as z from 'zod';
import { actorId, type Context } from './context.ts';
import { digest } from './ids.ts';

/**
 * What the last write of an aggregate was. It makes the table's stream an outbox: `type` is the intention, the two images
 * are its consequences. Each noun may carry more here that only its announcement needs; the next write replaces it.
 */
export const changeSchema = z.looseObject({
  type: z.string(),
  /** The actor's id; never a name. */
  by: z.string(),
  at: z.iso.datetime(),
  /** The digest of the request that made the change, where a repeated one must find the same answer. */
  request: z.string().optional(),
});
export type Change = z.infer<typeof changeSchema>;

/** The `change` of a write that the context's actor makes now. */
export function changeNow<Type extends string>(context: Context, type: Type) {
  return { type, by: actorId(context.actor), at: context.clock.now().toISOString() };
}

/** The `change` of a write that the installation makes by itself, at a deadline or in a repair. */
export function changeByItself<Type extends string>(type: Type, now: Date) {
  return { type, by: 'cohortium', at: now.toISOString() };
}

/** The digest of a request: its actor, operation, Idempotency-Key and input, to tell a repetition from another request. */
export function requestDigest(context: Context, operation: string, input: unknown): string {
  return digest(actorId(context.actor), operation, context.request.idempotencyKey ?? '', JSON.stringify(input)).slice(
    0,
    16,
  );
}
