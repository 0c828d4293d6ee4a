import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { disagreementsIn, openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
const trust = organisationNamed('trust');
const council = organisationNamed('council');
const refused = (code: string, facts?: unknown) =>
  expect.objectContaining({ code, ...(facts === undefined ? {} : { details: { facts } }) });
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

describe('a claim', () => {
  test('takes what is free, then stands in line, in the order of its tickets; holder and host hear of it', async () => {
    const cohort = await at.given({ capacity: 3, waitlist: 3 });
    await at.claim(cohort, council);
    const { cohort: id, places } = await at.claim(cohort, trust, { quantity: 3 });
    expect(id).toBe(cohort.id);
    expect(places).toEqual([
      { cohort: cohort.id, ticket: 2, organisation: trust, state: 'confirmed' },
      { cohort: cohort.id, ticket: 3, organisation: trust, state: 'confirmed' },
      { cohort: cohort.id, ticket: 4, organisation: trust, state: 'waiting', position: 1 },
    ]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2, 3], waiting: [4] });
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
    const told = (await at.told(cohort)).filter(({ data }) => data['organisation'] === trust);
    expect(toldOf(told)).toEqual([
      ['place.claimed', [2, 3, 4], [trust, host]],
      ['place.confirmed', [2, 3], [trust, host]],
      ['place.waiting', [4], [trust, host]],
    ]);
  });

  test('of the host itself is told to it once', async () => {
    const cohort = await at.given();
    await at.claim(cohort, host);
    expect(toldOf(await at.told(cohort)).slice(1)).toEqual([
      ['place.claimed', [1], [host]],
      ['place.confirmed', [1], [host]],
    ]);
  });

  test('is one place when it does not say how many, and fifty at most', async () => {
    const cohort = await at.given({ capacity: 120, waitlist: 0 });
    expect((await at.claim(cohort, trust)).places).toHaveLength(1);
    expect((await at.claim(cohort, trust, { quantity: 50 })).places).toHaveLength(50);
    for (const quantity of [0, 51, 1.5]) {
      await expect(at.claim(cohort, trust, { quantity })).rejects.toEqual(refused('request.invalid'));
    }
    expect((await at.ledger(cohort)).next).toBe(52);
  });

  test('on a cohort that is not open is refused, and leaves no trace', async () => {
    const closed = await at.given();
    await closeCohort.perform(at.as(host), { cohort: closed.id });
    const cancelled = await at.given();
    await cancelCohort.perform(at.as(host), { cohort: cancelled.id });
    await at.told(closed);
    for (const cohort of [closed, cancelled]) {
      const before = await at.ledger(cohort);
      await expect(at.claim(cohort, trust)).rejects.toEqual(refused('cohort.not-open'));
      expect(await at.ledger(cohort)).toEqual(before);
      expect(await at.told(cohort)).toEqual([]);
    }
    const programme = await givenProgramme(at.table, clock, host);
    const opensAt = clock.now().toISOString();
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme, opensAt });
    await expect(at.claim(draft, host)).rejects.toEqual(refused('cohort.not-open'));
    await expect(at.claim(draft, trust)).rejects.toEqual(refused('cohort.not-found'));
  });

  test('is taken from the very instant at which claims open, and not before', async () => {
    const opensAt = '2027-01-04T10:00:00.000Z';
    const cohort = await at.given({ opensAt });
    clock.moveTo('2027-01-04T09:59:59.999Z');
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('cohort.not-open-yet', { opensAt }));
    clock.moveTo(opensAt);
    expect((await at.claim(cohort, trust)).places).toMatchObject([{ ticket: 1, state: 'confirmed' }]);
  });

  test('is taken up to the end of the cohort’s last day; later only a repetition is answered', async () => {
    const cohort = await at.given({ lastDay: '2027-06-12', firstDay: '2027-06-12' });
    clock.moveTo('2027-06-12T22:59:59.999Z');
    const request = { idempotencyKey: 'in-time' };
    const { places } = await at.claim(cohort, trust, {}, request);
    clock.moveTo('2027-06-12T23:00:00.000Z');
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('cohort.over'));
    expect((await at.claim(cohort, trust, {}, request)).places).toEqual(places);
    clock.moveTo('2027-01-04T10:00:00.000Z');
  });

  test('that finds no room is refused whole, and told how much there is', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 2, limit: 4 });
    await at.claim(cohort, council);
    await expect(at.claim(cohort, trust, { quantity: 4 })).rejects.toEqual(refused('place.full', { free: 1, room: 3 }));
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    await at.claim(cohort, trust, { quantity: 3 });
    await expect(at.claim(cohort, council)).rejects.toEqual(refused('place.full', { free: 0, room: 0 }));
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);
  });

  test('of all or nothing has every place confirmed at once, or takes none', async () => {
    const cohort = await at.given({ capacity: 3, waitlist: 5 });
    await at.claim(cohort, council);
    const together = { quantity: 3, allOrNothing: true };
    await expect(at.claim(cohort, trust, together)).rejects.toEqual(refused('place.not-enough', { free: 2 }));
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    const { places } = await at.claim(cohort, trust, { ...together, quantity: 2 });
    expect(places.map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
    await at.claim(cohort, council);
    await expect(at.claim(cohort, trust, { quantity: 1, allOrNothing: true })).rejects.toEqual(
      refused('place.not-enough', { free: 0 }),
    );
  });

  test('beyond what one organisation may hold is refused; what waits counts, what was given back does not', async () => {
    const cohort = await at.given({ capacity: 2, waitlist: 10, limit: 3 });
    await expect(at.claim(cohort, trust, { quantity: 4 })).rejects.toEqual(
      refused('place.over-limit', { limit: 3, held: 0 }),
    );
    await at.claim(cohort, trust, { quantity: 3 });
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('place.over-limit', { limit: 3, held: 3 }));
    expect((await at.claim(cohort, council, { quantity: 3 })).places).toHaveLength(3);
    await at.giveBack(cohort, trust, [2]);
    expect((await at.claim(cohort, trust)).places).toMatchObject([{ ticket: 7, state: 'waiting' }]);
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('place.over-limit', { limit: 3, held: 3 }));
  });

  test('waits for tomorrow when too many places were given back today: a ledger has 200 entries at most', async () => {
    const cohort = await at.given({ capacity: 150, waitlist: 30 });
    for (let i = 0; i < 3; i += 1) await at.claim(cohort, trust, { quantity: 50 });
    const backAgain = Array.from({ length: 50 }, (_, index) => index + 1);
    await at.giveBack(cohort, trust, backAgain);
    expect((await at.claim(cohort, council, { quantity: 50 })).places).toHaveLength(50);
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('place.busy'));
    expect(disagreementsIn(await at.ledger(cohort))).toEqual([]);

    await at.told(cohort);
    clock.moveBy(86_400_000);
    expect(await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now())).toMatchObject({ failures: [] });
    expect((await at.claim(cohort, trust)).places).toMatchObject([{ ticket: 201, state: 'waiting', position: 1 }]);
  });
});

describe('who may claim', () => {
  test('an organisation that the programme is shared with; to any other there is no such cohort', async () => {
    const cohort = await at.given({ sharedWith: [trust] });
    expect((await at.claim(cohort, trust)).places).toHaveLength(1);
    expect((await at.claim(cohort, host)).places).toHaveLength(1);
    await expect(at.claim(cohort, council)).rejects.toEqual(refused('cohort.not-found'));
    const unknown = claimPlace.perform(at.as(trust), { cohort: 'coh_000000000000' });
    await expect(unknown).rejects.toEqual(refused('cohort.not-found'));
    expect(await at.standing(cohort)).toEqual({ confirmed: [1, 2], waiting: [] });
  });
});

describe('a wait until a day', () => {
  test.each([
    ['winter', '2027-01-20', '2027-01-21T00:00:00.000Z'],
    ['summer', '2027-06-12', '2027-06-12T23:00:00.000Z'],
  ])('lasts to the end of that day in London, in %s', async (_season, confirmUntil, instant) => {
    const cohort = await at.given({ capacity: 1, waitlist: 1 });
    const { places } = await at.claim(cohort, trust, { quantity: 2, confirmUntil });
    expect(places[0]).not.toHaveProperty('confirmUntil');
    expect(places[1]).toMatchObject({ state: 'waiting', confirmUntil: instant });
  });

  test('that has passed is refused, but not a repetition of what was claimed in time', async () => {
    const cohort = await at.given({ capacity: 1, waitlist: 3 });
    const confirmUntil = '2027-06-12';
    clock.moveTo('2027-06-12T22:59:59.999Z');
    const claim = async (quantity: number, idempotencyKey: string) =>
      await at.claim(cohort, trust, { quantity, confirmUntil }, { idempotencyKey });
    const first = await claim(2, 'in time');
    clock.moveTo('2027-06-12T23:00:00.000Z');
    await expect(claim(2, 'too late')).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'confirmUntil' }] },
    });
    expect(await claim(2, 'in time')).toEqual(first);
    await expect(claim(1, 'in time')).rejects.toEqual(refused('request.key-reused'));
    expect((await at.ledger(cohort)).next).toBe(3);
  });
});
