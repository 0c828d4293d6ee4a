import * as z from 'zod';
import { changeNow } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { lapseOverdueWaits } from './lapse-waits.ts';
import { mostPlacesAtOnce, placesOf, placeSchema, standingOf, type Entry, type Ledger } from './ledger.ts';
import { readLedger, writeGiveBack } from './places-items.ts';

const input = z.strictObject({
  cohort: cohortId,
  tickets: z
    .array(z.int().min(1))
    .min(1)
    .max(mostPlacesAtOnce)
    .refine((tickets) => new Set(tickets).size === tickets.length, 'A ticket is listed twice')
    .describe('The places to give back, by their tickets; confirmed or waiting'),
});
const output = z.object({
  cohort: z.string(),
  givenBack: z.array(z.int()).describe('The tickets that are given back'),
  places: z.array(placeSchema).describe('What the organisation still has on this cohort'),
});

/** How often a write is tried again that another change has overtaken. */
const attempts = 5;

/**
 * Gives places back, all those named or none; whoever waits longest is confirmed by the same write.
 *
 * 1. Waits whose date has passed lapse first, so that nobody is promoted who no longer wants it.
 * 2. The tickets are found among the organisation's own (`place.not-found`); those given back already stay so.
 * 3. One conditional write, each by its exact ticket, so that a late duplicate never hits a newer claim; refused with
 *    `place.named` when a person is named on one of them.
 *
 * Causes place.given-back, and place.confirmed for whoever moves up.
 */
export const giveBackPlace = defineOperation({
  name: 'give-back-place',
  summary: 'Give places back; those who wait move up at once',
  kind: 'act',
  input,
  output,
  example: { cohort: 'coh_0123456789ab', tickets: [3] },
  refusals: ['place.not-found', 'place.named', 'cohort.already-ended', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { tickets }, cohort) {
    await lapseOverdueWaits(context.table, context.clock, cohort.id);
    const organisation = actingOrganisation(context);
    let ledger = await readLedger(context.table, cohort.id, { consistent: true });
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const held = heldEntries(ledger, organisation, tickets);
      if (ledger === undefined || held.length === 0) return answer(ledger, cohort.id, organisation, tickets);
      const written = await writeGiveBack(context.table, cohort.id, held, changeNow(context, 'given-back'));
      if (written.applied) return answer(written.item, cohort.id, organisation, tickets);
      ledger = written.item;
      if (ledger?.status === 'cancelled') throw refusal('cohort.already-ended');
      if (
        ledger !== undefined &&
        heldEntries(ledger, organisation, tickets).some(({ ticket }) => ledger?.named?.has(ticket))
      ) {
        throw refusal('place.named');
      }
    }
    throw refusal('request.busy');
  },
});

/** The entries of these tickets that are still live; refuses when one is not, and never was, the organisation's. */
function heldEntries(ledger: Ledger | undefined, organisation: string, tickets: readonly number[]): Entry[] {
  if (ledger === undefined) throw refusal('place.not-found');
  const { confirmed, waiting } = standingOf(ledger);
  const mine = new Map(
    [...confirmed, ...waiting]
      .filter((entry) => entry.organisation === organisation)
      .map((entry) => [entry.ticket, entry]),
  );
  const own = Object.entries(ledger.entries).filter(([key]) => `org_${key.slice(0, 7)}` === organisation);
  const givenBack = new Set(own.flatMap(([, ticket]) => (ticket < 0 ? [-ticket] : [])));
  return tickets.flatMap((ticket) => {
    const entry = mine.get(ticket);
    if (entry === undefined && !givenBack.has(ticket))
      throw refusal('place.not-found', undefined, { facts: { ticket } });
    return entry === undefined ? [] : [entry];
  });
}

function answer(ledger: Ledger | undefined, cohort: string, organisation: string, givenBack: readonly number[]) {
  return { cohort, givenBack: [...givenBack], places: ledger === undefined ? [] : placesOf(ledger, organisation) };
}
