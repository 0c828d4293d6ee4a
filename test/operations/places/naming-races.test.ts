import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { releasePlaces } from '../../../shared/places/release-places.ts';
import { remindNaming } from '../../../shared/places/remind-naming.ts';
import type { Table } from '../../../shared/table/table.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf, seededNumbers } from '../../support/context.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { disagreementsIn, openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const races = 200;
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
  await givenNamedOrganisation(at.table, clock, 'trust');
});
afterAll(async () => {
  await at.close();
});

/** A place of the trust of which it was reminded, one of the council that waits, and a person who is released. */
async function given(): Promise<{ readonly cohort: Cohort; readonly person: string }> {
  const cohort = await at.given({ capacity: 1, waitlist: 2 });
  await at.claim(cohort, trust);
  await at.claim(cohort, council);
  const reminder = { tickets: [1], nameBy: clock.now().toISOString(), since: 1 };
  await remindNaming(at.table, clock, cohort.id, reminder);
  const released = { cohort: cohort.id, reference: cohort.id };
  return { cohort, person: await givenReleased(at.table, clock, trust, released) };
}

/** A table whose requests take some time, up to so many milliseconds, so that whoever begins first is not always there first. */
function slowed(table: Table, numbers: () => number, most: number): Table {
  const wait = async () => await new Promise((resolve) => setTimeout(resolve, numbers() * most));
  return {
    ...table,
    get: async (...given_) => {
      await wait();
      return await table.get(...given_);
    },
    update: async (...given_) => {
      await wait();
      return await table.update(...given_);
    },
  };
}

/** Names and releases the same place at the same moment; says who won, and what is wrong with how it ended. */
async function race(number: number) {
  const numbers = seededNumbers(number);
  const { cohort, person } = await given();
  const context = contextOf(slowed(at.table, numbers, 2), clock, personOf(trust));
  const naming = async () => await namePlace.perform(context, { cohort: cohort.id, ticket: 1, person });
  // A naming asks the table more often before it decides: so a release takes its time over each request.
  const releasing = async () =>
    await releasePlaces(slowed(at.table, numbers, 60), clock, cohort.id, { tickets: [1], remindedBy: 4 });
  const both = number % 2 === 0 ? [naming(), releasing()] : [releasing(), naming()];
  const outcomes = await Promise.allSettled(both);
  const named = outcomes[number % 2 === 0 ? 0 : 1];
  const ledger = await at.ledger(cohort);
  const isNamed = ledger.named?.has(1) === true;
  const isThere = Object.values(ledger.entries).includes(1);
  const wrong = [
    ...disagreementsIn(ledger),
    ...(isNamed && !isThere ? ['a named person without a place'] : []),
    ...(!isThere && named?.status === 'fulfilled' ? ['a naming was answered, and its place released'] : []),
    ...(isThere && !isNamed ? ['neither was done'] : []),
    ...(isThere && named?.status === 'rejected' ? ['a naming counts that was refused'] : []),
  ];
  return { winner: isNamed ? 'naming' : 'release', wrong };
}

/** Twenty races at once, each on a cohort of its own. */
async function racesOf(count: number) {
  const all: Awaited<ReturnType<typeof race>>[] = [];
  for (let first = 0; first < count; first += 20) {
    const numbers = Array.from({ length: Math.min(20, count - first) }, (_none, index) => first + index);
    all.push(...(await Promise.all(numbers.map(async (number) => await race(number)))));
  }
  return all;
}

describe('naming a place and releasing it at the same moment', () => {
  test(`${String(races)} times: one of them wins each time, and both of them some of the time`, async () => {
    const outcomes = await racesOf(races);
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(new Set(outcomes.map(({ winner }) => winner))).toEqual(new Set(['naming', 'release']));
  }, 120_000);

  test('control: without the conditions that nobody is named and somebody was reminded, people lose places', async () => {
    const { cohort, person } = await given();
    const context = contextOf(at.table, clock, personOf(trust));
    // The release has seen that nobody is named; before its write comes through, somebody is.
    const overtaken: Table = {
      ...at.table,
      update: async (...given_) => {
        await namePlace.perform(context, { cohort: cohort.id, ticket: 1, person });
        return await at.table.update(...given_);
      },
    };
    await releasePlaces(withoutClauses(overtaken, /^(NOT )?contains\(/), clock, cohort.id, {
      tickets: [1],
      remindedBy: 4,
    });
    const ledger = await at.ledger(cohort);
    expect([ledger.named?.has(1), Object.values(ledger.entries).includes(1)]).toEqual([true, false]);
  });
});
