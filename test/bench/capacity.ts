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
import { openMeasuredTable, partsOf, unitsOf, type MeasuredTable } from './measured-table.ts';

/** A line of the table: what one operation costs, on its own and with all that follows from it. */
export interface CapacityLine {
  readonly operation: string;
  readonly read: number;
  readonly ledger: number;
  readonly allIn: number;
  readonly parts: string;
}

const organisations = ['aaaaaa1', 'aaaaaa2', 'aaaaaa3', 'aaaaaa4', 'aaaaaa5', 'aaaaaa6', 'aaaaaa7', 'aaaaaa8'].map(
  (id) => `org_${id}`,
);
const [host = '', ...others] = organisations;

/** Measures every operation that is asked for often. */
export async function measureCapacity(): Promise<CapacityLine[]> {
  const measured = await openMeasuredTable();
  const { table, clock } = measured;
  const programme = await givenProgramme(table, clock, host);
  const cohort = await givenOpenCohort(table, clock, { host, programme, capacity: 12, waitlist: 12, limit: 12 });
  await measured.relay();
  const by = (organisation: string, operation: AnyOperation, input: unknown) => async () =>
    await operation.perform(contextOf(table, clock, personOf(organisation)), input);
  const lines: CapacityLine[] = [];
  const line = async (operation: string, work: () => Promise<unknown>) => {
    lines.push(lineOf(operation, await measured.measure(work)));
  };

  for (const organisation of others) await measured.measure(by(organisation, claimPlace, { cohort }));
  await line('claim-place, confirmed', by(host, claimPlace, { cohort }));
  await line('claim-place, confirmed, by another than the host', by(others[0] ?? '', claimPlace, { cohort }));
  await measured.measure(by(others[1] ?? '', claimPlace, { cohort, quantity: 3 }));
  await line('claim-place, waiting', by(others[2] ?? '', claimPlace, { cohort }));
  await line(
    'claim-place, waiting until a date',
    by(others[3] ?? '', claimPlace, { cohort, confirmUntil: '2027-01-10' }),
  );
  await measured.measure(by(others[4] ?? '', claimPlace, { cohort, quantity: 3 }));
  await line(
    'give-back-place, the next in line confirmed',
    by(others[0] ?? '', giveBackPlace, { cohort, tickets: [1] }),
  );
  await line('change-capacity, one more confirmed', by(host, changeCapacity, { cohort, capacity: 13 }));
  await measured.measure(by(others[5] ?? '', claimPlace, { cohort, confirmUntil: '2027-01-11' }));
  clock.moveTo('2027-01-12T09:00:00.000Z');
  await line('a wait lapses, tombstones go', async () => await actOnDeadlines(table, clock, new Date('2027-01-13')));
  await line('get-cohort', by(others[0] ?? '', getCohort, { cohort }));
  await line('list-cohort-places', by(host, listCohortPlaces, { cohort }));
  await line('list-organisation-places', by(others[1] ?? '', listOrganisationPlaces, {}));
  await line('list-events, 100 changes', by(host, listEvents, {}));
  await line('list-open-cohorts, 100 of them', await hundredOpen(measured, programme));
  await line('cancel-cohort', by(host, cancelCohort, { cohort }));
  await measured.remove();
  return lines;
}

async function hundredOpen({ table, clock, relay }: MeasuredTable, programme: string) {
  for (let index = 0; index < 100; index += 1) {
    const firstDay = `2027-${String(6 + (index % 6)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;
    await givenOpenCohort(table, clock, {
      host,
      programme,
      capacity: 20,
      waitlist: 10,
      limit: 8,
      firstDay,
      name: `Cohort ${String(index + 1)}`,
    });
    await relay();
  }
  return async () => {
    const page = await listOpenCohorts.perform(contextOf(table, clock, personOf(others[6] ?? '')), { limit: 100 });
    if (page.items.length !== 100) throw new Error(`The listing shows ${String(page.items.length)} cohorts`);
  };
}

function lineOf(operation: string, { asked, followed }: Awaited<ReturnType<MeasuredTable['measure']>>): CapacityLine {
  const all = [...asked, ...followed];
  return {
    operation,
    read: unitsOf(asked, 'read'),
    ledger: unitsOf(
      all.filter(({ part }) => part.startsWith('ledger')),
      'write',
    ),
    allIn: unitsOf(all, 'write'),
    parts: partsOf(all),
  };
}
