import * as z from 'zod';
import { changeNow } from '../change.ts';
import { endOfDay, epochSeconds } from '../clock.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actorId, type Context } from '../context.ts';
import { refusal, type AppError } from '../errors.ts';
import { personId } from '../people/person.ts';
import { putClaimReason } from './allocations-items.ts';
import { actingOrganisation, defineOperation, idempotencyKeyOf } from '../operation.ts';
import { claimedPlaces, placesJustClaimed } from './claimed-places.ts';
import { claimOf, countsOf, mostEntries, mostPlacesAtOnce, placeSchema, shortId, type Ledger } from './ledger.ts';
import { claimKey, readLedger, writeClaim } from './places-items.ts';
import { noteRefusedClaim } from './refused-claims-items.ts';

const input = z.strictObject({
  cohort: cohortId,
  quantity: z.int().min(1).max(mostPlacesAtOnce).default(1).describe('How many places'),
  allOrNothing: z.boolean().default(false).describe('Take the places only if all of them can be confirmed now'),
  confirmUntil: z.iso
    .date()
    .optional()
    .describe(
      'The last day (Europe/London) on which a waiting place is still wanted; then the wait lapses. Without it, the wait has no end',
    ),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe('Why the places are wanted; the host weighs it where it allocates them'),
  people: z
    .array(personId)
    .max(mostPlacesAtOnce)
    .optional()
    .describe('Whom you would send, in the order of your preference; for your organisation alone'),
});
const output = z.object({ cohort: z.string(), places: z.array(placeSchema) });

/**
 * Claims places on a cohort for the organisation acted for, in one write: first those that are free, then places in the
 * queue. With `allOrNothing` every one is confirmed at once or none is taken.
 *
 * 1. The cohort must be one that the organisation can see, whose places are not given to applicants
 *    (`cohort.by-application`), not over (`cohort.over`), and claims must have opened
 *    (`cohort.not-open-yet`). A `confirmUntil` that has passed, or is after the cohort's last day, is refused
 *    (`request.invalid`). What repeats a claim that was made in time is answered all the same.
 * 2. One conditional write of the ledger gives the tickets (design in docs/data-model.md).
 * 3. A refused write is explained by the ledger that refused it: the same request seen before is answered with what its
 *    places are now; otherwise `cohort.not-open`, `place.over-limit`, `place.not-enough`, `place.full`, `place.busy`.
 *    For want of room (`place.not-enough`, `place.full`) it is noted that more was wanted.
 *
 * Causes place.claimed, and place.confirmed or place.waiting. Places come back in the order of their tickets.
 */
export const claimPlace = defineOperation({
  name: 'claim-place',
  summary: 'Claim places on a cohort; what is not free waits in line',
  kind: 'act',
  input,
  output,
  example: { cohort: 'coh_0123456789ab', quantity: 2, confirmUntil: '2027-02-26' },
  refusals: [
    'cohort.not-open',
    'cohort.not-open-yet',
    'cohort.by-application',
    'cohort.over',
    'place.full',
    'place.not-enough',
    'place.over-limit',
    'place.busy',
    'request.key-reused',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { quantity, allOrNothing, confirmUntil, reason, people }, cohort) {
    if (cohort.applications !== undefined) throw refusal('cohort.by-application');
    const now = context.clock.now();
    if (now < new Date(cohort.opensAt))
      throw refusal('cohort.not-open-yet', undefined, { facts: { opensAt: cohort.opensAt } });
    const organisation = actingOrganisation(context);
    const key = claimKey(organisation, actorId(context.actor), idempotencyKeyOf(context));
    const until = confirmUntil === undefined ? undefined : endOfDay(confirmUntil);
    const late = tooLate(now, until, cohort);
    if (late !== undefined) {
      const ledger = await readLedger(context.table, cohort.id, { consistent: true });
      if (ledger === undefined || !isMade(ledger, { key, quantity })) throw late;
      return { cohort: cohort.id, places: claimedPlaces(ledger, { key, organisation }) };
    }
    if (confirmUntil !== undefined && confirmUntil > cohort.lastDay) throw wrongDay('The cohort is over by this day');
    if (reason !== undefined || people !== undefined) {
      await putClaimReason(context.table, cohort.id, key, { reason, people });
    }
    // Where places are allocated, only the whole ledger says who is before whom.
    const brief = cohort.allocation === undefined;
    const outcome = await writeClaim(context.table, {
      cohort: cohort.id,
      organisation,
      key,
      quantity,
      limit: cohort.limit,
      allOrNothing,
      waitlist: cohort.waitlist,
      until: until && epochSeconds(until),
      brief,
      change: changeNow(context, 'claimed'),
    });
    const { whole } = outcome;
    const claimed = { key, quantity, allOrNothing, organisation };
    if (!outcome.applied) await refuseUnlessRepeated(context, whole, cohort, claimed);
    const claim = { key, organisation, confirmUntil: until?.toISOString() };
    if (outcome.applied && whole === undefined) {
      return { cohort: cohort.id, places: placesJustClaimed(outcome.changed, cohort, claim) };
    }
    return { cohort: cohort.id, places: whole === undefined ? [] : claimedPlaces(whole, claim) };
  },
});

interface Claim {
  readonly key: string;
  readonly quantity: number;
  readonly allOrNothing: boolean;
  readonly organisation: string;
}

/**
 * Returns when the refused write is a repetition of one that was applied; otherwise throws why it was refused. That there was
 * no room is noted, to show where another cohort is wanted.
 */
async function refuseUnlessRepeated(
  { table, clock }: Context,
  ledger: Ledger | undefined,
  cohort: Cohort,
  claim: Claim,
): Promise<void> {
  if (ledger === undefined) throw refusal('cohort.not-open');
  if (isMade(ledger, claim)) return;
  const reason = claimRefusal(ledger, cohort, claim);
  const isFull = reason.code === 'place.full' || reason.code === 'place.not-enough';
  if (isFull) await noteRefusedClaim(table, ledger, { ...claim, now: clock.now() });
  throw reason;
}

/** Whether a claim has been made before. Refuses with `request.key-reused` when it was one for another quantity. */
function isMade(ledger: Ledger, { key, quantity }: Pick<Claim, 'key' | 'quantity'>): boolean {
  const made = Object.keys(ledger.entries).filter((entry) => claimOf(entry) === key).length;
  if (made > 0 && made !== quantity) throw refusal('request.key-reused');
  return made > 0;
}

/** Why a claim of now is too late, if it is. */
function tooLate(now: Date, until: Date | undefined, { lastDay }: Cohort): AppError | undefined {
  if (endOfDay(lastDay) <= now) return refusal('cohort.over');
  return until !== undefined && until <= now ? wrongDay('This day has passed') : undefined;
}

function wrongDay(message: string): AppError {
  return refusal('request.invalid', undefined, { fields: [{ field: 'confirmUntil', message }] });
}

/** Why a ledger refused a claim that was not made before. */
export function claimRefusal(
  ledger: Ledger,
  cohort: Pick<Cohort, 'limit'>,
  { quantity, allOrNothing, organisation }: Omit<Claim, 'key'>,
): AppError {
  if (ledger.status !== 'open') return refusal('cohort.not-open');
  const held = ledger.live[shortId(organisation)] ?? 0;
  if (held + quantity > cohort.limit)
    return refusal('place.over-limit', undefined, { facts: { limit: cohort.limit, held } });
  const free = ledger.collecting === undefined ? countsOf(ledger).free : 0;
  if (allOrNothing && free < quantity) return refusal('place.not-enough', undefined, { facts: { free } });
  if (ledger.room < quantity) return refusal('place.full', undefined, { facts: { free, room: ledger.room } });
  if (Object.keys(ledger.entries).length + quantity > mostEntries) return refusal('place.busy');
  // What refused the write has gone since: the ledger that came back would take the claim.
  return refusal('request.busy');
}
