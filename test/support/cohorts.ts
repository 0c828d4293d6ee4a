import { changeByItself } from '../../shared/change.ts';
import type { Clock } from '../../shared/clock.ts';
import { cohortSchema, type Cohort } from '../../shared/cohorts/cohort.ts';
import { cohortItem } from '../../shared/cohorts/cohorts-items.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { makeLedger } from '../../shared/places/opened-ledger-items.ts';
import { keys } from '../../shared/table/keys.ts';
import type { Table } from '../../shared/table/table.ts';

/** Ids of organisations for tests: the same for the same name. */
export function organisationNamed(name: string): string {
  return idOfRequest('org', name);
}

let cohorts = 0;

/** An opened cohort, each with an id of its own: hosted by "host", shared with all, ten places and ten waiting. */
export function cohortOf(facts: Partial<Cohort> = {}): Cohort {
  cohorts += 1;
  const id = facts.id ?? idOfRequest('coh', String(cohorts));
  return cohortSchema.parse({
    ...keys.cohort(id),
    id,
    programme: idOfRequest('prg', 'Aspiring Leaders'),
    host: organisationNamed('host'),
    title: 'Aspiring Leaders',
    skills: ['strategy'],
    audience: { staffGroups: [], organisationKinds: [] },
    sharedWith: 'all',
    name: 'Autumn 2027',
    sessions: ['2027-09-07', '2099-12-31'].map((day) => ({ day, from: '09:00', to: '16:30' })),
    capacity: 10,
    waitlist: 10,
    limit: 180,
    opensAt: '2027-01-01T00:00:00.000Z',
    firstDay: '2027-09-07',
    lastDay: '2099-12-31',
    opened: true,
    request: 'given',
    version: 2,
    change: { type: 'opened', by: 'mem_given', at: '2027-01-01T00:00:00.000Z' },
    ...facts,
  });
}

/** Puts an opened cohort and its ledger into the table, as opening it would. */
export async function givenCohort(table: Table, clock: Clock, facts: Partial<Cohort> = {}): Promise<Cohort> {
  const cohort = cohortOf(facts);
  const change = { ...changeByItself('opened', clock.now()), audience: cohort.sharedWith };
  const made = await table.transact([{ put: cohortItem(cohort) }, makeLedger(cohort, 'open', change)]);
  if (!made) throw new Error(`The cohort ${cohort.id} is there already`);
  return cohort;
}
