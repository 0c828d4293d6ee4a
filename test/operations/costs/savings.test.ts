import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getShares } from '../../../shared/costs/get-shares.ts';
import { getOwnCost } from '../../../shared/costs/get-own-cost.ts';
import { getSavings } from '../../../shared/costs/get-savings.ts';
import { getYearSavings } from '../../../shared/costs/get-year-savings.ts';
import { postShares } from '../../../shared/costs/post-shares.ts';
import { proposeSharingRule } from '../../../shared/costs/propose-sharing-rule.ts';
import { stateOwnCost } from '../../../shared/costs/state-own-cost.ts';
import { withdrawOwnCost } from '../../../shared/costs/withdraw-own-cost.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
let at: PlacesTable;
let costs: ReturnType<typeof costsOn>;

beforeAll(async () => {
  at = await openPlaces(clock);
  costs = costsOn(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

let groups = 0;
/** Organisations of their own to each test, and cohorts of one of them that cost £1,000.00, shared by places. */
async function given() {
  groups += 1;
  const [host, trust, council] = ['host', 'trust', 'council'].map((one) =>
    organisationNamed(`${one} ${String(groups)}`),
  );
  if (host === undefined || trust === undefined || council === undefined) throw new Error('There are three');
  const programme = await givenProgramme(at.table, clock, host);
  const unplanned = async (facts: Partial<Cohort> = {}) =>
    await at.given({ host, programme, firstDay: '2027-09-14', capacity: 10, ...facts });
  const cohort = async (facts: Partial<Cohort> = {}, plan: Readonly<Record<string, unknown>> = { fewestViable: 4 }) => {
    const made = await unplanned(facts);
    await costs.set(made, 0, { lines: [lineOf('venue', 'venue', 100_000)], ...plan });
    const rule = { by: 'places', host: true };
    await proposeSharingRule.perform(costs.changing(host, 1), { cohort: made.id, rule });
    return made;
  };
  return { host, trust, council, programme, unplanned, cohort };
}
type Named = Pick<Cohort, 'id' | 'host'>;

/** The consumer hears of what was done. */
async function share(cohort: Named): Promise<void> {
  await at.told(cohort);
  expect(await postShares(at.table, clock, cohort.id)).toBe(true);
}
const refused = (code: string) => expect.objectContaining({ code });
const sharesOf = async ({ id: cohort }: Named, organisation: string) =>
  await getShares.perform(costs.as(organisation), { cohort });
const savings = async ({ id: cohort }: Named, organisation: string) =>
  await getSavings.perform(costs.as(organisation), { cohort });
const state = async ({ id: cohort }: Named, organisation: string, seen: number, aPlace: number) =>
  await stateOwnCost.perform(costs.changing(organisation, seen), { cohort, aPlace, how: 'Last year’s price' });

describe('how the cost of a cohort is shared', () => {
  test('is shown to its host in all shares, to others in their own; nothing to who has none', async () => {
    const { host, trust, council, cohort } = await given();
    const shared = await cohort();
    await at.claim(shared, trust, { quantity: 2 });
    await at.claim(shared, council);
    await share(shared);
    const terms = { cohort: shared.id, host, status: 'forecast', freezesOn: '2027-09-07', shared: 100_000 };
    const partner = (organisation: string, net: number, tickets: number[]) => {
      return { organisation, net, vat: 0, treatment: 'to-be-confirmed', tickets };
    };
    const [ofTrust, ofCouncil] = [partner(trust, 66_667, [1, 2]), partner(council, 33_333, [3])];
    const ofHost = { organisation: host, net: 0, vat: 0, treatment: 'outside-scope', tickets: [] };
    expect(await sharesOf(shared, trust)).toEqual({ ...terms, shares: [ofTrust] });
    expect(await sharesOf(shared, organisationNamed('nobody'))).toEqual({ ...terms, shares: [] });
    const { shares, ...told } = await sharesOf(shared, host);
    expect(told).toEqual(terms);
    expect(new Set(shares)).toEqual(new Set([ofTrust, ofCouncil, ofHost]));
  });

  test('adds up to the cost also where the host alone bears what it came to', async () => {
    const { host, trust, unplanned } = await given();
    const shared = await unplanned();
    await costs.set(shared, 0);
    await proposeSharingRule.perform(costs.changing(host, 1), {
      cohort: shared.id,
      rule: { by: 'fixed-price', price: 50_000 },
    });
    await at.claim(shared, trust);
    clock.moveTo('2027-09-08T09:00:00.000Z');
    await share(shared);
    const costing = async () => {
      const { status, shared: whole, shares } = await sharesOf(shared, host);
      return [status, whole, shares.map(({ net }) => net)];
    };
    expect(await costing()).toEqual(['posted', 2_918_333, [50_000, 2_868_333]]);
    const actual = { ...lineOf('venue', 'venue', 960_000), actual: { net: 900_000 } };
    const others = [lineOf('facilitator', 'faculty', 1_825_000), lineOf('materials', 'materials', 133_333)];
    await costs.set(shared, 2, { lines: [actual, ...others] });
    await share(shared);
    expect(await costing()).toEqual(['posted', 2_858_333, [50_000, 2_808_333]]);
    clock.moveTo('2027-01-04T09:00:00.000Z');
  });

  test('is refused for a draft, without a plan, and while it is not worked out', async () => {
    const { host, trust, programme, unplanned, cohort } = await given();
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    const [plain, fresh] = [await unplanned(), await cohort()];
    await expect(savings(draft, host)).rejects.toEqual(refused('cohort.not-open'));
    await expect(savings(fresh, trust)).rejects.toEqual(refused('cost.not-shared'));
    for (const ask of [sharesOf, savings]) {
      await expect(ask(draft, trust)).rejects.toEqual(refused('cohort.not-found'));
      await expect(ask(plain, trust)).rejects.toEqual(refused('cost.not-found'));
    }
    for (const none of [draft, fresh]) await expect(sharesOf(none, host)).rejects.toEqual(refused('cost.not-found'));
  });
});

describe('what a place would cost an organisation alone', () => {
  test('is stated by its finance, in place of what it stated before, seen by its own leads alone, and taken back', async () => {
    const { host, trust, cohort } = await given();
    const shared = await cohort();
    const read = async (organisation: string) =>
      await getOwnCost.perform(contextOf(at.table, clock, personOf(organisation)), { cohort: shared.id });
    const told = (version: number, aPlace?: number) => ({
      cohort: shared.id,
      version,
      ...(aPlace === undefined ? {} : { stated: { aPlace, how: 'Last year’s price' } }),
    });
    expect(await read(trust)).toEqual(told(0));
    expect(await state(shared, trust, 0, 30_000)).toEqual(told(1, 30_000));
    expect(await state(shared, trust, 0, 30_000)).toEqual(told(1, 30_000));
    await expect(state(shared, trust, 0, 31_000)).rejects.toEqual(refused('request.stale'));
    expect(await state(shared, trust, 1, 31_000)).toEqual(told(2, 31_000));
    expect(await read(trust)).toEqual(told(2, 31_000));
    expect(await read(host)).toEqual(told(0));
    const withdraw = async (seen: number) =>
      await withdrawOwnCost.perform(costs.changing(trust, seen), { cohort: shared.id });
    await expect(withdraw(1)).rejects.toEqual(refused('request.stale'));
    expect(await withdraw(2)).toEqual(told(3));
    expect(await read(trust)).toEqual(told(3));
    const byLead = contextOf(at.table, clock, personOf(trust), { expectedVersion: 3 });
    const stating = stateOwnCost.perform(byLead, { cohort: shared.id, aPlace: 1, how: 'Guessed' });
    await expect(stating).rejects.toEqual(refused('actor.not-allowed'));
    expect((await at.told(shared)).filter(({ type }) => type.includes('own'))).toEqual([]);
  });
});

describe('what sharing a cohort saved', () => {
  test('is told each of its own places, by its own figure or the fewest viable places; the host of all by the latter', async () => {
    const { host, trust, council, cohort } = await given();
    const shared = await cohort();
    await at.claim(shared, host, { quantity: 5 });
    await at.claim(shared, trust, { quantity: 2 });
    await at.claim(shared, council);
    await share(shared);
    await state(shared, trust, 0, 30_000);
    await state(shared, host, 0, 10_000);
    // £125.00 a place; with four places £250.00, and the host with its five £200.00.
    const own = (places: number, alone: Readonly<Record<string, unknown>>, saved: number) => ({
      places,
      shared: { net: places * 12_500, aPlace: 12_500 },
      alone,
      saved: { net: saved, aPlace: saved / places },
    });
    const by = (aPlace: number, net: number) => ({ method: 'stated', how: 'Last year’s price', net, aPlace });
    const viable = { method: 'fewest-viable', fewestViable: 4 };
    const [facts, none] = [{ cohort: shared.id, host, status: 'forecast' }, organisationNamed('nobody')];
    expect(await savings(shared, trust)).toEqual({ ...facts, own: own(2, by(30_000, 60_000), 35_000) });
    const ofCouncil = { ...viable, net: 25_000, aPlace: 25_000 };
    expect(await savings(shared, council)).toEqual({ ...facts, own: own(1, ofCouncil, 12_500) });
    expect(await savings(shared, host)).toEqual({
      ...facts,
      own: own(5, by(10_000, 50_000), -12_500),
      all: { ...own(8, { ...viable, net: 175_000, aPlace: 21_875 }, 75_000), organisations: 3 },
    });
    expect(await savings(shared, none)).toMatchObject({ own: { places: 0, shared: { net: 0 }, saved: { net: 0 } } });
    await cancelCohort.perform(at.as(host), { cohort: shared.id });
    await expect(savings(shared, trust)).rejects.toEqual(refused('cohort.already-ended'));
  });

  test('is not told where there is nothing to compare with', async () => {
    const { trust, cohort } = await given();
    const shared = await cohort({}, {});
    await at.claim(shared, trust);
    await share(shared);
    const { own } = await savings(shared, trust);
    expect(own).toEqual({ places: 1, shared: { net: 100_000, aPlace: 100_000 } });
    await state(shared, trust, 0, 30_000);
    expect((await savings(shared, trust)).own.saved).toEqual({ net: -70_000, aPlace: -70_000 });
  });
});

describe('what sharing saved in a year', () => {
  const year = async (organisation: string, of = '2027-28') =>
    await getYearSavings.perform(costs.as(organisation), { year: of });

  test('sums up the cohorts that begin in it, by organisation; a host’s own cohorts for all', async () => {
    const { host, trust, council, cohort, unplanned } = await given();
    const [last, first] = [await cohort({ firstDay: '2028-03-31' }), await cohort({ firstDay: '2027-04-01' })];
    const plain = await cohort({ firstDay: '2027-05-04' }, {});
    const next = await cohort({ firstDay: '2028-04-01' });
    const cancelled = await cohort({ firstDay: '2027-10-05' });
    const free = await unplanned({ firstDay: '2027-11-02' });
    for (const each of [first, plain, next, cancelled, free]) await at.claim(each, trust);
    await at.claim(first, council);
    await at.claim(last, council, { quantity: 2 });
    await cancelCohort.perform(at.as(host), { cohort: cancelled.id });
    for (const each of [first, last, plain, next, cancelled]) await share(each);
    await state(last, council, 0, 60_000);
    const amount = (net: number, places = 1) => ({ net, aPlace: net / places });
    const viable = { method: 'fewest-viable', fewestViable: 4 };
    const counted = { stated: 0, fewestViable: 0, notCompared: 0 };
    const factsOf = ({ id }: Named, firstDay: string) => ({ cohort: id, host, firstDay, status: 'forecast' });
    const ofTrust = { places: 1, shared: amount(50_000), alone: amount(25_000), saved: amount(-25_000) };
    const nothing = { places: 0, shared: { net: 0 }, alone: { net: 0 }, saved: { net: 0 } };
    expect(await year(trust)).toEqual({
      year: '2027-28',
      from: '2027-04-01',
      to: '2028-03-31',
      own: { ...counted, fewestViable: 1, notCompared: 1, ...ofTrust },
      hosted: { ...counted, ...nothing },
      cohorts: [
        { ...factsOf(first, '2027-04-01'), ...ofTrust, alone: { ...viable, ...amount(25_000) } },
        { ...factsOf(plain, '2027-05-04'), places: 1, shared: amount(100_000) },
      ],
      incomplete: false,
    });
    const ofCouncil = await year(council);
    expect(ofCouncil.cohorts.map(({ cohort: id, alone }) => [id, alone?.method])).toEqual([
      [first.id, 'fewest-viable'],
      [last.id, 'stated'],
    ]);
    expect(ofCouncil.own).toEqual({
      ...counted,
      stated: 1,
      fewestViable: 1,
      places: 3,
      shared: amount(150_000, 3),
      alone: { net: 145_000, aPlace: 48_333 },
      saved: { net: -5000, aPlace: -1667 },
    });
    // The council's own figure is its own: by the plan, its two places would have cost £500.00 alone.
    const all = { places: 4, shared: amount(200_000, 4), alone: amount(100_000, 4), saved: amount(-100_000, 4) };
    expect(await year(host)).toMatchObject({
      own: { ...counted, ...nothing },
      hosted: { ...counted, fewestViable: 2, notCompared: 1, ...all },
      cohorts: [],
    });
    expect((await year(trust, '2028-29')).cohorts.map(({ cohort: id }) => id)).toEqual([next.id]);
  });

  test('says when the cost of a cohort is not shared out yet, and is asked for a financial year', async () => {
    const { host, trust, cohort } = await given();
    const fresh = await cohort();
    await at.told(fresh);
    expect(await year(host)).toMatchObject({ cohorts: [], incomplete: true });
    await share(fresh);
    expect(await year(host)).toMatchObject({ cohorts: [{ shared: { net: 100_000 } }], incomplete: false });
    await expect(year(trust, '2027')).rejects.toEqual(refused('request.invalid'));
  });
});
