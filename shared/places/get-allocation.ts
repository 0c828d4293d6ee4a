import * as z from 'zod';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { proposeOrder, timelyClaims } from './allocation.ts';
import { readAllocation, readClaimReasons } from './allocations-items.ts';
import { claimOf, standingOf, type Ledger } from './ledger.ts';
import { readLedger } from './places-items.ts';

const lineSchema = z.object({
  ticket: z.int(),
  organisation: z.string(),
  turn: z.int().describe('Which of its organisation’s places it is, from 1: first ones come before second ones'),
  priority: z.int().describe('Where its organisation’s kind stands among the priorities, from 1'),
  getsPlace: z.boolean().describe('Whether it gets a place in this order, or waits'),
  reason: z.string().optional().describe('Why the organisation claims it'),
});

/** The order of an allocated cohort's claims as its host sees it. */
export const allocationAnswerSchema = z.object({
  cohort: z.string(),
  state: z.enum(['collecting', 'closed', 'fixed']).describe('Claims still come in; they can be put in order; they are'),
  proposed: z.array(lineSchema).describe('The order that follows from the method and the seed'),
  late: z.array(z.int()).describe('Tickets that came too late, and queue behind'),
  order: z.array(z.int()).optional().describe('The order that was fixed, by tickets'),
  adjustments: z
    .array(z.object({ ticket: z.int(), reason: z.string() }))
    .optional()
    .describe('What the host put elsewhere than it was proposed, and why'),
});
export type AllocationAnswer = z.infer<typeof allocationAnswerSchema>;

/**
 * The order in which an allocated cohort would give its places, worked out from its claims, its method and its published
 * seed, with what each organisation says of its claims; once it is fixed, also the order that is. For the host.
 *
 * Refusals: `allocation.none` for a cohort that gives its places first come, first served.
 */
export const getAllocation = defineOperation({
  name: 'get-allocation',
  summary: 'The order proposed for the claims on an allocated cohort, and the one that was fixed',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: allocationAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['allocation.none'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, cohort) {
    const ledger = await readLedger(context.table, cohort.id, { consistent: true });
    if (cohort.allocation === undefined || ledger === undefined) throw refusal('allocation.none');
    return await allocationAnswer(context, cohort, ledger);
  },
});

/** What the host sees of the order of a cohort's claims. */
export async function allocationAnswer(context: Context, cohort: Cohort, ledger: Ledger): Promise<AllocationAnswer> {
  const { proposed, late } = await proposalOf(context, cohort, ledger);
  const claims = new Map(Object.entries(ledger.entries).map(([key, ticket]) => [ticket, claimOf(key)]));
  const reasons = await readClaimReasons(context.table, cohort.id, [...claims.values()]);
  const lines = proposed.map((place, index) => {
    const { reason } = reasons.get(claims.get(place.ticket) ?? '') ?? {};
    const getsPlace = index < ledger.capacity - heldIn(ledger);
    return { ...place, getsPlace, ...(reason === undefined ? {} : { reason }) };
  });
  const answer = { cohort: cohort.id, proposed: lines, late };
  if (ledger.order === undefined) return { ...answer, state: ledger.lateFrom === undefined ? 'collecting' : 'closed' };
  const decided = ledger.decision && (await readAllocation(context.table, cohort.id, ledger.decision));
  const adjustments = decided ? decided.adjustments : [];
  return { ...answer, state: 'fixed', order: ledger.order, adjustments };
}

/** The proposal for the claims that are there, and those that came too late. */
export async function proposalOf({ table }: Pick<Context, 'table'>, cohort: Cohort, ledger: Ledger) {
  const timely = timelyClaims({ ...ledger, collecting: ledger.collecting ?? 0 });
  const known = await findOrganisations(
    table,
    timely.map(({ organisation }) => organisation),
  );
  const kinds = new Map([...known].map(([id, { kind }]) => [id, kind]));
  const proposed = proposeOrder(timely, cohort, kinds);
  const isTimely = new Set(proposed.map(({ ticket }) => ticket));
  const late = standingOf(ledger).waiting.flatMap(({ ticket }) => (isTimely.has(ticket) ? [] : [ticket]));
  return { proposed, late };
}

function heldIn(ledger: Ledger): number {
  return standingOf({ ...ledger, collecting: ledger.collecting ?? 0 }).confirmed.length;
}
