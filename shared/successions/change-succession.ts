import { changeNow, requestDigest } from '../change.ts';
import type { Context } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { expectedVersionOf } from '../operation.ts';
import { beginningOf } from '../clock.ts';
import type { Succession } from './succession.ts';
import { readSuccession, writeSuccession } from './successions-items.ts';

/**
 * Accepts or withdraws a succession of the version that the caller has seen, once, from one of these states. A repeated
 * request is answered with what the first one made.
 *
 * Refusals: `request.stale`; `succession.ended` for one that is of no such state, or whose day has come.
 */
export async function changeSuccession(
  context: Context,
  succession: Succession,
  status: 'accepted' | 'withdrawn',
  from: readonly Succession['status'][],
): Promise<Succession> {
  const { organisation, on } = succession;
  const seen = expectedVersionOf(context);
  const request = requestDigest(context, `succession-${status}`, { organisation });
  if (isOwnWrite(succession, seen, request)) return succession;
  if (succession.version !== seen) throw refusal('request.stale');
  const isLate = beginningOf(on) <= context.clock.now();
  if (!from.includes(succession.status) || isLate) throw refusal('succession.ended');
  const change = { ...changeNow(context, status), request };
  const next = { ...succession, status, version: seen + 1, change };
  if (await writeSuccession(context.table, next)) return next;
  const now = await readSuccession(context.table, organisation);
  if (now !== undefined && isOwnWrite(now, seen, request)) return now;
  throw refusal('request.stale');
}
