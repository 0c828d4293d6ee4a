import { changeByItself } from '../change.ts';
import { findActivePerson } from '../people/find-people.ts';
import { passedPersonId, type Passing } from '../people/pass-on-people.ts';
import { ticketOfOccasion } from '../places/place-person.ts';
import { manyAtOnce, patiently } from '../table/many-at-once.ts';
import type { Application } from './application.ts';
import { movePerson, noteApplication, readApplication, readLiveApplications } from './applications-items.ts';
import { withoutTexts } from './erase-applications.ts';

/** As many are read with one request. */
const pageSize = 100;
const atOnce = 10;
/** How often an application is written anew that somebody else has changed meanwhile. */
const attempts = 4;

/**
 * Passes the applications of an organisation's people to its successor: they stay where they stand, and whoever is selected
 * takes a place of the successor's. Done before places pass, since a place that was claimed for somebody who is selected, but
 * is not noted on the application yet, is found by the old organisation. Done again, nothing happens.
 *
 * Which are the organisation's is told by no index: all there are are looked through, a hundred of them behind a position.
 * Answers from where to go on, undefined when none is left. Throws when one is changed by others again and again.
 */
export async function passOnApplications(passing: Passing, after: string | undefined): Promise<string | undefined> {
  const { table, from } = passing;
  const { applications, next } = await patiently(async () => await readLiveApplications(table, after, pageSize));
  const own = applications.filter(({ organisation }) => organisation === from);
  await manyAtOnce(own, atOnce, async (application) => {
    await patiently(async () => {
      await passOnApplication(passing, application);
    });
  });
  return next;
}

async function passOnApplication(passing: Passing, found: Application): Promise<void> {
  let application: Application | undefined = found;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (application?.organisation !== passing.from) return;
    const next = await passedApplication(passing, application);
    if (await movePerson(passing.table, next, application.person)) return;
    application = await readApplication(passing.table, found.cohort, found.id);
  }
  throw new Error('Another change came first');
}

/** What an application is once it is the successor's. */
async function passedApplication(passing: Passing, application: Application): Promise<Application> {
  const { table, clock, from: organisation, to } = passing;
  const { id: occasion, cohort, person, status } = application;
  const isPlaced = status !== 'selected' || application.ticket !== undefined;
  const ticket = isPlaced ? application.ticket : await ticketOfOccasion(table, cohort, { organisation, occasion });
  const passed = await passedPersonId(passing, person);
  // Noted before it is looked whether they are there: who is removed after that has their texts erased by it.
  await noteApplication(table, { person: passed, cohort, id: occasion });
  const isThere = (await findActivePerson(table, to, passed)) !== undefined;
  return {
    ...(isThere ? application : withoutTexts(application)),
    organisation: to,
    person: passed,
    ticket,
    version: application.version + 1,
    change: changeByItself('passed-on', clock.now()),
  };
}
