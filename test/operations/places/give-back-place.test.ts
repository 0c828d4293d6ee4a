import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { changeByItself } from '../../../shared/change.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { writeGiveBack } from '../../../shared/places/places-items.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock, seededNumbers } from '../../support/context.ts';
import { injectFaults } from '../../support/faults.ts';
import { givenProgramme } from '../../support/given.ts';
import { disagreementsIn, openPlaces, placesOn, toldOf, type PlacesTable } from '../../support/places.ts';
import { databaseClient } from '../../support/table.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const practice = organisationNamed('practice');
const refused = (code: string, facts?: unknown) =>
  expect.objectContaining({ code, ...(facts === undefined ? {} : { details: { facts } }) });
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

/** Notes that a person is named on a place, as naming one will. */
const name = async (cohort: { readonly pk: string }, ticket: number) =>
  await at.table.update(
    { pk: cohort.pk, sk: 'LEDGER' },
    { update: 'ADD named :ticket', values: { ':ticket': new Set([ticket]) } },
    z.unknown(),
  );

describe('giving places back', () => {
  test('confirms who waits longest, in the same write; all concerned hear of it', async () => {
    const cohort = await at.given({ capacity: 3, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 3 });
    await at.claim(cohort, council);
    await at.claim(cohort, practice, { quantity: 2 });
    await at.told(cohort);
    const { version } = await at.ledger(cohort);
    const answer = await at.giveBack(cohort, trust, [3, 1]);
    expect(answer).toEqual({
      cohort: cohort.id,
      givenBack: [3, 1],
      places: [{ cohort: cohort.id, ticket: 2, organisation: trust, state: 'confirmed' }],
    });
    expect(await at.standing(cohort)).toEqual({ confirmed: [2, 4, 5], waiting: [6] });
    const ledger = await at.ledger(cohort);
    expect(ledger.version).toBe(version + 1);
    expect(disagreementsIn(ledger)).toEqual([]);
    expect(toldOf(await at.told(cohort))).toEqual([
      ['place.given-back', [1, 3], [trust, host]],
      ['place.confirmed', [4], [council, host]],
      ['place.confirmed', [5], [practice, host]],
    ]);
  });

  test('one after another confirms those who wait in their order, never the one who gave back', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    for (const organisation of [trust, council, practice]) await at.claim(cohort, organisation);
    await at.giveBack(cohort, trust, [1]);
    await at.claim(cohort, trust);
    expect(await at.standing(cohort)).toEqual({ confirmed: [2], waiting: [3, 4] });
    await at.giveBack(cohort, council, [2]);
    await at.giveBack(cohort, practice, [3]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [4], waiting: [] });
  });

  test('of one that waits moves up those behind it, and confirms nobody', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    for (const organisation of [trust, council, practice]) await at.claim(cohort, organisation);
    await at.told(cohort);
    await at.giveBack(cohort, council, [2]);
    const { places } = await at.seen(cohort);
    expect(places.map(({ ticket, state, position }) => [ticket, state, position])).toEqual([
      [1, 'confirmed', undefined],
      [3, 'waiting', 1],
    ]);
    expect(toldOf(await at.told(cohort))).toEqual([['place.given-back', [2], [council, host]]]);
  });

  test('is possible when claims are closed; once the cohort is cancelled there is nothing to give back', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    await at.giveBack(cohort, trust, [1, 2]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [3], waiting: [] });
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(at.giveBack(cohort, council, [3])).rejects.toEqual(refused('cohort.already-ended'));
    expect((await at.giveBack(cohort, trust, [1])).givenBack).toEqual([1]);
  });

  test('takes those back that are the organisation’s own: all that are named, or none', async () => {
    const cohort = await at.given({ capacity: 3, waitlist: 0 });
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, council);
    const before = await at.ledger(cohort);
    await expect(at.giveBack(cohort, trust, [1, 3])).rejects.toEqual(refused('place.not-found', { ticket: 3 }));
    await expect(at.giveBack(cohort, trust, [2, 4])).rejects.toEqual(refused('place.not-found', { ticket: 4 }));
    await expect(at.giveBack(cohort, host, [1])).rejects.toEqual(refused('place.not-found', { ticket: 1 }));
    expect(await at.ledger(cohort)).toEqual(before);
    // Nor what another gave back.
    await at.giveBack(cohort, trust, [1]);
    await expect(at.giveBack(cohort, council, [1])).rejects.toEqual(refused('place.not-found', { ticket: 1 }));
  });

  test('is refused while a person is named on one of them', async () => {
    const cohort = await at.given({ capacity: 3, waitlist: 3 });
    await at.claim(cohort, trust, { quantity: 3 });
    await name(cohort, 2);
    const before = await at.ledger(cohort);
    await expect(at.giveBack(cohort, trust, [1, 2])).rejects.toEqual(refused('place.named'));
    expect(await at.ledger(cohort)).toEqual(before);
    expect((await at.giveBack(cohort, trust, [1, 3])).places).toMatchObject([{ ticket: 2 }]);
  });

  test('control: without the condition on names, a place goes on which a person is named', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    await name(cohort, 1);
    await placesOn(withoutClauses(at.table, /^NOT contains\(named/), clock).giveBack(cohort, trust, [1]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [], waiting: [] });
  });

  test('takes one to fifty tickets, each once', async () => {
    const cohort = await at.given({ capacity: 100, waitlist: 0 });
    await at.claim(cohort, trust, { quantity: 50 });
    const fifty = Array.from({ length: 50 }, (_, index) => index + 1);
    for (const tickets of [[], [1, 1], [0], [...fifty, 51]]) {
      await expect(at.giveBack(cohort, trust, tickets)).rejects.toEqual(refused('request.invalid'));
    }
    expect((await at.giveBack(cohort, trust, fifty)).places).toEqual([]);
    await expect(at.giveBack(cohort, trust, [1], { idempotencyKey: undefined })).rejects.toEqual(
      refused('request.key-missing'),
    );
  });

  test('on a draft finds no place; on a cohort that one cannot see, no cohort', async () => {
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await expect(at.giveBack(draft, host, [1])).rejects.toEqual(refused('place.not-found'));
    await expect(at.giveBack(draft, trust, [1])).rejects.toEqual(refused('cohort.not-found'));
    const restricted = await at.given({ sharedWith: [trust] });
    await at.claim(restricted, trust);
    await expect(at.giveBack(restricted, council, [1])).rejects.toEqual(refused('cohort.not-found'));
    expect(await at.standing(restricted)).toEqual({ confirmed: [1], waiting: [] });
  });

  test('lets waits lapse first whose day has passed: nobody is promoted who no longer wants it', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust);
    await at.claim(cohort, council, { confirmUntil: clock.now().toISOString().slice(0, 10) });
    await at.claim(cohort, practice);
    await at.told(cohort);
    clock.moveBy(86_400_000);
    await at.giveBack(cohort, trust, [1]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [3], waiting: [] });
    expect(toldOf(await at.told(cohort))).toEqual([
      ['place.lapsed', [2], [council, host]],
      ['place.given-back', [1], [trust, host]],
      ['place.confirmed', [3], [practice, host]],
    ]);
  });
});

describe('giving back again', () => {
  test('changes nothing, and says what is left now', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 0 });
    await at.claim(cohort, trust, { quantity: 2 });
    const first = await at.giveBack(cohort, trust, [1]);
    const before = await at.ledger(cohort);
    expect(await at.giveBack(cohort, trust, [1])).toEqual(first);
    expect(await at.ledger(cohort)).toEqual(before);
    expect((await at.giveBack(cohort, trust, [1, 2])).places).toEqual([]);
    expect((await at.ledger(cohort)).room).toBe(2);
  });

  test('twenty times at once gives back once', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 5 });
    await at.claim(cohort, trust);
    await at.claim(cohort, council);
    await at.told(cohort);
    await Promise.all(Array.from({ length: 20 }, async () => await at.giveBack(cohort, trust, [1])));
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
    expect(toldOf(await at.told(cohort)).map(([type]) => type)).toEqual(['place.given-back', 'place.confirmed']);
  });

  /** A late duplicate of the write of a give-back, when the claim's tombstone is gone and the key is in use again. */
  async function lateDuplicate(table: Table) {
    const cohort = await at.given();
    const request = { idempotencyKey: 'once more' };
    await at.claim(cohort, trust, {}, request);
    const [entry] = Object.entries((await at.ledger(cohort)).entries);
    if (entry === undefined) throw new Error('There is no entry');
    await at.giveBack(cohort, trust, [1]);
    await at.table.update(
      { pk: cohort.pk, sk: 'LEDGER' },
      { update: 'REMOVE entries.#k', names: { '#k': entry[0] } },
      z.unknown(),
    );
    await at.claim(cohort, trust, {}, request);
    const late = { key: entry[0], ticket: 1, organisation: trust, until: undefined, held: false };
    const { applied } = await writeGiveBack(table, cohort.id, [late], changeByItself('given-back', clock.now()));
    return { applied, ...(await at.standing(cohort)) };
  }

  test('too late, when the key is in use again, does not hit the newer claim', async () => {
    expect(await lateDuplicate(at.table)).toEqual({ applied: false, confirmed: [2], waiting: [] });
  });

  test('control: without the exact ticket in its condition it takes the newer claim away', async () => {
    const careless = withoutClauses(at.table, /^entries\.#k\d+ = :t/);
    expect(await lateDuplicate(careless)).toEqual({ applied: true, confirmed: [], waiting: [] });
  });

  test('over a bad connection gives back once each', async () => {
    const cohort = await at.given({ capacity: 50, waitlist: 50 });
    for (const organisation of [trust, council]) await at.claim(cohort, organisation, { quantity: 50 });
    const client = databaseClient();
    const counts = injectFaults(client, { lost: 0.3, throttled: 0.1, conflicts: 0 }, seededNumbers(11));
    const faulty = placesOn(openTable(client, at.database.name), clock);
    const giveBack = async (ticket: number) => {
      // A caller repeats what was not answered.
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const answer = await faulty.giveBack(cohort, trust, [ticket]).catch(() => undefined);
        if (answer !== undefined) return;
      }
      throw new Error('Not answered in ten attempts');
    };
    await Promise.all(Array.from({ length: 30 }, async (_, index) => await giveBack(index + 1)));
    client.destroy();
    expect(counts.lost).toBeGreaterThan(10);
    const ledger = await at.ledger(cohort);
    expect(ledger).toMatchObject({ version: 33, room: 30 });
    expect(disagreementsIn(ledger)).toEqual([]);
    expect((await at.standing(cohort)).confirmed.at(-1)).toBe(80);
  });
});

test('where every write is overtaken by another, it is asked to come again, and nothing is changed', async () => {
  const cohort = await at.given();
  await at.claim(cohort, trust);
  const overtaken: Table = {
    ...at.table,
    update: async (key, change, schema) =>
      await at.table.update(
        key,
        { ...change, condition: `${change.condition ?? ''} AND attribute_not_exists(pk)` },
        schema,
      ),
  };
  await expect(placesOn(overtaken, clock).giveBack(cohort, trust, [1])).rejects.toEqual(refused('request.busy'));
  expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
});
