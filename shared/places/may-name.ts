import * as z from 'zod';
import { beginningOf } from '../clock.ts';
import { freezesOn, isOver } from '../cohorts/cohort-plan.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import type { Context } from '../context.ts';
import { refusal, type RefusalCode } from '../errors.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { objectionsTo } from '../people/eligibility.ts';
import { findActivePerson } from '../people/find-people.ts';
import { actingOrganisation } from '../operation.ts';
import { standingOf, type Entry, type Ledger } from './ledger.ts';
import { readPersonRelease, type PersonRelease } from './person-releases-items.ts';
import { blankRecord, exceptionFor, type PlaceRecord, type Unkeyed } from './place-record.ts';
import { readPlaceRecords } from './place-records-items.ts';
import { readLedger } from './places-items.ts';

/** A place with the person who is named on it. */
export const namedPlaceSchema = z.object({ cohort: z.string(), ticket: z.int(), person: z.string() });

/** What naming a person may be refused with, whether it is the first on a place or another. */
export const namingRefusals = [
  'place.not-found',
  'place.not-confirmed',
  'place.frozen',
  'person.not-found',
  'person.not-released',
  'person.not-eligible',
  'person.already-named',
  'cohort.over',
  'cohort.already-ended',
  'request.busy',
] as const satisfies readonly RefusalCode[];

/** A confirmed place of the organisation acted for, as it is at this moment. */
export interface OwnPlace {
  readonly ledger: Ledger;
  readonly entry: Entry;
  readonly isNamed: boolean;
}

/**
 * The confirmed place of the organisation acted for. Refuses with `place.not-found`, `place.not-confirmed` for one that
 * waits, and `cohort.already-ended` on a cohort that was cancelled.
 */
export async function findOwnPlace(context: Context, cohort: Cohort, ticket: number): Promise<OwnPlace> {
  const organisation = actingOrganisation(context);
  const ledger = await readLedger(context.table, cohort.id, { consistent: true });
  if (ledger === undefined) throw refusal('place.not-found');
  const { confirmed, waiting } = standingOf(ledger);
  const isOwn = (entry: Entry) => entry.ticket === ticket && entry.organisation === organisation;
  const entry = confirmed.find(isOwn);
  if (entry === undefined) throw refusal(waiting.some(isOwn) ? 'place.not-confirmed' : 'place.not-found');
  if (ledger.status === 'cancelled') throw refusal('cohort.already-ended');
  return { ledger, entry, isNamed: ledger.named?.has(ticket) === true };
}

/** What is known of a cohort's places, and of this one; a blank record when nothing is yet. */
export async function findPlaceRecords(context: Context, cohort: Cohort, { entry }: OwnPlace) {
  const records = await readPlaceRecords(context.table, cohort.id);
  const { ticket, organisation } = entry;
  const blank = blankRecord({ cohort: cohort.id, ticket, organisation, host: cohort.host });
  const record: Unkeyed = records.get(ticket) ?? blank;
  return { records, record };
}

/**
 * Refuses a change of a name that comes too late: with `cohort.over` when the last day has passed, with `place.frozen`
 * from the freeze date on unless the host agreed to one until later.
 */
export function checkFreeze(context: Context, cohort: Cohort, { lateUntil }: Pick<PlaceRecord, 'lateUntil'>): void {
  const now = context.clock.now();
  if (isOver(cohort, now)) throw refusal('cohort.over');
  const freezes = freezesOn(cohort);
  const isAllowed = lateUntil !== undefined && now < new Date(lateUntil);
  if (beginningOf(freezes) <= now && !isAllowed) {
    throw refusal('place.frozen', undefined, { facts: { freezesOn: freezes } });
  }
}

/**
 * Refuses to have a person named who may not be: `person.not-found` for who is nobody of the organisation that has the place,
 * `person.already-named` on another place of the cohort, `person.not-released` by their manager, and
 * `person.not-eligible` with the reasons, unless the host made an exception for the place, or for the person on it.
 */
export async function checkPerson(
  context: Context,
  cohort: Cohort,
  person: string,
  place: {
    readonly ledger: Ledger;
    readonly record: Unkeyed;
    readonly records: ReadonlyMap<number, PlaceRecord>;
    /** A release for another cohort that is good for this one too. */
    readonly release?: PersonRelease | undefined;
  },
): Promise<void> {
  const { ledger, record, records } = place;
  const { organisation } = record;
  const known = await findActivePerson(context.table, organisation, person);
  if (known === undefined) throw refusal('person.not-found');
  for (const { ticket, person: other } of records.values()) {
    if (other === person && ticket !== record.ticket && ledger.named?.has(ticket) === true) {
      throw refusal('person.already-named', undefined, { facts: { ticket } });
    }
  }
  const release = place.release ?? (await readPersonRelease(context.table, organisation, person, cohort.id));
  if (release === undefined) throw refusal('person.not-released');
  if (exceptionFor(record, person) !== undefined) return;
  const own = (await findOrganisations(context.table, [organisation])).get(organisation);
  if (own === undefined) throw new Error(`The organisation ${organisation} is not there`);
  const reasons = objectionsTo(cohort.audience, known, own.kind);
  if (reasons.length > 0) throw refusal('person.not-eligible', undefined, { facts: { reasons } });
}
