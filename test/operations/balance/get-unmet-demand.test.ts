import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getUnmetDemand } from '../../../shared/balance/get-unmet-demand.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { lapseOverdueWaits } from '../../../shared/places/lapse-waits.ts';
import { compactLedger } from '../../../shared/places/compact-ledger.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { publishProgramme } from '../../../shared/programmes/publish-programme.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const day = 86_400_000;
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

let groups = 0;
/** Organisations of their own to each test, and cohorts of two programmes that the trust hosts: one place, and one that waits. */
async function given() {
  groups += 1;
  const named = (name: string) => organisationNamed(`${name} ${String(groups)}`);
  const [trust, council, practice, hospice] = [named('trust'), named('council'), named('practice'), named('hospice')];
  const programme = async (title: string, skills: readonly string[]) => {
    const made = await createProgramme.perform(at.as(trust), { ...createProgramme.example, title, skills });
    await publishProgramme.perform(at.as(trust), { programme: made.id });
    return { programme: made.id, title: made.title, skills: made.skills };
  };
  const leaders = await programme('Leaders', ['strategy', 'culture']);
  const directors = await programme('Directors', ['strategy']);
  const cohort = async (of: typeof leaders, firstDay: string, facts: Partial<Cohort> = {}) =>
    await at.given({ host: trust, capacity: 1, waitlist: 1, ...of, firstDay, ...facts });
  return { trust, council, practice, hospice, leaders, directors, cohort };
}
const refused = async (claim: Promise<unknown>, code = 'place.full') => {
  await expect(claim).rejects.toMatchObject({ code });
};
async function demand(organisation: string, input: Readonly<Record<string, unknown>> = { year: '2027-28' }) {
  await at.relay.relayAll();
  return await getUnmetDemand.perform(at.as(organisation), input);
}
const today = () => clock.now().toISOString().slice(0, 10);

describe('unmet demand', () => {
  test('tells a host by programme, skill and month what was asked for in vain, and by how many', async () => {
    const { trust, council, practice, hospice, leaders, directors, cohort } = await given();
    const autumn = await cohort(leaders, '2027-09-07');
    const [same, later] = [await cohort(directors, '2027-09-30'), await cohort(leaders, '2028-03-31')];
    const next = await cohort(leaders, '2028-04-01');
    for (const each of [autumn, same, later, next]) await at.claim(each, hospice);
    await at.claim(autumn, council);
    await refused(at.claim(autumn, practice, { quantity: 3 }));
    await at.claim(same, council, { confirmUntil: today() });
    await at.claim(next, council);
    clock.moveBy(day);
    await lapseOverdueWaits(at.table, clock, same.id);
    await cancelCohort.perform(at.as(trust), { cohort: later.id });
    const none = { waiting: 0, lapsed: 0, refused: 0, cancelled: 0 };
    const answer = await demand(trust);
    expect(answer).toEqual({
      from: '2027-04-01',
      to: '2028-03-31',
      places: 6,
      waiting: 1,
      lapsed: 1,
      refused: 3,
      cancelled: 1,
      organisations: 3,
      programmes: [
        { ...leaders, month: '2027-09', ...none, places: 4, waiting: 1, refused: 3, organisations: 2 },
        { ...directors, month: '2027-09', ...none, places: 1, lapsed: 1, organisations: 1 },
        { ...leaders, month: '2028-03', ...none, places: 1, cancelled: 1, organisations: 1 },
      ],
      skills: [
        {
          skill: 'strategy',
          month: '2027-09',
          places: 5,
          ...none,
          waiting: 1,
          lapsed: 1,
          refused: 3,
          organisations: 2,
        },
        { skill: 'culture', month: '2027-09', places: 4, ...none, waiting: 1, refused: 3, organisations: 2 },
        { skill: 'strategy', month: '2028-03', places: 1, ...none, cancelled: 1, organisations: 1 },
        { skill: 'culture', month: '2028-03', places: 1, ...none, cancelled: 1, organisations: 1 },
      ],
      incomplete: false,
    });
    expect(JSON.stringify(answer)).not.toContain('org_');
    const days = { from: '2028-03-31', to: '2028-04-01' };
    expect(await demand(trust, days)).toMatchObject({ ...days, places: 2, waiting: 1, cancelled: 1 });
  });

  test('tells others what they asked for in vain themselves, and nothing else', async () => {
    const { trust, council, practice, hospice, leaders, directors, cohort } = await given();
    const [autumn, spring] = [await cohort(leaders, '2027-09-07'), await cohort(directors, '2028-03-07')];
    for (const each of [autumn, spring]) await at.claim(each, hospice);
    await at.claim(autumn, council, { confirmUntil: today() });
    await refused(at.claim(autumn, practice, { quantity: 2 }));
    await refused(at.claim(spring, practice, { allOrNothing: true }), 'place.not-enough');
    clock.moveBy(day);
    await lapseOverdueWaits(at.table, clock, autumn.id);
    clock.moveBy(2 * day);
    await at.relay.relayAll();
    await compactLedger(at.table, clock, autumn.id, [2]);
    for (const organisation of [council, practice, hospice]) {
      expect(await demand(organisation)).toMatchObject({ places: 0, programmes: [], skills: [] });
    }
    const own = async (organisation: string) => await demand(organisation, { year: '2027-28', asked: 'by-us' });
    expect(await own(council)).toMatchObject({ places: 1, lapsed: 1, organisations: 1, programmes: [leaders] });
    expect(await own(practice)).toMatchObject({
      places: 3,
      refused: 3,
      programmes: [{ ...leaders, refused: 2 }, directors],
    });
    expect(await own(hospice)).toMatchObject({ places: 0 });
    expect(await own(trust)).toMatchObject({ places: 0 });
    expect(await demand(trust)).toMatchObject({ places: 4, lapsed: 1, refused: 3, organisations: 2 });
  });

  test('takes the most that was asked for on the last day; asking again and again adds nothing', async () => {
    const { trust, council, hospice, leaders, cohort } = await given();
    const full = await cohort(leaders, '2027-09-07', { waitlist: 0, limit: 6 });
    await at.claim(full, hospice);
    const refusedOf = async () => (await demand(trust)).refused;
    for (const quantity of [2, 5, 5, 1]) await refused(at.claim(full, council, { quantity }));
    expect(await refusedOf()).toBe(5);
    await refused(at.claim(full, council, { quantity: 7 }), 'place.over-limit');
    expect(await refusedOf()).toBe(5);
    clock.moveBy(day);
    await refused(at.claim(full, council, { quantity: 3 }));
    expect(await refusedOf()).toBe(3);
    // One that was sent the day before and comes late changes nothing.
    clock.moveBy(-day);
    await refused(at.claim(full, council, { quantity: 6 }));
    clock.moveBy(day);
    expect(await refusedOf()).toBe(3);
    await at.setCapacity(full, 3);
    await at.claim(full, council, { quantity: 2 });
    expect(await refusedOf()).toBe(1);
  });

  test('a repeated claim is no refused one', async () => {
    const { trust, council, leaders, cohort } = await given();
    const full = await cohort(leaders, '2027-09-07', { waitlist: 0 });
    const request = { idempotencyKey: 'once' };
    await at.claim(full, council, {}, request);
    await at.claim(full, council, {}, request);
    expect(await demand(trust)).toMatchObject({ places: 0 });
  });

  test.each([
    ['nothing', {}],
    ['half a period', { from: '2027-04-01' }],
    ['a year and a period', { year: '2027-28', from: '2027-04-01', to: '2027-05-01' }],
    ['a year that is none', { year: '2027-29' }],
    ['a period that ends before it begins', { from: '2027-04-02', to: '2027-04-01' }],
    ['a period of more than two years', { from: '2027-04-01', to: '2029-04-02' }],
  ])('is not told of %s', async (_what, input) => {
    await expect(demand(organisationNamed('nobody'), input)).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
