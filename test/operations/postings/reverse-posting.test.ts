import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { findPeriods, postingWrites } from '../../../shared/postings/cohort-postings.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { readOwedTo } from '../../../shared/postings/postings-items.ts';
import { reversalOf } from '../../../shared/postings/reversal.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { financeOf, givenPosting } from '../../support/postings.ts';
import { recordingPublisher } from '../../support/publishing.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let made: TestTable;
let as: ReturnType<typeof financeOf>;
let relay: StreamRelay;

beforeAll(async () => {
  made = await createTestTable();
  as = financeOf(made.table, clock);
  relay = streamRelay(made, clock);
});
afterAll(async () => {
  relay.stop();
  await made.remove();
});

let groups = 0;
/** What a creditor of its own is owed. */
const given = async (facts: Partial<NewPosting> = {}) => {
  groups += 1;
  const creditor = organisationNamed(`creditor ${String(groups)}`);
  return await givenPosting(made.table, { creditor, net: 10_001, vat: 2000, treatment: 'standard', ...facts });
};
const day = '2026-12-31';
const because = 'disputed';
const words = 'The place was given back on time.';
const asked = ({ id: posting, debtor, period }: NewPosting, how: object = {}) => {
  return { posting, debtor, period, effectiveOn: day, because, words, ...how };
};
const reverse = async (posting: NewPosting, how: object = {}, request: { idempotencyKey?: string } = {}) =>
  await reversePosting.perform(as(posting.creditor, request), asked(posting, how));
const list = async ({ creditor }: NewPosting, year = '2026-27') =>
  await listPostings.perform(as(creditor), { counterparty: trust, side: 'owed-to-us', year });
/** What is owed for each period, by the sums. */
const owed = async ({ creditor }: NewPosting) => {
  const sums = await readOwedTo(made.table, creditor, '', 100);
  return sums.map(({ period, net, vat, postings }) => [period, net, vat, postings]);
};

describe('reverse-posting', () => {
  test('makes the exact opposite for the chosen day; both sides see each at the other, and why', async () => {
    const posting = await given();
    const opposite = await reverse(posting);
    expect(opposite).toMatchObject({
      creditor: posting.creditor,
      debtor: trust,
      cohort: posting.cohort,
      reason: 'reversal',
      cause: posting.id,
      reverses: posting.id,
      tickets: posting.tickets,
      net: -10_001,
      vat: -2000,
      gross: -12_001,
      treatment: 'standard',
      effectiveOn: day,
      period: '2026-12',
      because,
      words,
      at: '2027-01-04T09:00:00.000Z',
    });
    const { items } = await list(posting);
    const reversed = { posting: opposite.id, period: '2026-12', effectiveOn: day, because, words };
    expect(items).toEqual([expect.objectContaining({ id: posting.id, reversed }), opposite]);
    const ofTrust = { counterparty: posting.creditor, side: 'owed-by-us', year: '2026-27' };
    expect(await listPostings.perform(as(trust), ofTrust)).toEqual({ items });
    expect(await owed(posting)).toEqual([
      ['2026-11', 10_001, 2000, 1],
      ['2026-12', -10_001, -2000, 1],
    ]);
  });

  test('in the first open month when that of the day is closed, with the true day', async () => {
    const posting = await given();
    await closePeriod.perform(as(posting.creditor), { period: '2026-12' });
    expect(await reverse(posting)).toMatchObject({ effectiveOn: day, period: '2027-01' });
  });

  test('once: the same request again answers the same, another is refused, also at the same moment', async () => {
    const posting = await given();
    const first = await reverse(posting, {}, { idempotencyKey: 'once' });
    expect(await reverse(posting, {}, { idempotencyKey: 'once' })).toEqual(first);
    await expect(reverse(posting)).rejects.toMatchObject({ code: 'posting.reversed' });
    await expect(reverse(posting, { because: 'agreed' }, { idempotencyKey: 'once' })).rejects.toMatchObject({
      code: 'posting.reversed',
    });
    const raced = await given();
    const answers = await Promise.allSettled([1, 2, 3, 4].map(async () => await reverse(raced)));
    const refusals = answers.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: 'posting.reversed' })));
    expect(await owed(raced)).toEqual([
      ['2026-11', 10_001, 2000, 1],
      ['2026-12', -10_001, -2000, 1],
    ]);
  });

  test('a reversal is reversed in turn, once: the way back from a mistake', async () => {
    const posting = await given();
    const mistaken = await reverse(posting);
    const back = await reverse(mistaken, { because: 'other', words: 'It was right after all.' });
    expect(back).toMatchObject({ net: 10_001, vat: 2000, reverses: mistaken.id, cause: mistaken.id });
    await expect(reverse(posting)).rejects.toMatchObject({ code: 'posting.reversed' });
    await expect(reverse(mistaken)).rejects.toMatchObject({ code: 'posting.reversed' });
    const ids = (await list(posting)).items.map(({ id, reversed }) => [id, reversed?.posting]);
    expect(new Map(ids.map(([id, by]) => [id, by]))).toEqual(
      new Map([
        [posting.id, mistaken.id],
        [mistaken.id, back.id],
        [back.id, undefined],
      ]),
    );
    const sums = await owed(posting);
    expect(sums.reduce((sum, [, net]) => sum + Number(net), 0)).toBe(10_001);
  });

  test('wants a day that has come and is not before that of the posting, and words for `other`', async () => {
    const posting = await given({ effectiveOn: '2026-11-09' });
    const wrong = async (how: object) => await reverse(posting, how);
    for (const effectiveOn of ['2026-11-08', '2027-01-05', '2027-02-30']) {
      await expect(wrong({ effectiveOn })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    await expect(wrong({ because: 'other', words: undefined })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(wrong({ because: 'unknown' })).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await owed(posting)).toEqual([['2026-11', 10_001, 2000, 1]]);
    expect(await reverse(posting, { effectiveOn: '2026-11-09' })).toMatchObject({ period: '2026-11' });
  });

  test('is for the creditor’s finance alone: to everybody else there is no such posting', async () => {
    const posting = await given();
    const by = async (organisation: string, how: object = {}) =>
      await reversePosting.perform(as(organisation), asked(posting, how));
    for (const organisation of [trust, organisationNamed('stranger')]) {
      await expect(by(organisation)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
    for (const how of [{ period: '2026-10' }, { debtor: organisationNamed('council') }]) {
      await expect(by(posting.creditor, how)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
    const lead = as(posting.creditor, {}, ['administrator', 'programme-lead']);
    await expect(reversePosting.perform(lead, asked(posting))).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });

  test('is tried again when a month is closed at the same moment; the control stays in the closed one', async () => {
    const posting = await given();
    const seen = await findPeriods(made.table, posting.creditor);
    const late = reversalOf(posting, { effectiveOn: day, because, at: clock.now().toISOString() }, seen?.through);
    const [answer] = await Promise.all([
      reverse(posting),
      closePeriod.perform(as(posting.creditor), { period: '2026-12' }),
    ]);
    expect(['2026-12', '2027-01']).toContain(answer.period);
    // Worked out before the closing, it is refused by the check of it, and by nothing else.
    const [check, ...others] = postingWrites(posting.creditor, [{ ...late, id: 'pst_0000000000000000' }], 1, seen);
    if (check === undefined) throw new Error('There is no check');
    expect(await made.table.transact([check, ...others])).toBe(false);
    expect(await made.table.transact(others)).toBe(true);
  });
});

describe('a reversal', () => {
  test('is told to the two organisations, with amounts and ids and no words; lost, it is told anew', async () => {
    await relay.loseAll();
    const told = async (posting: NewPosting) =>
      (await relay.relayAll()).filter(({ aggregate }) => aggregate === posting.id);
    const posting = await given();
    const opposite = await reverse(posting);
    const data = {
      cohort: posting.cohort,
      host: posting.creditor,
      organisation: trust,
      reverses: posting.id,
      posting: opposite.id,
      net: -10_001,
      vat: -2000,
      effectiveOn: day,
      period: '2026-12',
      because,
    };
    const id = `${posting.id}.1.1.cost.reversed`;
    const audience = [posting.creditor, trust];
    expect(await told(posting)).toEqual([expect.objectContaining({ id, type: 'cost.reversed', audience, data })]);
    const lost = await given();
    await reverse(lost);
    await relay.loseAll();
    clock.moveBy(11 * 60_000);
    const publisher = recordingPublisher(made.table, clock);
    await repairAggregates(publisher, 1, new Date(clock.now().getTime() + 60_000));
    const anew = publisher.told.filter(({ aggregate }) => aggregate === lost.id);
    expect(anew).toMatchObject([{ type: 'cost.reversal-restated', audience: [lost.creditor, trust] }]);
    expect(publisher.told.filter(({ aggregate }) => aggregate === posting.id)).toEqual([]);
  });
});
