import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import { createCohort } from '../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../shared/cohorts/open-cohort.ts';
import { createProgramme } from '../../shared/programmes/create-programme.ts';
import { publishProgramme } from '../../shared/programmes/publish-programme.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf } from './context.ts';

const made = z.looseObject({ id: z.string() });

/** What a test has already: a published programme of a host, seen by all unless said otherwise. */
export async function givenProgramme(
  table: Table,
  clock: Clock,
  host: string,
  sharedWith: 'all' | readonly string[] = 'all',
): Promise<string> {
  const lead = personOf(host);
  const programme = made.parse(
    await createProgramme.perform(contextOf(table, clock, lead), { ...createProgramme.example, sharedWith }),
  );
  await publishProgramme.perform(contextOf(table, clock, lead), { programme: programme.id });
  return programme.id;
}

interface GivenCohort {
  readonly host: string;
  readonly programme: string;
  readonly capacity: number;
  readonly waitlist: number;
  readonly limit: number;
  readonly firstDay?: string;
  readonly name?: string;
  readonly applications?: Cohort['applications'];
}

/** What a test has already: an open cohort whose claims have begun. */
export async function givenOpenCohort(table: Table, clock: Clock, plan: GivenCohort): Promise<string> {
  const lead = personOf(plan.host);
  const { host: _host, firstDay = '2027-09-14', name = 'Autumn 2027', ...numbers } = plan;
  const sessions = [{ day: firstDay, from: '09:30', to: '16:30' }];
  const opensAt = clock.now().toISOString();
  const cohort = made.parse(
    await createCohort.perform(contextOf(table, clock, lead), { ...numbers, name, sessions, opensAt }),
  );
  await openCohort.perform(contextOf(table, clock, lead), { cohort: cohort.id });
  return cohort.id;
}
