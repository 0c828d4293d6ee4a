import { getBalance } from '../../shared/balance/get-balance.ts';
import { getUnmetDemand } from '../../shared/balance/get-unmet-demand.ts';
import { cancelCohort } from '../../shared/cohorts/cancel-cohort.ts';
import { getCohort } from '../../shared/cohorts/get-cohort.ts';
import { listOpenCohorts } from '../../shared/cohorts/list-open-cohorts.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { listEvents } from '../../shared/events/list-events.ts';
import type { AnyOperation } from '../../shared/operation.ts';
import { changeCapacity } from '../../shared/places/change-capacity.ts';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../shared/places/give-back-place.ts';
import { listCohortPlaces } from '../../shared/places/list-cohort-places.ts';
import { listOrganisationPlaces } from '../../shared/places/list-organisation-places.ts';
import { contextOf, personOf } from '../support/context.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { lineOf, type CapacityLine } from './capacity-line.ts';
import { openMeasuredTable, type MeasuredTable } from './measured-table.ts';
import { measureNaming } from './naming-capacity.ts';

const [host = '', ...others] = ['1', '2', '3', '4', '5', '6', '7', '8'].map((number) => `org_aaaaaa${number}`);
const other = (number: number) => others[number - 1] ?? '';

type Measure = (operation: string, work: () => Promise<unknown>) => Promise<void>;
type Doing = (organisation: string, operation: AnyOperation, input: unknown) => () => Promise<unknown>;

/** Measures what is asked for often, each on a ledger under 1 KB unless it says otherwise. */
export async function measureCapacity(): Promise<CapacityLine[]> {
  const measured = await openMeasuredTable();
  const { table, clock } = measured;
  const programme = await givenProgramme(table, clock, host);
  const lines: CapacityLine[] = [];
  const line: Measure = async (operation, work) => {
    lines.push(lineOf(operation, await measured.measure(work)));
  };
  const by: Doing = (organisation, operation, input) => async () =>
    await operation.perform(contextOf(table, clock, personOf(organisation)), input);
  await measureDecisions(measured, programme, line, by);
  await measureLargeLedger(measured, programme, line, by);
  lines.push(...(await measureNaming()));
  for (const [from, to] of [
    [0, 10],
    [10, 100],
  ] as const) {
    await openCohorts(measured, programme, from, to);
    const period = { year: '2028-29' };
    await line(`get-unmet-demand, of ${String(to)} cohorts`, by(host, getUnmetDemand, period));
    await line(`get-balance, of ${String(to)} cohorts`, by(host, getBalance, period));
  }
  await line('list-open-cohorts, 100 of them', async () => {
    const page = await listOpenCohorts.perform(contextOf(table, clock, personOf(other(6))), {
      from: '2028-04-01',
      limit: 100,
    });
    if (page.items.length !== 100) throw new Error(`The listing shows ${String(page.items.length)} cohorts`);
  });
  await measured.remove();
  return lines;
}

/** A cohort with twelve places and as many who may wait, from the first claim until it is cancelled. */
async function measureDecisions(measured: MeasuredTable, programme: string, line: Measure, by: Doing): Promise<void> {
  const { table, clock, measure } = measured;
  const cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 12, waitlist: 12, limit: 12 });
  await measured.relay();
  for (const organisation of others) await measure(by(organisation, claimPlace, { cohort }));
  await line('claim-place, by the host', by(host, claimPlace, { cohort }));
  await line('claim-place', by(other(1), claimPlace, { cohort }));
  await measure(by(other(2), claimPlace, { cohort, quantity: 2 }));
  await line('claim-place, two at once, one of which waits', by(other(2), claimPlace, { cohort, quantity: 2 }));
  await line('claim-place, to wait', by(other(3), claimPlace, { cohort }));
  await line('claim-place, to wait until a date', by(other(4), claimPlace, { cohort, confirmUntil: '2027-01-10' }));
  await line('give-back-place, by one who waits', by(other(3), giveBackPlace, { cohort, tickets: [14] }));
  await line('give-back-place, which confirms the next', by(other(1), giveBackPlace, { cohort, tickets: [1] }));
  await line('change-capacity, which confirms the next', by(host, changeCapacity, { cohort, capacity: 13 }));
  await measure(by(other(5), claimPlace, { cohort, quantity: 1, confirmUntil: '2027-01-11' }));
  clock.moveTo('2027-01-12T09:00:00.000Z');
  await line('a wait that lapses, and two tombstones that go', async () => {
    await actOnDeadlines({ table, epoch: 1, clock }, new Date('2027-01-13'));
  });
  await line('get-cohort', by(other(1), getCohort, { cohort }));
  await line('list-cohort-places', by(host, listCohortPlaces, { cohort }));
  await line('list-organisation-places', by(other(2), listOrganisationPlaces, {}));
  await line('list-events, of the last changes', by(host, listEvents, {}));
  await line('cancel-cohort, with eight holders', by(host, cancelCohort, { cohort }));
}

async function measureLargeLedger(measured: MeasuredTable, programme: string, line: Measure, by: Doing): Promise<void> {
  const { table, clock, measure } = measured;
  const cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 100, waitlist: 20, limit: 100 });
  await measured.relay();
  await measure(by(other(1), claimPlace, { cohort, quantity: 50 }));
  await line('claim-place, on a ledger above 1 KB (50 entries)', by(other(2), claimPlace, { cohort }));
}

/** Opens cohorts by number, from one up to another, that begin from April to December 2028. */
async function openCohorts(
  { table, clock, relay }: MeasuredTable,
  programme: string,
  from: number,
  to: number,
): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const day = (first: number, number: number) => String(first + (index % number)).padStart(2, '0');
    const plan = { capacity: 20, waitlist: 10, limit: 8, name: `Cohort ${String(index + 1)}` };
    await givenOpenCohort(table, clock, { host, programme, firstDay: `2028-${day(4, 9)}-${day(1, 28)}`, ...plan });
  }
  await relay();
}
