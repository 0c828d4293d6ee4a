import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actorId } from '../context.ts';
import { refusal, type FieldError } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { decisionOf, putAllocation, removeAllocation } from './allocations-items.ts';
import { collectClaims } from './collect-claims.ts';
import { allocationAnswer, allocationAnswerSchema, proposalOf } from './get-allocation.ts';
import { mostEntries, type Ledger } from './ledger.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { writeOrder } from './naming-items.ts';
import { readLedger } from './places-items.ts';

const input = z.strictObject({
  cohort: cohortId,
  order: z
    .array(z.int().min(1))
    .max(mostEntries)
    .describe('Every claim that came in time, by its ticket, in the order in which places are given'),
  adjustments: z
    .array(z.strictObject({ ticket: z.int().min(1), reason: z.string().trim().min(1).max(500) }))
    .max(mostEntries)
    .default([])
    .describe('Why a ticket stands earlier than it was proposed, for each that does'),
});

/**
 * Fixes the order in which an allocated cohort gives its places, once its closing date has come, and gives them by the same
 * write: the first hold places, the rest wait in this order, and claims that came too late wait behind them. Each ticket
 * that stands before one that was proposed ahead of it needs a reason. Sent again with the same order, it is answered again.
 * Of several at the same moment one counts, with its own reasons: the ledger names the decision that it goes by.
 *
 * Refusals: `allocation.none`; `allocation.not-closed` before the closing date; `allocation.fixed` when another order is;
 * `request.invalid` for an order that leaves out a claim or has one that is not there, and for one moved up without a
 * reason; `cohort.already-ended`. Causes cohort.places-allocated, and place.confirmed for whoever gets a place.
 */
export const fixAllocation = defineOperation({
  name: 'fix-allocation',
  summary: 'Fix the order of the claims on an allocated cohort, and give its places',
  kind: 'act',
  input,
  output: allocationAnswerSchema,
  example: { cohort: 'coh_0123456789ab', order: [5, 3], adjustments: [{ ticket: 5, reason: 'Opens a new ward' }] },
  refusals: ['allocation.none', 'allocation.not-closed', 'allocation.fixed', 'cohort.already-ended', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { order, adjustments }, cohort) {
    const { table, clock } = context;
    if (cohort.allocation === undefined) throw refusal('allocation.none');
    await collectClaims(table, clock, cohort.id);
    await lapseOverdueWaits(table, clock, cohort.id);
    const ledger = await readLedger(table, cohort.id, { consistent: true });
    if (ledger === undefined) throw refusal('allocation.not-closed');
    if (isFixed(ledger, order)) return await allocationAnswer(context, cohort, ledger);
    if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
    if (ledger.lateFrom === undefined) throw refusal('allocation.not-closed');
    const proposed = (await proposalOf(context, cohort, ledger)).proposed.map(({ ticket }) => ticket);
    const fields = orderErrors(order, proposed, new Set(adjustments.map(({ ticket }) => ticket)));
    if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
    const decided = { order, proposed, adjustments, by: actorId(context.actor), at: clock.now().toISOString() };
    const decision = decisionOf(decided);
    await putAllocation(table, cohort.id, decided);
    const change = { ...changeNow(context, 'places-allocated'), audience: cohort.sharedWith };
    const { applied, item } = await writeOrder(table, cohort.id, { order, decision }, change);
    if (item?.decision !== decision) await removeAllocation(table, cohort.id, decision);
    if (item === undefined) throw refusal('request.busy');
    if (!applied && !isFixed(item, order)) throw refusal('cohort.already-ended');
    return await allocationAnswer(context, cohort, item);
  },
});

/** Whether this order is fixed already. Refuses when another one is. */
function isFixed(ledger: Ledger, order: readonly number[]): boolean {
  if (ledger.order === undefined) return false;
  if (ledger.order.join(' ') !== order.join(' ')) throw refusal('allocation.fixed');
  return true;
}

/**
 * What is wrong with an order: it has each claim that is there once, and a reason for each ticket that stands before one
 * that was proposed ahead of it.
 */
function orderErrors(
  order: readonly number[],
  proposed: readonly number[],
  explained: ReadonlySet<number>,
): FieldError[] {
  const left = new Set(order);
  const missing = proposed.filter((ticket) => !left.has(ticket));
  const known = new Set(proposed);
  const unknown = order.filter((ticket) => !known.has(ticket));
  const errors: FieldError[] = [];
  if (missing.length > 0) errors.push({ field: 'order', message: `Without the tickets ${missing.join(', ')}` });
  if (unknown.length > 0) errors.push({ field: 'order', message: `No claims in time: ${unknown.join(', ')}` });
  if (left.size < order.length) errors.push({ field: 'order', message: 'A ticket is listed twice' });
  if (errors.length > 0) return errors;
  const rank = new Map(proposed.map((ticket, index) => [ticket, index]));
  const rankOf = (ticket: number) => rank.get(ticket) ?? 0;
  let firstBehind = Number.POSITIVE_INFINITY;
  const unexplained: number[] = [];
  for (const ticket of order.toReversed()) {
    if (rankOf(ticket) > firstBehind && !explained.has(ticket)) unexplained.push(ticket);
    firstBehind = Math.min(firstBehind, rankOf(ticket));
  }
  if (unexplained.length === 0) return [];
  return [{ field: 'adjustments', message: `Say why these stand earlier: ${unexplained.toReversed().join(', ')}` }];
}
