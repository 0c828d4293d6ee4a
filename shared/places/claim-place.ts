import * as z from 'zod';
import { changeNow } from '../change.ts';
import { endOfDay, epochSeconds } from '../clock.ts';
import { isOver } from '../cohorts/cohort-plan.ts';
import { cohortId, type Cohort } from '../cohorts/cohort.ts';
import { findCurrentPlan } from '../cohorts/find-current-plan.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actorId, type Context } from '../context.ts';
import { checkBuying } from '../costs/check-buying.ts';
import { purchaseOrder as purchaseOrderReference } from '../costs/references.ts';
import { refusal, type AppError } from '../errors.ts';
import { personId } from '../people/person.ts';
import { putClaimReason } from './allocations-items.ts';
import { actingOrganisation, defineOperation, idempotencyKeyOf } from '../operation.ts';
import type { Table } from '../table/table.ts';
import { collectClaims } from './collect-claims.ts';
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
  purchaseOrder: purchaseOrderReference
    .optional()
    .describe('The reference of your purchase order, for statements; your organisation may ask for one'),
});
type ClaimInput = z.infer<typeof input>;
const output = z.object({ cohort: z.string(), places: z.array(placeSchema) });
type ClaimAnswer = z.infer<typeof output>;

/**
 * Claims places on a cohort for the organisation acted for, in one write: first those that are free, then places in the
 * queue. With `allOrNothing` every one is confirmed at once or none is taken.
 *
 * 1. The cohort must be one that the organisation can see, whose places are not given to applicants
 *    (`cohort.by-application`), not over (`cohort.over`), and claims must have opened
 *    (`cohort.not-open-yet`). A `confirmUntil` that has passed, or is after the cohort's last day, is refused
 *    (`request.invalid`). What repeats a claim that was made in time is answered all the same.
 *    Where the organisation's own rules ask for it, the claim needs a purchase order or an approval
 *    (`claim.purchase-order-needed`, `claim.approval-needed`, by what its places come to at the most).
 * 2. One conditional write of the ledger gives the tickets (design in docs/data-model.md). Why they are wanted is kept once it
 *    has, so nothing stays of a claim that is refused; when that fails, the same request sent again keeps it.
 * 3. A refused write is explained by the ledger that refused it: the same request seen before is answered with what its
 *    places are now; a plan that has been overtaken is read anew, and by that the claim is decided again; otherwise
 *    `cohort.not-open`, `place.over-limit`, `place.not-enough`, `place.full`, `place.busy`.
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
    'claim.purchase-order-needed',
    'claim.approval-needed',
    'request.key-reused',
  ],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  run: claim,
});

/** How often a claim is decided anew by what has overtaken it. */
const mostAttempts = 8;

/**
 * Claims by a plan that may be a remembered one: when the ledger knows another version of it, as after a move, the claim is
 * decided anew by that. What a plan does not allow is refused only when it is the one of this moment.
 */
async function claim(context: Context, given: ClaimInput, cohort: Cohort, attempt = 1): Promise<ClaimAnswer> {
  if (attempt > mostAttempts) throw refusal('request.busy');
  if (cohort.applications !== undefined) throw refusal('cohort.by-application');
  const { table } = context;
  const now = context.clock.now();
  if (now < new Date(cohort.opensAt))
    throw refusal('cohort.not-open-yet', undefined, { facts: { opensAt: cohort.opensAt } });
  const { quantity, allOrNothing, confirmUntil, purchaseOrder } = given;
  const organisation = actingOrganisation(context);
  const key = claimKey(organisation, actorId(context.actor), idempotencyKeyOf(context));
  const keep = async () => {
    await keepReason(table, cohort, key, given);
  };
  const otherwise = async (ledger: Ledger | undefined, refused: AppError) => {
    if (ledger !== undefined && isMade(ledger, { key, quantity })) {
      if (isLive(ledger, key)) await keep();
      return { cohort: cohort.id, places: claimedPlaces(ledger, { key, organisation }) };
    }
    const current = await findCurrentPlan(table, cohort, ledger);
    if (current.version > cohort.version) return await claim(context, given, current, attempt + 1);
    // That there was no room is noted, to show where another cohort is wanted.
    if (ledger !== undefined && ledger.collecting === undefined && isFull(refused)) {
      await noteRefusedClaim(table, ledger, { organisation, quantity, now });
    }
    throw refused;
  };
  const objection = objectionTo(cohort, now, confirmUntil);
  if (objection !== undefined) {
    return await otherwise(await readLedger(table, cohort.id, { consistent: true }), objection);
  }
  const buying = await checkBuying(context, cohort, { organisation, quantity, purchaseOrder });
  if (buying.objection !== undefined) return await otherwise(buying.ledger, buying.objection);
  // The sweeper draws the line within two minutes; who comes in these is late already.
  if (isClosed(cohort, now)) await collectClaims(table, context.clock, cohort.id);
  const until = confirmUntil === undefined ? undefined : endOfDay(confirmUntil);
  const outcome = await writeClaim(table, {
    cohort: cohort.id,
    planned: cohort.version,
    organisation,
    key,
    quantity,
    // What was approved is not passed by claiming twice at the same moment.
    limit:
      buying.ledger === undefined
        ? cohort.limit
        : Math.min(cohort.limit, heldOn(buying.ledger, organisation) + quantity),
    allOrNothing,
    waitlist: cohort.waitlist,
    until: until && epochSeconds(until),
    // Where places are allocated, only the whole ledger says who is before whom.
    brief: cohort.allocation === undefined,
    change: changeNow(context, 'claimed'),
  });
  const { whole } = outcome;
  if (!outcome.applied) {
    if (isOvertaken(buying.ledger, whole, organisation)) return await claim(context, given, cohort, attempt + 1);
    return await otherwise(whole, claimRefusal(whole, cohort, { quantity, allOrNothing, organisation }));
  }
  await keep();
  const made = { key, organisation, confirmUntil: until?.toISOString() };
  const places = whole === undefined ? placesJustClaimed(outcome.changed, cohort, made) : claimedPlaces(whole, made);
  return { cohort: cohort.id, places };
}

/** Keeps what was said with a claim, if anything was. */
async function keepReason(table: Table, { id }: Cohort, key: string, given: ClaimInput): Promise<void> {
  const { reason, people, purchaseOrder } = given;
  const isSaid = reason !== undefined || people !== undefined || purchaseOrder !== undefined;
  if (isSaid) await putClaimReason(table, id, key, { reason, people, purchaseOrder });
}

function heldOn({ live }: Ledger, organisation: string): number {
  return live[shortId(organisation)] ?? 0;
}

/** Whether an organisation has got or given back places since its own rules were looked at. */
function isOvertaken(seen: Ledger | undefined, now: Ledger | undefined, organisation: string): boolean {
  return seen !== undefined && now !== undefined && heldOn(seen, organisation) !== heldOn(now, organisation);
}

interface Claim {
  readonly quantity: number;
  readonly allOrNothing: boolean;
  readonly organisation: string;
  /** As `ClaimWrite` has it. */
  readonly alsoClosed?: boolean;
}

/** Whether a claim has been made before. Refuses with `request.key-reused` when it was one for another quantity. */
function isMade(ledger: Ledger, { key, quantity }: { readonly key: string; readonly quantity: number }): boolean {
  const made = Object.keys(ledger.entries).filter((entry) => claimOf(entry) === key).length;
  if (made > 0 && made !== quantity) throw refusal('request.key-reused');
  return made > 0;
}

/** Whether a claim still has something of what it got. */
function isLive(ledger: Ledger, key: string): boolean {
  return Object.entries(ledger.entries).some(([entry, ticket]) => ticket > 0 && claimOf(entry) === key);
}

/** Whether the closing date of an allocated cohort has passed. */
function isClosed({ allocation }: Cohort, now: Date): boolean {
  return allocation !== undefined && endOfDay(allocation.closesOn) <= now;
}

/** Why a plan does not allow a claim of now, if it does not. */
function objectionTo(cohort: Cohort, now: Date, confirmUntil: string | undefined): AppError | undefined {
  if (isOver(cohort, now)) return refusal('cohort.over');
  if (confirmUntil === undefined) return undefined;
  if (endOfDay(confirmUntil) <= now) return wrongDay('This day has passed');
  return confirmUntil > cohort.lastDay ? wrongDay('The cohort is over by this day') : undefined;
}

function wrongDay(message: string): AppError {
  return refusal('request.invalid', undefined, { fields: [{ field: 'confirmUntil', message }] });
}

function isFull({ code }: AppError): boolean {
  return code === 'place.full' || code === 'place.not-enough';
}

/** Why a ledger refused a claim that was not made before. */
export function claimRefusal(
  ledger: Ledger | undefined,
  cohort: Pick<Cohort, 'limit'>,
  { quantity, allOrNothing, organisation, alsoClosed = false }: Claim,
): AppError {
  if (ledger === undefined || !isClaimable(ledger, alsoClosed)) return refusal('cohort.not-open');
  const held = heldOn(ledger, organisation);
  if (held + quantity > cohort.limit)
    return refusal('place.over-limit', undefined, { facts: { limit: cohort.limit, held } });
  const free = ledger.collecting === undefined ? countsOf(ledger).free : 0;
  if (allOrNothing && free < quantity) return refusal('place.not-enough', undefined, { facts: { free } });
  if (ledger.room < quantity) return refusal('place.full', undefined, { facts: { free, room: ledger.room } });
  if (Object.keys(ledger.entries).length + quantity > mostEntries) return refusal('place.busy');
  // What refused the write has gone since: the ledger that came back would take the claim.
  return refusal('request.busy');
}

function isClaimable({ status }: Ledger, alsoClosed: boolean): boolean {
  return status === 'open' || (alsoClosed && status === 'closed');
}
