import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startInstallation, type Installation } from './installation.ts';
import { claimants, givenLondon, givenOpenCohort, givenProgramme, londonPeople, type London } from './london.ts';
import type { HeldPlace } from './party.ts';
import { expectRefused } from './refused.ts';

/** Numbers from one to another, both included. */
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const ticketsOf = (places: readonly Pick<HeldPlace, 'ticket'>[]) => places.map(({ ticket }) => ticket);

let installation: Installation;
let london: London;
let programme: string;

beforeAll(async () => {
  installation = await startInstallation();
  london = await givenLondon(installation);
  programme = await givenProgramme(london.RF4);
}, 90_000);
afterAll(async () => await installation.stop());

const settle = async () => await installation.settle();

/** The tickets that events of a type have told of a cohort, in the order of the bus, each event once. */
function told(cohort: string, type: string): number[] {
  const once = new Map(installation.announced.map((event) => [event.id, event]));
  return [...once.values()].flatMap((event) =>
    event.type === type && event.data['cohort'] === cohort && Array.isArray(event.data['tickets'])
      ? event.data['tickets'].map(Number)
      : [],
  );
}

describe.each([
  { how: 'at once', late: 0, year: 2032 },
  { how: 'three seconds late', late: 3000, year: 2033 },
])('places shared across organisations, announced $how', ({ late, year }) => {
  beforeAll(() => installation.delayRelay(late));

  test('of 64 simultaneous claims for the last place one is confirmed; of two given back the first two who wait take the places', async () => {
    const { RF4, RAT, R1H, RWK, RQX, E09000026: redbridge } = london;
    const cohort = await givenOpenCohort(RF4, programme);
    for (const party of [RAT, R1H, RWK, RQX]) {
      const places = await party.claim(cohort, { quantity: 4 });
      expect(places.map(({ state, organisation }) => [state, organisation])).toEqual(
        numbers(1, 4).map(() => ['confirmed', party.organisation]),
      );
    }
    await redbridge.claim(cohort, { quantity: 3 });
    expect(await redbridge.seeCohort(cohort)).toMatchObject({ confirmed: 19, free: 1, waiting: 0 });

    const claimed = await Promise.all(
      numbers(0, 63).map(async (index) => await london[claimants[index % 8] ?? 'RAT'].claim(cohort)),
    );
    const answered = claimed.flat().sort((one, other) => one.ticket - other.ticket);
    expect(ticketsOf(answered)).toEqual(numbers(20, 83));
    expect(answered.filter(({ state }) => state === 'confirmed').map(({ ticket }) => ticket)).toEqual([20]);
    const before = await RF4.seePlaces(cohort);
    expect(before).toMatchObject({ capacity: 20, confirmed: 20, free: 0, waiting: 63 });
    expect(ticketsOf(before.places)).toEqual(numbers(1, 83));
    expect(before.places.map(({ position }) => position)).toEqual([
      ...numbers(1, 20).map(() => undefined),
      ...numbers(1, 63),
    ]);
    const byTicket = new Map(before.places.map((place) => [place.ticket, place]));
    expect(answered.filter(({ ticket, organisation }) => byTicket.get(ticket)?.organisation !== organisation)).toEqual(
      [],
    );

    expect(ticketsOf(await RAT.giveBack(cohort, [1, 2]))).not.toContain(1);
    const after = await RF4.seePlaces(cohort);
    expect(ticketsOf(after.places.filter(({ state }) => state === 'confirmed'))).toEqual(numbers(3, 22));
    expect(after.places.filter(({ state }) => state === 'waiting')).toEqual(
      before.places.slice(22).map((place, index) => ({ ...place, position: index + 1 })),
    );

    await settle();
    expect(told(cohort, 'place.claimed').sort((one, other) => one - other)).toEqual(numbers(1, 83));
    expect(told(cohort, 'place.confirmed').sort((one, other) => one - other)).toEqual(numbers(1, 22));
    expect(told(cohort, 'place.confirmed').slice(-2)).toEqual([21, 22]);
    expect(told(cohort, 'place.waiting').sort((one, other) => one - other)).toEqual(numbers(21, 83));
    expect(told(cohort, 'place.given-back')).toEqual([1, 2]);
  });

  test('a repeated claim is answered the same and takes nothing more', async () => {
    const { RF4, RAT, R1H } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 2 });
    const first = await RAT.claim(cohort, { quantity: 2, key: 'rat-1' });
    const waits = await R1H.claim(cohort, { key: 'r1h-1' });
    expect(await RAT.claim(cohort, { quantity: 2, key: 'rat-1' })).toEqual(first);
    expect(await R1H.claim(cohort, { key: 'r1h-1' })).toEqual(waits);
    const together = await Promise.all(numbers(1, 8).map(async () => await R1H.claim(cohort, { key: 'r1h-2' })));
    expect(new Set(together.map((places) => JSON.stringify(places))).size).toBe(1);
    await expectRefused(RAT.claim(cohort, { quantity: 1, key: 'rat-1' }), 'request.key-reused');
    // The key of one organisation is not the key of another.
    expect(ticketsOf(await R1H.claim(cohort, { key: 'rat-1' }))).toEqual([5]);
    expect(ticketsOf((await RF4.seePlaces(cohort)).places)).toEqual(numbers(1, 5));
    await RAT.giveBack(cohort, [1]);
    expect(await R1H.claim(cohort, { key: 'r1h-1' })).toMatchObject([{ ticket: 3, state: 'confirmed' }]);
    expect(ticketsOf(await RAT.claim(cohort, { quantity: 2, key: 'rat-1' }))).toEqual([2]);
    await settle();
    expect(told(cohort, 'place.claimed').sort((one, other) => one - other)).toEqual(numbers(1, 5));
  });

  test('a closed cohort takes no claim, and those who wait still move up', async () => {
    const { RF4, RAT, R1H } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 1 });
    await RAT.claim(cohort);
    await R1H.claim(cohort);
    expect(await RF4.close(cohort)).toMatchObject({ status: 'closed' });
    await expectRefused(R1H.claim(cohort), 'cohort.not-open');
    expect(await RF4.seePlaces(cohort)).toMatchObject({ confirmed: 1, waiting: 1 });
    await RAT.giveBack(cohort, [1]);
    expect((await R1H.seePlaces(cohort)).places).toMatchObject([{ ticket: 2, state: 'confirmed' }]);
    await settle();
    expect((await R1H.listOpenCohorts()).items.map(({ id }) => id)).not.toContain(cohort);
    expect(told(cohort, 'place.confirmed')).toEqual([1, 2]);
  });

  test('all or nothing, a limit for each organisation, and a waiting list that ends', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 3, waitlist: 2, limit: 3 });
    await RAT.claim(cohort, { quantity: 2 });
    expect(
      await expectRefused(R1H.claim(cohort, { quantity: 2, allOrNothing: true }), 'place.not-enough'),
    ).toMatchObject({
      facts: { free: 1 },
    });
    expect(await expectRefused(RAT.claim(cohort, { quantity: 2 }), 'place.over-limit')).toMatchObject({
      facts: { limit: 3, held: 2 },
    });
    expect(await R1H.claim(cohort, { quantity: 3 })).toMatchObject([
      { ticket: 3, state: 'confirmed' },
      { ticket: 4, state: 'waiting', position: 1 },
      { ticket: 5, state: 'waiting', position: 2 },
    ]);
    await expectRefused(RWK.claim(cohort), 'place.full');
    expect(await RF4.seeCohort(cohort)).toMatchObject({ confirmed: 3, free: 0, waiting: 2 });
  });

  test('more capacity promotes; less than is confirmed is refused, and says who would lose', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 3 });
    await RAT.claim(cohort, { quantity: 2 });
    await R1H.claim(cohort, { quantity: 2 });
    await RWK.claim(cohort);
    expect(await RF4.changeCapacity(cohort, 4)).toMatchObject({ capacity: 4, confirmed: 4, free: 0, waiting: 1 });
    expect((await R1H.seePlaces(cohort)).places).toMatchObject([
      { ticket: 3, state: 'confirmed' },
      { ticket: 4, state: 'confirmed' },
    ]);
    expect(await expectRefused(RF4.changeCapacity(cohort, 1), 'cohort.capacity-in-use')).toMatchObject({
      facts: {
        wouldLose: [
          { organisation: RAT.organisation, places: 1 },
          { organisation: R1H.organisation, places: 2 },
        ],
      },
    });
    await RF4.changeCapacity(cohort, 9);
    expect(await RF4.changeCapacity(cohort, 5)).toMatchObject({ capacity: 5, confirmed: 5, free: 0, waiting: 0 });
    await expectRefused(RAT.changeCapacity(cohort, 50), 'cohort.not-found');
    await settle();
    expect(told(cohort, 'place.confirmed').sort((one, other) => one - other)).toEqual(numbers(1, 5));
    const capacities = installation.announced
      .filter(({ type, data }) => type === 'cohort.capacity-changed' && data['cohort'] === cohort)
      .map(({ data }) => data['capacity']);
    expect(capacities).toEqual([4, 9, 5]);
  });

  test('the host sees which organisations have places; others their own and the counts', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 3 });
    await RAT.claim(cohort, { quantity: 2 });
    await R1H.claim(cohort, { quantity: 2 });
    const counts = { capacity: 3, confirmed: 3, free: 0, waiting: 1 };
    expect(await RF4.seeCohort(cohort)).toMatchObject({
      ...counts,
      own: { confirmed: 0, waiting: 0 },
      holders: [
        { organisation: RAT.organisation, confirmed: 2, waiting: 0 },
        { organisation: R1H.organisation, confirmed: 1, waiting: 1 },
      ],
    });
    expect(await RF4.seePlaces(cohort)).toMatchObject({ ...counts, places: [{}, {}, {}, {}] });
    for (const [party, own, tickets] of [
      [RAT, { confirmed: 2, waiting: 0 }, [1, 2]],
      [R1H, { confirmed: 1, waiting: 1 }, [3, 4]],
      [RWK, { confirmed: 0, waiting: 0 }, []],
    ] as const) {
      const seen = await party.send(`GET /v1/cohorts/${cohort}`);
      expect(seen.body).toMatchObject({ ...counts, own });
      const places = await party.send(`GET /v1/cohorts/${cohort}/places`);
      expect(places.body).toMatchObject({ ...counts, places: tickets.map((ticket) => ({ ticket })) });
      const others = [RAT, R1H, RWK].filter((other) => other !== party);
      for (const { organisation } of others)
        expect(JSON.stringify([seen.body, places.body])).not.toContain(organisation);
    }
  });

  test('an organisation sees its places across cohorts, page by page, without those given back', async () => {
    const { RF4, LARKFIELD: larkfield } = london;
    const cohorts: string[] = [];
    for (const capacity of [2, 1, 5]) cohorts.push(await givenOpenCohort(RF4, programme, { capacity }));
    const [first = '', second = '', third = ''] = cohorts;
    await larkfield.claim(first, { quantity: 2 });
    await larkfield.claim(second, { quantity: 3 });
    await larkfield.claim(third);
    await larkfield.giveBack(third, [1]);
    await larkfield.giveBack(second, [2]);
    await settle();
    const pages = [await larkfield.listOwnPlaces({ limit: 1 })];
    for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next)
      pages.push(await larkfield.listOwnPlaces({ limit: 1, after: next }));
    const items = pages.flatMap((page) => page.items).filter((holding) => cohorts.includes(holding.cohort));
    const held = new Map(items.map((holding) => [holding.cohort, holding]));
    expect([...held.keys()].sort()).toEqual([first, second].sort());
    expect(held.get(first)).toMatchObject({ confirmed: [1, 2], waiting: [], status: 'open', host: RF4.organisation });
    expect(held.get(second)).toMatchObject({ confirmed: [1], waiting: [3] });
    await RF4.cancel(first);
    await settle();
    expect((await larkfield.listOwnPlaces()).items.find((holding) => holding.cohort === first)?.status).toBe(
      'cancelled',
    );
  });

  test('open cohorts are listed by first day, with filters by date, skill, staff, kind and free places', async () => {
    const { RF4, RAT } = london;
    const doctors = await givenProgramme(RF4, {
      title: 'Clinical Directors in Commissioning',
      audience: { staffGroups: ['general-practitioners'], organisationKinds: ['gp-practice', 'commissioner'] },
      skills: ['governance'],
    });
    const on = (day: string) => ({ sessions: [{ day, from: '09:30', to: '16:30' }] });
    const inAutumn = await givenOpenCohort(RF4, doctors, {
      ...on(`${String(year)}-10-05`),
      capacity: 5,
      opensAt: `${String(year)}-01-01T00:00:00Z`,
    });
    const inSpring = await givenOpenCohort(RF4, programme, { ...on(`${String(year)}-02-03`), capacity: 2 });
    await RAT.claim(inSpring);
    await settle();
    const list = async (filters: Readonly<Record<string, string | number>>) =>
      (await RAT.listOpenCohorts({ from: `${String(year)}-01-01`, ...filters })).items.map(({ id }) => id);
    expect(await list({})).toEqual([inSpring, inAutumn]);
    expect(await list({ to: `${String(year)}-02-03` })).toEqual([inSpring]);
    expect(await list({ from: `${String(year)}-02-04` })).toEqual([inAutumn]);
    expect(await list({ skill: 'governance' })).toEqual([inAutumn]);
    expect(await list({ staffGroup: 'managers' })).toEqual([inSpring]);
    expect(await list({ organisationKind: 'trust' })).toEqual([inSpring]);
    expect(await list({ free: 2 })).toEqual([inAutumn]);
    expect(await list({ free: 1 })).toEqual([inSpring, inAutumn]);
    expect((await RAT.listOpenCohorts({ from: `${String(year)}-01-01` })).items).toMatchObject([
      { free: 1, waiting: 0, capacity: 2, claimsOpen: true },
      { free: 5, waiting: 0, capacity: 5, claimsOpen: false },
    ]);
    await expectRefused(RAT.claim(inAutumn), 'cohort.not-open-yet');
  });

  test('what was just done is answered from the write, and the page after it from the ledger, while views lag behind', async () => {
    const { RF4, RWK } = london;
    const cohort = await givenOpenCohort(RF4, programme, { capacity: 1 });
    await settle();
    // An hour, so that no slow machine lets the relay catch up meanwhile.
    installation.delayRelay(3_600_000);
    expect(await RWK.claim(cohort, { quantity: 2 })).toMatchObject([
      { state: 'confirmed' },
      { state: 'waiting', position: 1 },
    ]);
    expect(await RWK.seeCohort(cohort)).toMatchObject({ own: { confirmed: 1, waiting: 1 } });
    expect((await RWK.seePlaces(cohort)).places).toHaveLength(2);
    expect(await RWK.giveBack(cohort, [1])).toMatchObject([{ ticket: 2, state: 'confirmed' }]);
    const inView = async () => (await RWK.listOwnPlaces()).items.filter((holding) => holding.cohort === cohort);
    expect(await inView()).toEqual([]);
    installation.delayRelay(late);
    installation.run.clock.advance(3_600_000);
    await settle();
    expect(await inView()).toMatchObject([{ confirmed: [2], waiting: [] }]);
  });
});

test('in all of this nothing failed or was given up, and no log names a person', () => {
  const printed = installation.log.filter((line) => /^\w+\| /.test(line));
  expect(printed.filter((line) => line.includes('"operation":"claim-place"')).length).toBeGreaterThan(100);
  expect(printed.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).toEqual([]);
  expect(installation.log.filter((line) => !printed.includes(line))).toEqual([]);
  const text = installation.log.join('\n');
  for (const { name, email, subject } of londonPeople)
    for (const personal of [name, email, subject]) expect(text).not.toContain(personal);
});
