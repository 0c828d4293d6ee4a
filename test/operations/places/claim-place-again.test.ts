import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import type { Actor } from '../../../shared/context.ts';
import { AppError } from '../../../shared/errors.ts';
import { readExplainedClaims } from '../../../shared/places/allocations-items.ts';
import { compactLedger } from '../../../shared/places/compact-ledger.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { openTable } from '../../../shared/table/table.ts';
import { withoutClauses } from '../../soak/observed-table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf, seededNumbers } from '../../support/context.ts';
import { injectFaults } from '../../support/faults.ts';
import { disagreementsIn, openPlaces, placesOn, toldOf, type PlacesTable } from '../../support/places.ts';
import { databaseClient } from '../../support/table.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const refused = (code: string) => expect.objectContaining({ code });
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

/** The same operations on a table whose ledger writes lack the clauses that match. */
const spoilt = (clause: RegExp) => placesOn(withoutClauses(at.table, clause), clock);

describe('why a claim was made', () => {
  const reason = 'Opens a new ward';
  const request = { idempotencyKey: 'with reason' };
  const explained = async ({ id }: { readonly id: string }) => (await readExplainedClaims(at.table, id)).length;

  test('is kept when the claim counts, and nothing of one that is refused', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 0 });
    await at.claim(cohort, council, { reason });
    expect(await explained(cohort)).toBe(1);
    await expect(at.claim(cohort, trust, { reason }, request)).rejects.toEqual(refused('place.full'));
    expect(await explained(cohort)).toBe(1);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(at.claim(cohort, trust, { reason })).rejects.toEqual(refused('cohort.not-open'));
    expect(await explained(cohort)).toBe(1);
  });

  test('is kept by the same request sent again, when the first was cut off or its answer was lost', async () => {
    const cohort = await at.given();
    const dying: PlacesTable['table'] = {
      ...at.table,
      put: async (item, onlyIf) => {
        if (item.sk.startsWith('CLAIM#')) throw new Error('Died');
        return await at.table.put(item, onlyIf);
      },
    };
    const claim = { cohort: cohort.id, quantity: 2, reason };
    const context = contextOf(dying, clock, personOf(trust), request);
    await expect(claimPlace.perform(context, claim)).rejects.toEqual(new Error('Died'));
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2], waiting: [] });
    expect(await explained(cohort)).toBe(0);
    expect((await at.claim(cohort, trust, { quantity: 2, reason }, request)).places).toHaveLength(2);
    expect(await explained(cohort)).toBe(1);
  });

  test('goes with what was given back, a day later, and stays while something of the claim is left', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust, { quantity: 2, reason }, request);
    await at.claim(cohort, council, { reason });
    await at.giveBack(cohort, trust, [1]);
    await compactLedger(at.table, clock, cohort.id, [1]);
    expect(await explained(cohort)).toBe(2);
    await at.giveBack(cohort, trust, [2]);
    // A late duplicate of a claim that has nothing left brings nothing back.
    await at.claim(cohort, council, { reason }, { idempotencyKey: 'all gone' });
    await at.giveBack(cohort, council, [4]);
    await compactLedger(at.table, clock, cohort.id, []);
    expect(await explained(cohort)).toBe(1);
    await at.claim(cohort, council, { reason }, { idempotencyKey: 'all gone' });
    expect(await explained(cohort)).toBe(1);
  });
});

describe('a claim that is sent again', () => {
  test('is answered with its places as they are now, and takes no more', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 4 });
    const again = async () => await at.claim(cohort, trust, { quantity: 3 }, { idempotencyKey: 'again' });
    await at.claim(cohort, council);
    const first = await again();
    expect(first.places.map(({ ticket, state }) => [ticket, state])).toEqual([
      [2, 'confirmed'],
      [3, 'waiting'],
      [4, 'waiting'],
    ]);
    expect(await again()).toEqual(first);
    await at.giveBack(cohort, council, [1]);
    expect((await again()).places.map(({ ticket, state }) => [ticket, state])).toEqual([
      [2, 'confirmed'],
      [3, 'confirmed'],
      [4, 'waiting'],
    ]);
    await at.giveBack(cohort, trust, [2, 3]);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    expect((await again()).places).toMatchObject([{ ticket: 4, state: 'confirmed' }]);
    await at.giveBack(cohort, trust, [4]);
    expect((await again()).places).toEqual([]);
    expect((await at.ledger(cohort)).next).toBe(5);
  });

  test('twenty times at once is applied once, and announced once', async () => {
    const cohort = await at.given();
    const claims = Array.from({ length: 20 }, async () => {
      return await at.claim(cohort, trust, { quantity: 2 }, { idempotencyKey: 'at once' });
    });
    const answers = await Promise.all(claims);
    for (const { places } of answers) expect(places.map(({ ticket }) => ticket)).toEqual([1, 2]);
    expect((await at.ledger(cohort)).next).toBe(3);
    expect(toldOf(await at.told(cohort)).slice(1)).toEqual([
      ['place.claimed', [1, 2], [trust, host]],
      ['place.confirmed', [1, 2], [trust, host]],
    ]);
  });

  test('control: without the condition that its keys are absent, it takes more', async () => {
    const cohort = await at.given();
    const careless = spoilt(/^attribute_not_exists\(entries/);
    for (let i = 0; i < 2; i += 1) await careless.claim(cohort, trust, {}, { idempotencyKey: 'careless' });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual(['room is miscounted', 'an organisation is miscounted']);
  });

  test('for another quantity under the same Idempotency-Key is refused', async () => {
    const cohort = await at.given();
    const idempotencyKey = 'reused';
    await at.claim(cohort, trust, { quantity: 2 }, { idempotencyKey });
    for (const quantity of [1, 3]) {
      await expect(at.claim(cohort, trust, { quantity }, { idempotencyKey })).rejects.toEqual(
        refused('request.key-reused'),
      );
    }
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2], waiting: [] });
  });

  test('by somebody else, or on another cohort, is another claim: a key is its actor’s own', async () => {
    const cohort = await at.given();
    const request = { idempotencyKey: 'the same' };
    const colleague = personOf(trust, ['administrator'], 'colleague');
    const system: Actor = { kind: 'client', key: 'key_0123456789ab', organisation: trust, scopes: ['places:write'] };
    for (const actor of [personOf(trust), colleague, system, personOf(council)]) {
      await claimPlace.perform(contextOf(at.table, clock, actor, request), { cohort: cohort.id });
    }
    expect((await at.claim(await at.given(), trust, {}, request)).places).toHaveLength(1);
    const { places } = await at.seen(cohort);
    expect(places.map(({ organisation }) => organisation)).toEqual([trust, trust, trust, council]);
  });

  test('has to carry an Idempotency-Key', async () => {
    const cohort = await at.given();
    const without = at.claim(cohort, trust, {}, { idempotencyKey: undefined });
    await expect(without).rejects.toEqual(refused('request.key-missing'));
  });
});

describe('claims at the same moment', () => {
  const eight = ['RAT', 'R1H', 'RWK', 'RQX', 'RAL', 'RKE', 'Redbridge', 'Newham'].map(organisationNamed);

  test('64 by eight organisations for the last place: one is confirmed, the rest wait in order', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 100 });
    await at.claim(cohort, host);
    const claims = Array.from({ length: 64 }, async (_, index) => await at.claim(cohort, eight[index % 8] ?? ''));
    const places = (await Promise.all(claims)).flatMap((answer) => answer.places);
    expect(places.filter(({ state }) => state === 'confirmed').map(({ ticket }) => ticket)).toEqual([2]);
    const waiting = places.filter(({ state }) => state === 'waiting').sort((one, two) => one.ticket - two.ticket);
    expect(waiting.map(({ ticket, position }) => [ticket, position])).toEqual(
      Array.from({ length: 63 }, (_, index) => [index + 3, index + 1]),
    );
    const ledger = await at.ledger(cohort);
    expect(disagreementsIn(ledger)).toEqual([]);
    expect(ledger.version).toBe(66);
    for (const organisation of eight) expect(ledger.live[organisation.slice('org_'.length)]).toBe(8);

    const told = await at.told(cohort);
    const ticketsOf = (type: string) => told.flatMap((event) => (event.type === type ? [event.data['tickets']] : []));
    expect(ticketsOf('place.claimed')).toEqual(Array.from({ length: 65 }, (_, index) => [index + 1]));
    expect(ticketsOf('place.confirmed')).toEqual([[1], [2]]);
    expect(ticketsOf('place.waiting')).toEqual(Array.from({ length: 63 }, (_, index) => [index + 3]));
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });

  test('for more than there is room for: as many as there is room for go through', async () => {
    const cohort = await at.given({ capacity: 4, waitlist: 3, limit: 2 });
    const claims = Array.from({ length: 32 }, async (_, index) => await at.claim(cohort, eight[index % 8] ?? ''));
    const outcomes = await Promise.all(claims.map(async (claim) => await claim.catch((error: unknown) => error)));
    const codes = outcomes.flatMap((outcome) => (outcome instanceof AppError ? [outcome.code] : []));
    expect(codes).toHaveLength(32 - 7);
    expect(codes.filter((code) => code !== 'place.full' && code !== 'place.over-limit')).toEqual([]);
    const ledger = await at.ledger(cohort);
    expect(disagreementsIn(ledger)).toEqual([]);
    expect(Math.max(...Object.values(ledger.live))).toBeLessThanOrEqual(2);
  });

  test('control: without the condition on the room a cohort is oversold', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 0 });
    await spoilt(/^room >=/).claim(cohort, council, { quantity: 2 });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual(['more live places than there is room for']);
  });

  test('control: without the condition on the number of entries a ledger grows beyond its bounds', async () => {
    const cohort = await at.given({ capacity: 150, waitlist: 0 });
    const careless = spoilt(/^size\(entries\)/);
    for (let i = 0; i < 5; i += 1) {
      const { places } = await careless.claim(cohort, trust, { quantity: 50 });
      await at.giveBack(
        cohort,
        trust,
        places.map(({ ticket }) => ticket),
      );
    }
    expect(disagreementsIn(await at.ledger(cohort))).toEqual(['too many entries']);
  });

  test.each([
    ['an organisation’s own', /#live/, { quantity: 3 }],
    ['being open', /^#status/, {}],
    ['free places', /^room >=/, { quantity: 2, allOrNothing: true }],
  ])(
    'control: without the condition on %s a claim goes through that is refused with it',
    async (_what, clause, input) => {
      const cohort = await at.given({ capacity: 1, waitlist: 5, limit: 2 });
      if (clause.source === '^#status') await closeCohort.perform(at.as(host), { cohort: cohort.id });
      await expect(at.claim(cohort, trust, input)).rejects.toThrow();
      expect((await spoilt(clause).claim(cohort, trust, input)).places.length).toBeGreaterThan(0);
    },
  );
});

describe('with a bad connection', () => {
  test('claims whose acknowledgement is lost, or that are turned away, are applied once each', async () => {
    const cohort = await at.given({ capacity: 100, waitlist: 50 });
    const client = databaseClient();
    const counts = injectFaults(client, { lost: 0.3, throttled: 0.1, conflicts: 0 }, seededNumbers(7));
    const faulty = placesOn(openTable(client, at.database.name), clock);
    const claim = async (key: number) => {
      // A caller repeats, under the same key, what was not answered.
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const answer = await faulty
          .claim(cohort, trust, { quantity: 2 }, { idempotencyKey: `bad-${String(key)}` })
          .catch(() => undefined);
        if (answer !== undefined) return answer.places;
      }
      throw new Error('Not answered in ten attempts');
    };
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, key) => await claim(key)));
    client.destroy();
    expect(counts.lost).toBeGreaterThan(10);
    expect(counts.throttled).toBeGreaterThan(3);
    const tickets = answers.flatMap((places) => places.map(({ ticket }) => ticket)).sort((one, two) => one - two);
    expect(tickets).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    const ledger = await at.ledger(cohort);
    expect(ledger).toMatchObject({ next: 81, version: 41 });
    expect(disagreementsIn(ledger)).toEqual([]);
  });
});
