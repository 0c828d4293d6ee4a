import type { Cohort } from '../../shared/cohorts/cohort.ts';
import type { Actor, Role } from '../../shared/context.ts';
import { namePlace } from '../../shared/places/name-place.ts';
import { organisationNamed } from './cohorts.ts';
import { personOf, type MovableClock } from './context.ts';
import { givenReleased } from './people.ts';
import type { PlacesTable } from './places.ts';

const day = 86_400_000;
let number = 0;

/** The day so many days from now. */
export function dayIn(clock: MovableClock, days: number): string {
  return new Date(clock.now().getTime() + days * day).toISOString().slice(0, 10);
}

/** An open cohort with a session on each of these days from now on; the ids of the sessions are `1-1`, `1-2` and so on. */
export async function givenSessions(
  at: PlacesTable,
  clock: MovableClock,
  days: readonly number[],
  facts: Partial<Cohort> = {},
): Promise<Cohort> {
  const sessions = days.map((one, index) => ({
    id: `1-${String(index + 1)}`,
    day: dayIn(clock, one),
    from: '09:00',
    to: '16:30',
  }));
  const [firstDay, lastDay] = [dayIn(clock, days[0] ?? 0), dayIn(clock, days.at(-1) ?? 0)];
  return await at.given({ capacity: 5, waitlist: 5, sessions, firstDay, lastDay, ...facts });
}

/** A place of an organisation with a person named on it, whose e-mail address and reference are told. */
export async function givenNamed(at: PlacesTable, clock: MovableClock, cohort: Cohort, organisation: string) {
  number += 1;
  const reference = `ATTENDS-${String(number)}`;
  const { places } = await at.claim(cohort, organisation);
  const ticket = Math.max(...places.map((place) => place.ticket));
  const person = await givenReleased(at.table, clock, organisation, { cohort: cohort.id, reference });
  await namePlace.perform(at.as(organisation), { cohort: cohort.id, ticket, person });
  return { ticket, person, email: `${reference}@example.org` };
}

/** Somebody who has signed in with an e-mail address. */
export function signedIn(organisation: string, email: string, roles: readonly Role[] = ['staff']): Actor {
  const actor = personOf(organisation, roles);
  return actor.kind === 'person' ? { ...actor, email } : actor;
}

export const host = organisationNamed('host');
