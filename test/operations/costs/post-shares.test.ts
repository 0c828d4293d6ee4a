import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { postCostShares } from '../../../functions/consumers/post-cost-shares.ts';
import { moveCohort } from '../../../shared/cohorts/move-cohort.ts';
import { getShares } from '../../../shared/costs/get-shares.ts';
import { postShares } from '../../../shared/costs/post-shares.ts';
import { readShares } from '../../../shared/costs/shares-items.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { lineOf } from '../../support/costs.ts';
import { batchOf, freeze, openShares, type SharesTable } from '../../support/shares.ts';

const versionSchema = z.object({ version: z.int() });
const clock = movableClock();
let at: SharesTable;

beforeAll(async () => {
  at = await openShares(clock);
});
afterAll(async () => {
  await at.close();
});

describe('before the freeze date', () => {
  test('shares are a forecast: told to each and to the at.host when it changes, and nothing is posted', async () => {
    const cohort = await at.givenShared();
    const told = await at.consumed(cohort);
    expect(at.brief(told)).toEqual([
      ['cost.forecast', at.host, 0, 1],
      ['cost.forecast', at.council, 33_333, 2],
      ['cost.forecast', at.trust, 66_667, 2],
    ]);
    await at.claim(cohort, at.council);
    expect(at.brief(await at.consumed(cohort))).toEqual([
      ['cost.forecast', at.council, 50_000, 2],
      ['cost.forecast', at.trust, 50_000, 2],
    ]);
    expect(await at.consumed(cohort)).toEqual([]);
    expect(await at.postings(cohort)).toEqual([]);
    expect(await readShares(at.table, cohort.id)).toMatchObject({ status: 'forecast', shared: 100_000, steps: 0 });
  });

  test('nothing is worked out for a draft, nor for a cohort without a cost plan', async () => {
    const draft = await at.draft();
    expect(at.brief(await at.consumed(draft))).toEqual([]);
    const plain = await at.given();
    await at.claim(plain, at.trust);
    expect(at.brief(await at.consumed(plain))).toEqual([]);
  });
});

test('the host sees every share, a partner its own, and nobody anything before it was worked out', async () => {
  const cohort = await at.givenShared();
  const seenBy = async (organisation: string) =>
    await getShares.perform(at.costs.as(organisation), { cohort: cohort.id });
  await expect(seenBy(at.host)).rejects.toMatchObject({ code: 'cost.not-found' });
  await at.consumed(cohort);
  const { shares, ...all } = await seenBy(at.host);
  expect(all).toEqual({
    cohort: cohort.id,
    host: at.host,
    status: 'forecast',
    freezesOn: '2027-09-07',
    shared: 100_000,
  });
  expect(shares.map(({ organisation }) => organisation).sort()).toEqual([at.host, at.council, at.trust].sort());
  const own = { organisation: at.council, net: 33_333, vat: 0, treatment: 'to-be-confirmed', tickets: [3] };
  expect((await seenBy(at.council)).shares).toEqual([own]);
  expect((await seenBy(organisationNamed('stranger'))).shares).toEqual([]);
});

describe('from the freeze date on', () => {
  test('the sweeper posts the shares, once, and what is owed for the month is their sum', async () => {
    const cohort = await at.givenShared();
    await at.consumed(cohort);
    clock.moveTo('2027-09-06T22:59:59.000Z');
    await at.sweep(cohort);
    expect(await at.postings(cohort)).toEqual([]);
    clock.moveTo(freeze);
    await at.sweep(cohort);
    expect(await at.sweep(cohort)).toEqual([]);
    const posted = await at.postings(cohort);
    expect(posted).toHaveLength(2);
    expect(
      posted.map(({ creditor, debtor, net, reason, tickets, period }) => [
        creditor,
        debtor,
        net,
        reason,
        tickets,
        period,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [at.host, at.trust, 66_667, 'share', [1, 2], '2027-09'],
        [at.host, at.council, 33_333, 'share', [3], '2027-09'],
      ]),
    );
    const owed = await at.owed();
    for (const { debtor, net } of posted)
      expect(owed.find((one) => one.debtor === debtor)?.net).toBeGreaterThanOrEqual(net);
  });

  test('later changes post differences, told to each with its postings; the host is told of all', async () => {
    const cohort = await at.givenShared();
    clock.moveTo(freeze);
    await at.consumed(cohort);
    await at.giveBack(cohort, at.council, [3]);
    // Given back so late, the place is owed in full: nothing changes.
    expect(await at.consumed(cohort)).toEqual([]);
    await at.claim(cohort, at.trust);
    const told = await at.consumed(cohort);
    expect(at.brief(told)).toEqual([
      ['cost.shared', at.council, 0, 2],
      ['cost.shared', at.trust, 100_000, 2],
    ]);
    const ofCouncil = told.find(({ data }) => data['organisation'] === at.council);
    expect(ofCouncil?.audience).toEqual([at.council, at.host]);
    expect(ofCouncil?.data['postings']).toMatchObject([
      { net: -33_333, reason: 'places-changed', effectiveOn: '2027-09-07' },
    ]);
    const sum = (await at.postings(cohort)).reduce((total, { net }) => total + net, 0);
    expect(sum).toBe(100_000);
  });

  test('a cohort that is moved before its freeze date is frozen by its new days', async () => {
    const cohort = await at.givenShared();
    const plan = await at.table.get({ pk: `COHORT#${cohort.id}`, sk: 'COHORT' }, versionSchema);
    await moveCohort.perform(at.as(at.host, { expectedVersion: plan?.version ?? 0 }), {
      cohort: cohort.id,
      sessions: [{ day: '2027-10-05', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
    });
    clock.moveTo(freeze);
    await at.sweep(cohort);
    await at.consumed(cohort);
    expect(await at.postings(cohort)).toEqual([]);
    clock.moveTo('2027-09-27T23:00:00.000Z');
    // The first time the sweeper has just written to the ledger itself, of which nothing is recorded yet.
    await at.sweep(cohort);
    await at.sweep(cohort);
    expect((await at.postings(cohort)).map(({ effectiveOn }) => effectiveOn)).toEqual(['2027-09-28', '2027-09-28']);
  });
});

test('what changes nothing is noted from time to time, and told to nobody; what follows is posted all the same', async () => {
  const cohort = await at.givenShared();
  clock.moveTo(freeze);
  await at.consumed(cohort);
  const noted = async () => (await readShares(at.table, cohort.id))?.changes ?? 0;
  const before = await noted();
  // Each round of claims beyond the two that hold places gives back what it took: nobody bears more or less.
  for (let round = 0; round < 11; round += 1) {
    const { places } = await at.claim(cohort, at.host);
    await at.giveBack(
      cohort,
      at.host,
      places.map(({ ticket }) => ticket),
    );
  }
  expect(await at.consumed(cohort)).toEqual([]);
  expect(await noted()).toBeGreaterThanOrEqual(before + 20);
  await at.claim(cohort, at.council);
  expect(at.brief(await at.consumed(cohort))).toEqual([
    ['cost.shared', at.council, 50_000, 2],
    ['cost.shared', at.trust, 50_000, 2],
  ]);
});

test('what is planned stays once shares were posted, also when the cohort is moved to later days then', async () => {
  const cohort = await at.givenShared();
  await at.consumed(cohort);
  clock.moveTo(freeze);
  await at.sweep(cohort);
  await at.sweep(cohort);
  expect(await at.postings(cohort)).toHaveLength(2);
  const plan = await at.table.get({ pk: `COHORT#${cohort.id}`, sk: 'COHORT' }, versionSchema);
  await moveCohort.perform(at.as(at.host, { expectedVersion: plan?.version ?? 0 }), {
    cohort: cohort.id,
    sessions: [{ day: '2027-10-05', from: '09:30', to: '16:30', venue: 'King George Hospital' }],
  });
  const dearer = at.costs.set(cohort, 1, { lines: [lineOf('venue', 'venue', 200_000)] });
  await expect(dearer).rejects.toMatchObject({ code: 'cost.frozen', details: { facts: { freezesOn: '2027-09-07' } } });
  const [venue] = [lineOf('venue', 'venue', 100_000)];
  const lines = [{ ...venue, actual: { net: 90_000 } }];
  expect(await at.costs.set(cohort, 1, { lines })).toMatchObject({ version: 2, shared: 90_000 });
});

describe('what cannot be posted yet', () => {
  test('is asked for again: an event whose history is not written, and a freeze before all that went before is known', async () => {
    const cohort = await at.givenShared();
    const events = await at.heard(cohort);
    const [first] = events;
    if (first === undefined) throw new Error('Nothing was heard');
    const early = { ...first, id: `${first.id}.not-yet` };
    expect(await at.consume([early])).toBe(1);
    clock.moveTo('2027-09-05T09:00:00.000Z');
    await at.giveBack(cohort, at.council, [3]);
    clock.moveTo(freeze);
    // The relay has not told of it: the sweeper posts nothing by what it knows.
    expect(await postShares(at.table, clock, cohort.id)).toBe(false);
    expect(await at.postings(cohort)).toEqual([]);
    await at.told(cohort);
    expect(await postShares(at.table, clock, cohort.id)).toBe(true);
    expect((await at.postings(cohort)).map(({ debtor, net }) => [debtor, net])).toEqual(
      expect.arrayContaining([
        [at.trust, expect.any(Number)],
        [at.council, expect.any(Number)],
      ]),
    );
  });

  test('a message that is no event about a cohort is given back, and holds up no other', async () => {
    const cohort = await at.givenShared();
    const batch = batchOf(await at.heard(cohort));
    const [record] = batch.Records;
    if (record === undefined) throw new Error('Nothing was heard');
    const bad = { ...record, messageId: 'bad', body: 'no event' };
    const { batchItemFailures } = await postCostShares({ Records: [bad, ...batch.Records] }, at.table, clock, at.log);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'bad' }]);
    expect(await readShares(at.table, cohort.id)).toBeDefined();
  });
});
