import * as z from 'zod';
import { changeNow } from '../change.ts';
import { capacitySchema, cohortId, mostPlacesAndWaiting, type Cohort } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { countsOf, standingOf, type Entry, type Ledger } from './ledger.ts';
import { readLedger, writeCapacity } from './places-items.ts';

const input = z.strictObject({
  cohort: cohortId,
  capacity: capacitySchema,
  seen: capacitySchema
    .optional()
    .describe('How many there were when you decided: with it, a change by somebody else is never undone unseen'),
});
const output = z.object({
  cohort: z.string(),
  capacity: z.int(),
  confirmed: z.int(),
  held: z.int(),
  free: z.int(),
  waiting: z.int(),
});

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/**
 * Changes how many places an open or closed cohort has. Raising confirms those who wait longest, in the same write;
 * lowering is refused while somebody who holds a place would lose it, and the refusal says who
 * (`cohort.capacity-in-use`: organisations and how many places each). Setting what is set already changes nothing; with
 * `seen`, another capacity than that is left as it is (`request.stale`), so that a late repetition undoes nothing either.
 *
 * Causes cohort.capacity-changed, and place.confirmed for whoever moves up.
 */
export const changeCapacity = defineOperation({
  name: 'change-capacity',
  summary: 'Change how many places a cohort has',
  kind: 'act',
  input,
  output,
  example: { cohort: 'coh_0123456789ab', capacity: 22 },
  refusals: ['cohort.not-open', 'cohort.already-ended', 'cohort.capacity-in-use', 'request.stale', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { capacity, seen }, cohort) {
    if (capacity + cohort.waitlist > mostPlacesAndWaiting) throw tooMany(cohort);
    await lapseOverdueWaits(context.table, context.clock, cohort.id);
    const change = { ...changeNow(context, 'capacity-changed'), audience: cohort.sharedWith };
    let ledger = await readLedger(context.table, cohort.id, { consistent: true });
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (ledger === undefined) throw refusal('cohort.not-open');
      if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
      if (ledger.capacity === capacity) return { cohort: cohort.id, capacity, ...countsOf(ledger) };
      if (seen !== undefined && ledger.capacity !== seen) throw refusal('request.stale');
      const losing = losingBy(ledger, capacity);
      if (losing.length > 0) throw wouldLose(losing);
      const written = await writeCapacity(context.table, ledger, cohort.id, capacity, change);
      const changes = (written.item?.resized ?? 0) - (ledger.resized ?? 0);
      // The first of several changes since may be this one, whose acknowledgement was lost: it is never made twice.
      if (!written.applied && changes > 1 && written.item?.capacity !== capacity) throw refusal('request.busy');
      ledger = written.item;
      if (written.applied) return { cohort: cohort.id, capacity, ...countsOf(written.item) };
    }
    throw refusal('request.busy');
  },
});

function tooMany(cohort: Cohort) {
  const most = mostPlacesAndWaiting - cohort.waitlist;
  const message = `With ${String(cohort.waitlist)} allowed to wait, there can be at most ${String(most)} places`;
  return refusal('request.invalid', undefined, { fields: [{ field: 'capacity', message }] });
}

/** Who would lose a confirmed place by this capacity; while claims are collected, a place held or one in line. */
function losingBy(ledger: Ledger, capacity: number): Entry[] {
  const { confirmed, waiting } = standingOf(ledger);
  if (ledger.collecting === undefined) return confirmed.slice(capacity);
  return [...confirmed.slice(capacity), ...[...confirmed, ...waiting].slice(capacity + ledger.waitlist)];
}

/** Says who would lose how many places: the last who were confirmed. */
function wouldLose(losing: readonly { readonly organisation: string }[]) {
  const places = Map.groupBy(losing, ({ organisation }) => organisation);
  const wouldLosePlaces = [...places].map(([organisation, lost]) => ({ organisation, places: lost.length }));
  return refusal('cohort.capacity-in-use', undefined, { facts: { wouldLose: wouldLosePlaces } });
}
