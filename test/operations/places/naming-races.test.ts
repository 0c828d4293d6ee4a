import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { putHistory } from '../../../shared/events/history-items.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { releasePlaces } from '../../../shared/places/release-places.ts';
import { remindNaming } from '../../../shared/places/remind-naming.ts';
import { keys } from '../../../shared/table/keys.ts';
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
const day = 86_400_000;
/** The version of a ledger with the reminder. */
const reminded = 4;
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
  // The reminder was told three days ago.
  const facts = { key: keys.ledger(cohort.id), epoch: 1, version: reminded, at: clock.now().toISOString() };
  await putHistory(at.table, facts, [], new Date(clock.now().getTime() - 3 * day));
  const released = { cohort: cohort.id, reference: cohort.id };
  return { cohort, person: await givenReleased(at.table, clock, trust, released) };
}

/** How far a naming has come: how often it has been answered by the table. */
function course() {
  let answers = 0;
  const waiting: { readonly wanted: number; readonly wake: () => void }[] = [];
  const cameTo = (count: number) => {
    answers = count;
    for (const one of waiting.splice(0)) {
      if (one.wanted <= answers) one.wake();
      else waiting.push(one);
    }
  };
  return {
    answered: () => {
      cameTo(answers + 1);
    },
    ended: () => {
      cameTo(Number.POSITIVE_INFINITY);
    },
    /** Waits until it has been answered so often more, or has ended. */
    async more(count: number): Promise<void> {
      const wanted = answers + count;
      if (wanted > answers) await new Promise<void>((wake) => waiting.push({ wanted, wake }));
    },
  };
}

/** The table, with something to be done before each request, or after each answer. */
function beside(table: Table, { before, behind }: { before?: () => Promise<void>; behind?: () => void }): Table {
  async function ask<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    await before?.();
    const answer = await request();
    behind?.();
    return answer;
  }
  return {
    ...table,
    get: async (...request) => await ask(async () => await table.get(...request)),
    query: async (...request) => await ask(async () => await table.query(...request)),
    put: async (...request) => await ask(async () => await table.put(...request)),
    update: async (...request) => await ask(async () => await table.update(...request)),
  };
}

/**
 * Names and releases the same place at the same moment; says who won, and what is wrong with how it ended. A naming asks the
 * table more often before it decides: so a release waits for some of its steps before each of its own, and either may be
 * first, however busy the machine is.
 */
async function race(number: number) {
  const numbers = seededNumbers(number);
  const { cohort, person } = await given();
  const namer = course();
  const context = contextOf(beside(at.table, { behind: namer.answered }), clock, personOf(trust));
  const naming = async () =>
    await namePlace.perform(context, { cohort: cohort.id, ticket: 1, person }).finally(namer.ended);
  const waiting = beside(at.table, { before: async () => await namer.more(Math.floor(numbers() * 6)) });
  const due = { tickets: [1], remindedBy: reminded };
  const releasing = async () => await releasePlaces({ table: waiting, epoch: 1, clock }, cohort.id, due);
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
    const careless = { table: withoutClauses(overtaken, /^(NOT )?contains\(/), epoch: 1, clock };
    await releasePlaces(careless, cohort.id, { tickets: [1], remindedBy: reminded });
    const ledger = await at.ledger(cohort);
    expect([ledger.named?.has(1), Object.values(ledger.entries).includes(1)]).toEqual([true, false]);
  });
});
