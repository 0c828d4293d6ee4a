import { endorseApplication } from '../../shared/applications/endorse-application.ts';
import { selectApplicants } from '../../shared/applications/select-applicants.ts';
import { submitApplication } from '../../shared/applications/submit-application.ts';
import { takeAlternate } from '../../shared/applications/take-alternate.ts';
import type { Clock } from '../../shared/clock.ts';
import { dayAfter } from '../../shared/clock.ts';
import type { Cohort } from '../../shared/cohorts/cohort.ts';
import type { Actor, Context, Role } from '../../shared/context.ts';
import { readPlaceRecords } from '../../shared/places/place-records-items.ts';
import { readLedger } from '../../shared/places/places-items.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf, type MovableClock } from './context.ts';
import { givenPerson } from './people.ts';
import { openPlaces } from './places.ts';

type Request = Partial<Context['request']>;

/** A member who signs in as the person on record under a reference. */
export function memberNamed(organisation: string, reference: string, roles: readonly Role[] = ['staff']): Actor {
  const actor = personOf(organisation, roles, `subject-${reference}`);
  return actor.kind === 'person' ? { ...actor, email: `${reference}@example.org` } : actor;
}

let people = 0;

/** A fresh table on which people apply, with what they and their leads do there. */
export async function openApplications(clock: Clock) {
  const at = await openPlaces(clock);
  const { table } = at;
  const as = (organisation: string, request: Request = {}, on: Table = table) =>
    contextOf(on, clock, personOf(organisation), request);
  const today = () => clock.now().toISOString().slice(0, 10);

  /** A person of an organisation who has applied, by their own doing. */
  async function applied(cohort: Cohort, organisation: string) {
    people += 1;
    const reference = `P${String(people)}`;
    const person = await givenPerson(table, clock, organisation, reference);
    const actor = memberNamed(organisation, reference);
    const words = { cohort: cohort.id, statement: `Why ${reference} wants to take part` };
    const application = (await submitApplication.perform(contextOf(table, clock, actor), words)).id;
    return { application, person, organisation, actor };
  }

  return {
    ...at,
    as,
    applied,
    /** An open cohort that takes applications for ten days and begins in two hundred. */
    givenCohort: async (facts: Partial<Cohort> = {}) => {
      const firstDay = dayAfter(today(), 200);
      const sessions = [{ id: '1-1', day: firstDay, from: '09:00', to: '16:30' }];
      const applications = { closesOn: dayAfter(today(), 10) };
      return await at.given({ applications, capacity: 2, sessions, firstDay, lastDay: firstDay, ...facts });
    },
    /** The same, endorsed by a lead of their organisation. */
    endorsed: async (cohort: Cohort, organisation: string) => {
      const one = await applied(cohort, organisation);
      const endorsement = { cohort: cohort.id, application: one.application, backfill: 'arranged' };
      await endorseApplication.perform(as(organisation), endorsement);
      return one;
    },
    select: async (cohort: Cohort, lists: Readonly<Record<string, unknown>>, request: Request = {}, on = table) =>
      await selectApplicants.perform(as(cohort.host, request, on), { cohort: cohort.id, ...lists }),
    /** Which people are named on its places: tickets with the ids of their records, which are told to no host. */
    namedOn: async ({ id }: Cohort): Promise<(readonly [number, string])[]> => {
      const named = (await readLedger(table, id, { consistent: true }))?.named;
      const records = [...(await readPlaceRecords(table, id)).values()];
      return records
        .flatMap(({ ticket, person }) =>
          person !== undefined && named?.has(ticket) === true ? [[ticket, person] as const] : [],
        )
        .sort(([one], [other]) => one - other);
    },
    takeAlternate: async (cohort: Cohort, request: Request = {}, on = table) =>
      await takeAlternate.perform(as(cohort.host, request, on), { cohort: cohort.id }),
  };
}
export type ApplicationsTable = Awaited<ReturnType<typeof openApplications>>;

/** A cohort whose closing date has passed, with people of these organisations who are endorsed. */
export async function givenClosed(
  at: ApplicationsTable,
  clock: MovableClock,
  organisations: readonly string[],
  facts: Partial<Cohort> = {},
) {
  const cohort = await at.givenCohort(facts);
  const endorsed: Awaited<ReturnType<typeof at.endorsed>>[] = [];
  for (const organisation of organisations) endorsed.push(await at.endorsed(cohort, organisation));
  clock.moveBy(11 * 86_400_000);
  const [first, second, third, fourth] = endorsed.map(({ application }) => application);
  return {
    cohort,
    people: endorsed,
    first: first ?? '',
    second: second ?? '',
    third: third ?? '',
    fourth: fourth ?? '',
  };
}
