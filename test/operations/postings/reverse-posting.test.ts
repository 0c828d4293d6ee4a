import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { findPeriods, postingWrites } from '../../../shared/postings/cohort-postings.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { reversalOf } from '../../../shared/postings/reversal.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { repairAggregates } from '../../../shared/repair/repair-aggregates.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPostings, type PostingsTable } from '../../support/postings.ts';
import { recordingPublisher } from '../../support/publishing.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let at: PostingsTable;

beforeAll(async () => {
  at = await openPostings(clock);
});
afterAll(async () => {
  await at.close();
});

const day = '2026-12-31';
const because = 'disputed';
const words = 'The place was given back on time.';
const reverse = async (posting: NewPosting, how: object = {}, request: { idempotencyKey?: string } = {}) =>
  await at.reverse(posting, { words, ...how }, request);

describe('reverse-posting', () => {
  test('makes the exact opposite for the chosen day; both sides see each at the other, and why', async () => {
    const posting = await at.given();
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
    const { items } = await at.list(posting);
    const reversed = { posting: opposite.id, period: '2026-12', effectiveOn: day, because, words };
    expect(items).toEqual([expect.objectContaining({ id: posting.id, reversed }), opposite]);
    const ofTrust = { counterparty: posting.creditor, side: 'owed-by-us', year: '2026-27' };
    expect(await listPostings.perform(at.as(trust), ofTrust)).toEqual({ items });
    expect(await at.owed(posting)).toEqual([
      ['2026-11', 10_001, 2000, 1],
      ['2026-12', -10_001, -2000, 1],
    ]);
  });

  test('in the first open month when that of the day is closed, with the true day', async () => {
    const posting = await at.given();
    await closePeriod.perform(at.as(posting.creditor), { period: '2026-12' });
    expect(await reverse(posting)).toMatchObject({ effectiveOn: day, period: '2027-01' });
  });

  test('once: the same request again answers the same, another is refused, also at the same moment', async () => {
    const posting = await at.given();
    const first = await reverse(posting, {}, { idempotencyKey: 'once' });
    expect(await reverse(posting, {}, { idempotencyKey: 'once' })).toEqual(first);
    await expect(reverse(posting)).rejects.toMatchObject({ code: 'posting.reversed' });
    await expect(reverse(posting, { because: 'agreed' }, { idempotencyKey: 'once' })).rejects.toMatchObject({
      code: 'posting.reversed',
    });
    const raced = await at.given();
    const answers = await Promise.allSettled([1, 2, 3, 4].map(async () => await reverse(raced)));
    const refusals = answers.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: 'posting.reversed' })));
    expect(await at.owed(raced)).toEqual([
      ['2026-11', 10_001, 2000, 1],
      ['2026-12', -10_001, -2000, 1],
    ]);
  });

  test('a reversal is reversed in turn, once: the way back from a mistake', async () => {
    const posting = await at.given();
    const mistaken = await reverse(posting);
    const back = await reverse(mistaken, { because: 'other', words: 'It was right after all.' });
    expect(back).toMatchObject({ net: 10_001, vat: 2000, reverses: mistaken.id, cause: mistaken.id });
    await expect(reverse(posting)).rejects.toMatchObject({ code: 'posting.reversed' });
    await expect(reverse(mistaken)).rejects.toMatchObject({ code: 'posting.reversed' });
    const ids = (await at.list(posting)).items.map(({ id, reversed }) => [id, reversed?.posting]);
    expect(new Map(ids.map(([id, by]) => [id, by]))).toEqual(
      new Map([
        [posting.id, mistaken.id],
        [mistaken.id, back.id],
        [back.id, undefined],
      ]),
    );
    const sums = await at.owed(posting);
    expect(sums.reduce((sum, [, net]) => sum + Number(net), 0)).toBe(10_001);
  });

  test('wants a day that has come and is not before that of the posting, and words for `other`', async () => {
    const posting = await at.given({ effectiveOn: '2026-11-09' });
    const wrong = async (how: object) => await reverse(posting, how);
    for (const effectiveOn of ['2026-11-08', '2027-01-05', '2027-02-30']) {
      await expect(wrong({ effectiveOn })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    await expect(wrong({ because: 'other', words: undefined })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(wrong({ because: 'unknown' })).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await at.owed(posting)).toEqual([['2026-11', 10_001, 2000, 1]]);
    expect(await reverse(posting, { effectiveOn: '2026-11-09' })).toMatchObject({ period: '2026-11' });
  });

  test('is for the creditor’s finance alone: to everybody else there is no such posting', async () => {
    const posting = await at.given();
    const by = async (organisation: string, how: object = {}) =>
      await reversePosting.perform(at.as(organisation), at.asked(posting, how));
    for (const organisation of [trust, organisationNamed('stranger')]) {
      await expect(by(organisation)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
    for (const how of [{ period: '2026-10' }, { debtor: organisationNamed('council') }]) {
      await expect(by(posting.creditor, how)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
    const lead = at.as(posting.creditor, {}, ['administrator', 'programme-lead']);
    await expect(reversePosting.perform(lead, at.asked(posting))).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });

  test('is tried again when a month is closed at the same moment; the control stays in the closed one', async () => {
    const posting = await at.given();
    const seen = await findPeriods(at.table, posting.creditor);
    const late = reversalOf(posting, { effectiveOn: day, because, at: clock.now().toISOString() }, seen?.through);
    const [answer] = await Promise.all([
      reverse(posting),
      closePeriod.perform(at.as(posting.creditor), { period: '2026-12' }),
    ]);
    expect(['2026-12', '2027-01']).toContain(answer.period);
    // Worked out before the closing, it is refused by the check of it, and by nothing else.
    const [check, ...others] = postingWrites(posting.creditor, [{ ...late, id: 'pst_0000000000000000' }], 1, seen);
    if (check === undefined) throw new Error('There is no check');
    expect(await at.table.transact([check, ...others])).toBe(false);
    expect(await at.table.transact(others)).toBe(true);
  });
});

describe('a reversal', () => {
  test('is told to the two organisations, with amounts and ids and no words; lost, it is told anew', async () => {
    await at.relay.loseAll();
    const told = async (posting: NewPosting) =>
      (await at.relay.relayAll()).filter(({ aggregate }) => aggregate === posting.id);
    const posting = await at.given();
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
    const lost = await at.given();
    await reverse(lost);
    await at.relay.loseAll();
    clock.moveBy(11 * 60_000);
    const publisher = recordingPublisher(at.table, clock);
    await repairAggregates(publisher, 1, new Date(clock.now().getTime() + 60_000));
    const anew = publisher.told.filter(({ aggregate }) => aggregate === lost.id);
    expect(anew).toMatchObject([{ type: 'cost.reversal-restated', audience: [lost.creditor, trust] }]);
    expect(publisher.told.filter(({ aggregate }) => aggregate === posting.id)).toEqual([]);
  });
});
