import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getBalance } from '../../../shared/balance/get-balance.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import type { Actor, Role } from '../../../shared/context.ts';
import { findHostedCohorts } from '../../../shared/cohorts/find-hosted-cohorts.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { keys } from '../../../shared/table/keys.ts';
import { manyAtOnce } from '../../../shared/table/many-at-once.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenNamedOrganisation } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { givenPosting } from '../../support/postings.ts';
import { recordingPublisher } from '../../support/publishing.ts';

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
/** Three organisations of their own to each test, and cohorts that two of them host. */
async function given() {
  groups += 1;
  const named = async (name: string) => await givenNamedOrganisation(at.table, clock, `${name} ${String(groups)}`);
  const [trust, council, practice] = [await named('trust'), await named('council'), await named('practice')];
  const programmes = new Map<string, string>();
  for (const host of [trust, council]) programmes.set(host, await givenProgramme(at.table, clock, host));
  const cohort = async (host: string, firstDay: string, facts: Partial<Cohort> = {}) =>
    await at.given({ host, programme: programmes.get(host) ?? '', firstDay, ...facts });
  return { trust, council, practice, cohort };
}
/** What each pair has given and taken, as one of them is told, after the relay has come that far. */
async function balance(organisation: string, year = '2027-28') {
  await at.relay.relayAll();
  return await getBalance.perform(at.as(organisation), { year });
}
const pairs = (answer: Awaited<ReturnType<typeof balance>>) =>
  answer.partners.map(({ organisation, given: gave, taken, net }) => [organisation, gave, taken, net]);

describe('a balance', () => {
  test('tells of each pair what was given and taken in the year in which cohorts begin, and of no other pair', async () => {
    const { trust, council, practice, cohort } = await given();
    const [first, last] = [await cohort(trust, '2027-04-01'), await cohort(trust, '2028-03-31', { capacity: 1 })];
    const [before, after] = [await cohort(trust, '2027-03-31'), await cohort(trust, '2028-04-01')];
    const returned = await cohort(council, '2027-09-07', { sharedWith: [trust] });
    await at.claim(first, council, { quantity: 3 });
    await at.claim(first, practice);
    await at.claim(first, trust, { quantity: 2 });
    await at.claim(last, council);
    await at.claim(last, practice, { quantity: 2 });
    await at.claim(before, council, { quantity: 4 });
    await at.claim(after, council, { quantity: 5 });
    await at.claim(returned, trust);
    const [from, to] = ['2027-04-01', '2028-03-31'];
    const told = await balance(trust);
    expect(told).toEqual({
      year: '2027-28',
      from,
      to,
      given: 5,
      taken: 1,
      net: 4,
      partners: [
        { organisation: council, given: 4, taken: 1, net: 3 },
        { organisation: practice, given: 1, taken: 0, net: 1 },
      ],
      incomplete: false,
    });
    expect(pairs(await balance(council))).toEqual([[trust, 1, 4, -3]]);
    expect(pairs(await balance(practice))).toEqual([[trust, 0, 1, -1]]);
    expect(pairs(await balance(trust, '2026-27'))).toEqual([[council, 4, 0, 4]]);
    expect(pairs(await balance(council, '2028-29'))).toEqual([[trust, 0, 5, -5]]);
    expect(await balance(organisationNamed('nobody'))).toMatchObject({ given: 0, taken: 0, net: 0, partners: [] });
  });

  test('counts what is held; not what was given back, released or cancelled; and who moved up', async () => {
    const { trust, council, practice, cohort } = await given();
    const until = new Date(clock.now().getTime() + 30 * day).toISOString().slice(0, 10);
    const held = [{ organisation: council, places: 2, until }];
    const shared = await cohort(trust, '2027-09-07', { capacity: 3, held });
    const cancelled = await cohort(trust, '2027-10-05');
    await at.claim(shared, practice, { quantity: 3 });
    await at.claim(cancelled, practice);
    expect(new Set(pairs(await balance(trust)))).toEqual(
      new Set([
        [council, 2, 0, 2],
        [practice, 2, 0, 2],
      ]),
    );
    await cancelCohort.perform(at.as(trust), { cohort: cancelled.id });
    await at.giveBack(shared, council, [1]);
    const after = pairs(await balance(trust));
    expect(after).toEqual([
      [practice, 2, 0, 2],
      [council, 1, 0, 1],
    ]);
    // Its holder is reminded, and names nobody until the date: what was held goes to the next in line.
    clock.moveBy(25 * day);
    await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now());
    await at.relay.relayAll();
    clock.moveBy(6 * day);
    await actOnDeadlines({ table: at.table, epoch: 1, clock }, clock.now());
    expect(pairs(await balance(trust))).toEqual([[practice, 3, 0, 3]]);
    expect(pairs(await balance(council))).toEqual([]);
  });

  test('knows nothing of drafts, and is as right when every record of the stream was lost and told anew', async () => {
    const { trust, council, cohort } = await given();
    const shared = await cohort(trust, '2027-09-07', { capacity: 2 });
    const year = { from: '2027-04-01', to: '2028-03-31' };
    await cohort(trust, '2027-09-08', { opened: false });
    await at.claim(shared, council, { quantity: 3 });
    await at.giveBack(shared, council, [1]);
    await at.relay.loseAll();
    expect(pairs(await balance(trust))).toEqual([]);
    clock.moveBy(10 * 60_000);
    await repairAggregates(recordingPublisher(at.table, clock), 1, new Date(clock.now().getTime() + day));
    expect(pairs(await balance(trust))).toEqual([[council, 2, 0, 2]]);
    expect(pairs(await balance(council))).toEqual([[trust, 0, 2, -2]]);
    const { cohorts, incomplete } = await findHostedCohorts(at.table, trust, year);
    expect([cohorts.map(({ id }) => id), incomplete]).toEqual([[shared.id], false]);
  });

  test('is the same when the relay does everything twice', async () => {
    const { trust, council, cohort } = await given();
    const shared = await cohort(trust, '2027-09-07');
    await at.claim(shared, council, { quantity: 3 });
    await at.giveBack(shared, council, [2]);
    const records = await at.relay.loseAll();
    await at.relay.relay(records);
    const once = pairs(await balance(council));
    await at.relay.relay(records.toReversed());
    expect([once, pairs(await balance(council))]).toEqual([[[trust, 0, 2, -2]], [[trust, 0, 2, -2]]]);
  });

  test('says when there are more cohorts than it looks at', async () => {
    const { trust, cohort } = await given();
    const { programme } = await cohort(trust, '2027-09-07');
    expect(await balance(trust)).toMatchObject({ incomplete: false });
    const line = { firstDay: '2027-09-07', lastDay: '2027-09-07', opensAt: '2027-01-01T00:00:00.000Z', opened: true };
    const details = { name: 'One of many', capacity: 1, waitlist: 0, ...line };
    const ids = Array.from({ length: 500 }, (_, index) => `coh_${String(index).padStart(12, '0')}`);
    await manyAtOnce(ids, 20, async (id) => await at.table.put({ ...keys.programmeCohort(programme, id), ...details }));
    expect(await balance(trust)).toMatchObject({ given: 0, incomplete: true });
  });

  test('shows finance beside the places what is owed each way, by the months into which it was posted; nobody else', async () => {
    const { trust, council, practice, cohort } = await given();
    const shared = await cohort(trust, '2027-09-07');
    await at.claim(shared, council, { quantity: 2 });
    const post = async (creditor: string, debtor: string, effectiveOn: string, net: number, vat = 0) =>
      await givenPosting(at.table, { creditor, debtor, effectiveOn, net, vat, cohort: shared.id });
    await post(trust, council, '2027-04-01', 10_001, 2000);
    await post(trust, council, '2028-03-31', -1);
    await post(trust, council, '2027-03-31', 7);
    await post(trust, council, '2028-04-01', 70);
    await post(council, trust, '2027-10-05', 300);
    await post(practice, trust, '2027-11-05', 5, 1);
    await post(council, practice, '2027-11-05', 1_000_000);
    await at.relay.relayAll();
    const seen = async (organisation: string, roles: readonly Role[]) =>
      await getBalance.perform(contextOf(at.table, clock, personOf(organisation, roles)), { year: '2027-28' });
    const amount = (net: number, gross = net) => ({ net, gross });
    const [none, counts] = [amount(0), { given: 0, taken: 0, net: 0 }];
    const ofTrust = await seen(trust, ['finance']);
    expect(ofTrust).toMatchObject({ given: 2, chargedByUs: amount(10_000, 12_000), chargedToUs: amount(305, 306) });
    expect(ofTrust.partners).toEqual([
      {
        organisation: council,
        given: 2,
        taken: 0,
        net: 2,
        chargedByUs: amount(10_000, 12_000),
        chargedToUs: amount(300),
      },
      { organisation: practice, ...counts, chargedByUs: none, chargedToUs: amount(5, 6) },
    ]);
    const ofCouncil = (await seen(council, ['finance'])).partners;
    expect(ofCouncil.find(({ organisation }) => organisation === trust)).toEqual({
      organisation: trust,
      given: 0,
      taken: 2,
      net: -2,
      chargedByUs: amount(300),
      chargedToUs: amount(10_000, 12_000),
    });
    for (const role of ['administrator', 'programme-lead'] as const) {
      const shown = await seen(trust, [role]);
      expect([shown.chargedByUs, shown.partners]).toEqual([
        undefined,
        [{ organisation: council, given: 2, taken: 0, net: 2 }],
      ]);
    }
    const key: Actor = { kind: 'client', key: 'key_0123456789ab', organisation: trust, scopes: ['places:read'] };
    const byKey = await getBalance.perform(contextOf(at.table, clock, key), { year: '2027-28' });
    expect(byKey).not.toHaveProperty('chargedByUs');
  });

  test('is asked for a financial year', async () => {
    for (const year of ['2027-29', '2027', '']) {
      await expect(balance(organisationNamed('nobody'), year)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });
});
