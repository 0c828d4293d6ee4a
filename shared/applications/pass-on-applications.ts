import { changeByItself } from '../change.ts';
import { passedPersonId, type Passing } from '../people/pass-on-people.ts';
import { ticketOfOccasion } from '../places/place-person.ts';
import type { Application } from './application.ts';
import { cohortsWithApplications, movePerson, readApplications } from './applications-items.ts';

/**
 * Passes the applications of an organisation's people to its successor: they stay where they stand, and whoever is selected
 * takes a place of the successor's. Done before places pass, since a place that was claimed for somebody who is selected, but
 * is not noted on the application yet, is found by the old organisation. Says whether none was changed by somebody else
 * meanwhile; done again, nothing happens.
 */
export async function passOnApplications(passing: Passing): Promise<boolean> {
  let isDone = true;
  for (const cohort of await cohortsWithApplications(passing.table)) {
    for (const application of (await readApplications(passing.table, cohort)).values()) {
      if (application.organisation !== passing.from) continue;
      isDone = (await passOnApplication(passing, application)) && isDone;
    }
  }
  return isDone;
}

async function passOnApplication(passing: Passing, application: Application): Promise<boolean> {
  const { table, clock, from: organisation, to } = passing;
  const { id: occasion, cohort, person, status } = application;
  const isPlaced = status !== 'selected' || application.ticket !== undefined;
  const ticket = isPlaced ? application.ticket : await ticketOfOccasion(table, cohort, { organisation, occasion });
  const next: Application = {
    ...application,
    organisation: to,
    person: await passedPersonId(passing, person),
    ticket,
    version: application.version + 1,
    change: changeByItself('passed-on', clock.now()),
  };
  return await movePerson(table, next, person);
}
