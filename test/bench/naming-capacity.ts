import { createCohort } from '../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../shared/cohorts/open-cohort.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { fixAllocation } from '../../shared/places/fix-allocation.ts';
import { getAllocation } from '../../shared/places/get-allocation.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { releasePerson } from '../../shared/places/release-person.ts';
import { unnamePlace } from '../../shared/places/unname-place.ts';
import { lineOf, type CapacityLine } from './capacity-line.ts';
import { contextOf, personOf } from '../support/context.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { givenNamedOrganisation, givenPerson } from '../support/people.ts';
import { openMeasuredTable, type MeasuredTable } from './measured-table.ts';

const host = 'org_aaaaaa1';
type Line = (operation: string, work: () => Promise<unknown>) => Promise<void>;

/** What names on places cost, what follows from the clock when nobody is named, and an order that is fixed. */
export async function measureNaming(): Promise<CapacityLine[]> {
  const measured = await openMeasuredTable();
  const { table, clock } = measured;
  const lines: CapacityLine[] = [];
  const line: Line = async (operation, work) => {
    lines.push(lineOf(operation, await measured.measure(work)));
  };
  const programme = await givenProgramme(table, clock, host);
  const other = await givenNamedOrganisation(table, clock, 'other');
  const as = (organisation: string) => contextOf(table, clock, personOf(organisation));
  const cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 1, waitlist: 4, limit: 6 });
  const person = await givenPerson(table, clock, other, 'NAMED', { staffGroup: 'managers' });
  await releasePerson.perform(as(other), { cohort, person, backfill: 'arranged' });
  await claimPlace.perform(as(other), { cohort });
  await claimPlace.perform(as(host), { cohort });
  await measured.relay();
  await line('name-place', async () => await namePlace.perform(as(other), { cohort, ticket: 1, person }));
  await line('unname-place', async () => await unnamePlace.perform(as(other), { cohort, ticket: 1 }));
  const act = async () => {
    await actOnDeadlines({ table, epoch: 1, clock }, new Date(clock.now().getTime() + 60_000));
  };
  // The cohort begins on 14 September: people are to be named by 17 August, and whoever has to is reminded a week before.
  clock.moveTo('2027-08-11T09:00:00.000Z');
  await line('a reminder to name somebody', act);
  clock.moveTo('2027-08-18T09:00:00.000Z');
  await line('a place that is released and goes to the next', act);
  const order = await givenClosedClaims(measured, programme, other);
  await line('fix-allocation', async () => await fixAllocation.perform(as(host), { ...order, adjustments: [] }));
  await measured.remove();
  return lines;
}

/** A cohort whose claims have closed, and the order that is proposed for them. */
async function givenClosedClaims({ table, clock, relay }: MeasuredTable, programme: string, other: string) {
  const as = (organisation: string) => contextOf(table, clock, personOf(organisation));
  const allocation = { closesOn: '2027-09-30', method: 'in-turn', priorities: [] };
  const sessions = [{ day: '2028-03-07', from: '09:30', to: '16:30' }];
  const plan = { ...createCohort.example, programme, sessions, capacity: 2, waitlist: 4, limit: 4, allocation };
  const { id: cohort } = await createCohort.perform(as(host), { ...plan, opensAt: clock.now().toISOString() });
  await openCohort.perform(as(host), { cohort });
  for (const organisation of [other, host]) await claimPlace.perform(as(organisation), { cohort, quantity: 2 });
  await relay();
  clock.moveTo('2027-10-01T09:00:00.000Z');
  await actOnDeadlines({ table, epoch: 1, clock }, new Date('2027-10-02'));
  await relay();
  const { proposed } = await getAllocation.perform(as(host), { cohort });
  return { cohort, order: proposed.map(({ ticket }) => ticket) };
}
