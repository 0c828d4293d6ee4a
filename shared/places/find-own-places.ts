import type { Cohort } from '../cohorts/cohort.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import type { ActivePerson } from '../people/person.ts';
import type { Table } from '../table/table.ts';
import { cohortOf, standingOf, type Ledger } from './ledger.ts';
import type { PlaceRecord } from './place-record.ts';
import { readSeveralRecords } from './place-records-items.ts';
import { readPersonPlaces, type PersonPlace } from './place-records-views.ts';
import { readLedgers } from './places-items.ts';

/** A place on which a person is named, with what is known of it and the plan of its cohort. */
export interface OwnNamedPlace {
  readonly cohort: Cohort;
  readonly status: Ledger['status'];
  readonly record: PlaceRecord;
}

/** As many lines of a person's list as are looked at where all of their places are shown at once. */
const mostLines = 100;

/**
 * Of lines of a person's list, those places that are confirmed and on which they are named, as the ledgers and the records
 * say; in the order of the lines, at most a hundred. The list itself says only where to look: it keeps drafts and leftovers.
 */
export async function namedPlacesAmong(
  table: Table,
  { id, organisation }: Pick<ActivePerson, 'id' | 'organisation'>,
  lines: readonly PersonPlace[],
): Promise<OwnNamedPlace[]> {
  if (lines.length === 0) return [];
  const ids = [...new Set(lines.map(({ cohort }) => cohort))];
  const [records, ledgers, cohorts] = await Promise.all([
    readSeveralRecords(table, lines),
    readLedgers(table, ids),
    findCohorts(table, ids),
  ]);
  const standings = new Map(ledgers.map((ledger) => [cohortOf(ledger), ledger]));
  return lines.flatMap(({ cohort: of, ticket }) => {
    const ledger = standings.get(of);
    const cohort = cohorts.get(of);
    const record = records.find((one) => one.cohort === of && one.ticket === ticket);
    if (ledger === undefined || cohort === undefined || record === undefined) return [];
    const isTheirs = record.person === id && record.organisation === organisation;
    const isNamed = ledger.named?.has(ticket) === true;
    const isConfirmed = standingOf(ledger).confirmed.some((entry) => entry.ticket === ticket);
    return isTheirs && isNamed && isConfirmed ? [{ cohort, status: ledger.status, record }] : [];
  });
}

/** The places on which a person is named, of the first hundred that their list speaks of; it may lag some seconds behind. */
export async function findOwnPlaces(
  table: Table,
  person: Pick<ActivePerson, 'id' | 'organisation'>,
): Promise<OwnNamedPlace[]> {
  const lines = await readPersonPlaces(table, person.id, undefined, mostLines);
  return await namedPlacesAmong(
    table,
    person,
    lines.filter(({ gone }) => !gone),
  );
}
