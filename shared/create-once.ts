import type * as z from 'zod';
import type { Change } from './change.ts';
import { refusal } from './errors.ts';
import { absent, type Item, type Table } from './table/table.ts';

/**
 * Puts an item whose id is derived from its request, once. A repeated request finds what the first one made, as it is
 * now. Refuses with `request.key-reused` when what is there was made by another request with the same Idempotency-Key.
 */
export async function createOnce<T extends { readonly request: string }>(
  table: Table,
  item: Item & { readonly request: string },
  schema: z.ZodType<T>,
): Promise<T> {
  if (await table.put(item, absent)) return schema.parse(item);
  const there = await table.get({ pk: item.pk, sk: item.sk }, schema, { consistent: true });
  if (there === undefined) throw refusal('request.busy');
  return madeBy(there, item.request);
}

/**
 * What this request has made before. Refuses with `request.key-reused` what was made by another one with the same
 * Idempotency-Key.
 */
export function madeBy<T extends { readonly request: string }>(there: T, request: string): T {
  if (there.request !== request) throw refusal('request.key-reused');
  return there;
}

/**
 * Whether the item that refused a write on condition of the version seen is what that same write made: its
 * acknowledgement was lost and it was sent again, or the caller sent the request again.
 */
export function isOwnWrite(
  item: { readonly version: number; readonly change: Change },
  seen: number,
  request: string,
): boolean {
  return item.version === seen + 1 && item.change.request === request;
}
