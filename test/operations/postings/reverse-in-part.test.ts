import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { changeNow } from '../../../shared/change.ts';
import { idOfRequest } from '../../../shared/ids.ts';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { findPeriods } from '../../../shared/postings/cohort-postings.ts';
import { AppError } from '../../../shared/errors.ts';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import type { PostingAnswer } from '../../../shared/postings/posting-answer.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { findReversible, reversalWrites } from '../../../shared/postings/reversal-writes.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { fieldsOf } from '../../support/disputes.ts';
import { overtakenOn } from '../../support/overtaken.ts';
import { openPostings, type PostingsTable } from '../../support/postings.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const trust = organisationNamed('trust');
const words = 'One of the two places was given back on time.';
let at: PostingsTable;

beforeAll(async () => {
  at = await openPostings(clock);
});
afterAll(async () => {
  await at.close();
});

/** What stays owed of a posting that was reversed in part, as the posting of that. */
const left = async (reversal: PostingAnswer): Promise<PostingAnswer> => {
  const { items } = await at.list(reversal);
  const found = items.find(({ id }) => id === reversal.remains?.posting);
  if (found === undefined) throw new Error('Nothing remains');
  return found;
};
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error);
const total = async (posting: Pick<NewPosting, 'creditor'>) =>
  (await at.owed(posting)).reduce((sum, [, net]) => sum + Number(net), 0);

describe('a posting that is wrong in part', () => {
  test('is reversed as a whole, and what remains is posted with its VAT; each of the three tells of the others', async () => {
    const posting = await at.given({ tickets: [1, 2] });
    await at.relay.loseAll();
    const opposite = await at.reverse(posting, { remains: 6003, words });
    const remains = { posting: idOfRequest('pst', 'adjustment', posting.id), net: 6003, vat: 1201 };
    expect(opposite).toMatchObject({ reason: 'reversal', net: -10_001, vat: -2000, reverses: posting.id, remains });
    const adjustment = await left(opposite);
    const { creditor, cohort } = posting;
    const day = { effectiveOn: '2026-12-31', period: '2026-12' };
    const why = { because: 'disputed', words, at: '2027-01-04T09:00:00.000Z' };
    const amounts = { net: 6003, vat: 1201, gross: 7204, treatment: 'standard' };
    const of = { creditor, debtor: trust, cohort, reason: 'adjustment', cause: posting.id, tickets: [1, 2] };
    expect(adjustment).toEqual({ id: remains.posting, ...of, ...amounts, ...day, ...why });
    const { items } = await at.list(posting);
    const reversed = { posting: opposite.id, ...day, remains, because: 'disputed', words };
    expect(items.find(({ id }) => id === posting.id)).toMatchObject({ reversed });
    const ofTrust = { counterparty: creditor, side: 'owed-by-us', year: '2026-27' };
    expect(await listPostings.perform(at.as(trust), ofTrust)).toEqual({ items });
    expect(await at.owed(posting)).toEqual([
      ['2026-11', 10_001, 2000, 1],
      ['2026-12', 6003 - 10_001, 1201 - 2000, 2],
    ]);
    const told = await at.told();
    expect(told).toMatchObject([{ audience: [creditor, trust], data: { net: -10_001, vat: -2000, remains } }]);
    expect(JSON.stringify(told)).not.toContain('given back');
  });

  test('is put right in the first open month, with the true day, when that of the day is closed', async () => {
    const posting = await at.given();
    await closePeriod.perform(at.as(posting.creditor), { period: '2026-12' });
    const opposite = await at.reverse(posting, { remains: 1 });
    const day = { effectiveOn: '2026-12-31', period: '2027-01' };
    expect(opposite).toMatchObject(day);
    expect(await left(opposite)).toMatchObject({ ...day, net: 1, vat: 0 });
  });

  test('once: the same request answers the same, another is refused; of four at once one counts', async () => {
    const posting = await at.given();
    const first = await at.reverse(posting, { remains: 5000 }, { idempotencyKey: 'once' });
    expect(await at.reverse(posting, { remains: 5000 }, { idempotencyKey: 'once' })).toEqual(first);
    for (const how of [{ remains: 5001 }, {}]) {
      const other = at.reverse(posting, how, { idempotencyKey: 'once' });
      await expect(other).rejects.toMatchObject({ code: 'posting.reversed' });
    }
    const raced = await at.given();
    const answers = await Promise.allSettled(
      [undefined, 1000, 2000, 2000].map(async (remains) => await at.reverse(raced, { remains })),
    );
    const refusals = answers.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: 'posting.reversed' })));
    const [made] = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(await total(raced)).toBe(made?.remains?.net ?? 0);
  });

  test('leaves more than nought and less than all of it, a credit too; else nothing is done', async () => {
    const debt = await at.given();
    const credit = await at.given({ net: -500, vat: -100 });
    const vatAlone = await at.given({ net: 0, vat: 50, reason: 'vat-settled' });
    for (const [posting, wrong] of [
      [debt, [0, 10_001, 10_002, -1, -5000, 0.5, '5000']],
      [credit, [0, -500, -501, 1, 250]],
      [vatAlone, [0, 1, -1]],
    ] as const) {
      for (const remains of wrong) {
        await expect(at.reverse(posting, { remains })).rejects.toMatchObject(fieldsOf('remains'));
      }
      expect(await at.owed(posting)).toHaveLength(1);
    }
    expect(await at.reverse(debt, { remains: 10_000 })).toMatchObject({ remains: { net: 10_000, vat: 2000 } });
    expect(await at.reverse(credit, { remains: -499 })).toMatchObject({ remains: { net: -499, vat: -100 } });
  });

  test('stands in the journals of both: taken back as it was posted, and then what remains', async () => {
    const posting = await at.given();
    const opposite = await at.reverse(posting, { remains: 6003 });
    const asHost = await exportJournal.perform(at.as(posting.creditor), { period: '2026-12' });
    const ofHost = asHost.content.split(/\r?\n/);
    const [debit, credit] = ['Receivables from other organisations', 'Recharges of shared programme costs'];
    const row = (id: string | undefined) => ofHost.find((one) => one.startsWith(id ?? '-'));
    expect(row(opposite.id)).toContain(`,reversal,receivable,${credit},${debit},${trust},`);
    expect(row(opposite.remains?.posting)).toContain(`,adjustment,receivable,${debit},${credit},${trust},`);
    expect(row(opposite.remains?.posting)).toContain(`,60.03,12.01,72.04,standard,`);
    expect(row(opposite.remains?.posting)).toContain(`,adjustment,,${posting.id}`);
    const asTrust = await exportJournal.perform(at.as(trust), { period: '2026-12' });
    expect(asTrust.content).toContain(`,adjustment,payable,`);
  });

  test('what remains may be adjusted and reversed in turn', async () => {
    const posting = await at.given();
    const first = await left(await at.reverse(posting, { remains: 6000 }));
    await expect(at.reverse(first, { remains: 6000 })).rejects.toMatchObject(fieldsOf('remains'));
    const second = await left(await at.reverse(first, { remains: 2500, because: 'agreed' }));
    expect(second).toMatchObject({ cause: first.id, net: 2500, vat: 500, because: 'agreed' });
    expect(await total(posting)).toBe(2500);
    expect((await at.explain(trust, second)).behind.map(({ id }) => id)).toEqual([first.id, posting.id]);
    const last = await at.reverse(second);
    expect(last).toMatchObject({ net: -2500, vat: -500 });
    expect(last.remains).toBeUndefined();
    expect((await at.explain(trust, last)).behind.map(({ id }) => id)).toEqual([second.id, first.id, posting.id]);
    expect(await total(posting)).toBe(0);
    expect((await at.list(posting)).items).toHaveLength(6);
  });
});

describe('of a posting and all that came in its place', () => {
  test('only one is owed: a reversal is taken back as a whole, and not while what it left is owed', async () => {
    const posting = await at.given();
    const reversal = await at.reverse(posting, { remains: 6000 });
    const adjustment = await left(reversal);
    await expect(at.reverse(reversal, { remains: -6000 })).rejects.toMatchObject(fieldsOf('remains', 'posting'));
    await expect(at.reverse(reversal)).rejects.toMatchObject(fieldsOf('posting'));
    const takenBack = await at.reverse(adjustment);
    await expect(at.reverse(reversal, { remains: -6000 })).rejects.toMatchObject(fieldsOf('remains'));
    // The way back from a mistake: it is owed again, and can be put right in part then.
    const again = await at.reverse(reversal);
    expect(await total(posting)).toBe(10_001);
    await expect(at.reverse(takenBack)).rejects.toMatchObject(fieldsOf('posting'));
    const right = await left(await at.reverse(again, { remains: 8000 }));
    expect(right).toMatchObject({ cause: again.id, net: 8000, vat: 1600 });
    const ids = (await at.explain(trust, right)).behind.map(({ id }) => id);
    expect(ids).toEqual([again.id, reversal.id, posting.id]);
    expect(await total(posting)).toBe(8000);
    await expect(at.reverse(takenBack)).rejects.toMatchObject(fieldsOf('posting'));
  });

  test('only one is owed, whatever is taken back and how often; and what is refused changes nothing', async () => {
    const posting = await at.given();
    const steps = fc.record({ which: fc.nat(1000), percent: fc.constantFrom(undefined, 30, 60, 90) });
    let made = 0;
    for (const { which, percent } of fc.sample(steps, { numRuns: 40, seed: 2027 })) {
      const { items } = await at.list(posting);
      const open = items.filter(({ reversed }) => reversed === undefined);
      const chosen = open[which % open.length];
      if (chosen === undefined) throw new Error('Nothing is open');
      const remains = percent === undefined ? undefined : Math.floor((Math.abs(chosen.net) * percent) / 100);
      const before = await total(posting);
      const isMade = await at.reverse(chosen, { remains }).then(
        () => true,
        (error: unknown) => {
          expect(codeOf(error)).toBe('request.invalid');
          return false;
        },
      );
      made += isMade ? 1 : 0;
      const after = await total(posting);
      if (!isMade) expect(after).toBe(before);
      const standing = (await at.list(posting)).items.filter(({ net, reversed }) => net > 0 && reversed === undefined);
      expect(standing.length).toBeLessThanOrEqual(1);
      expect(after).toBe(standing[0]?.net ?? 0);
    }
    expect(made).toBeGreaterThan(10);
  });

  test('control: without what refuses them, more is owed than was, and both', async () => {
    const unchecked = async (posting: NewPosting, remains?: number) => {
      const context = at.as(posting.creditor);
      const found = await findReversible(at.table, posting);
      if (found === undefined) throw new Error('There is no such posting');
      const wanted = {
        posting: found.posting,
        effectiveOn: '2026-12-31',
        because: 'other' as const,
        remains,
        whileStand: [],
      };
      const how = { change: changeNow(context, 'reversed'), told: [posting.creditor, trust] };
      const periods = await findPeriods(at.table, posting.creditor);
      const { writes } = await reversalWrites(at.table, posting.creditor, [wanted], { ...how, periods });
      expect(await at.table.transact(writes)).toBe(true);
    };
    const larger = await at.given();
    await unchecked(larger, 20_000);
    expect(await total(larger)).toBe(20_000);
    const both = await at.given();
    const { id, period } = await at.reverse(both, { remains: 6000 });
    await unchecked({ ...both, id, period });
    expect(await total(both)).toBe(16_001);
  });
});

describe('at the same moment', () => {
  const reverseOn = async (table: PostingsTable['table'], posting: NewPosting, remains?: number) =>
    await reversePosting.perform(
      contextOf(table, clock, personOf(posting.creditor, ['finance'])),
      at.asked(posting, { remains }),
    );

  test('a month is closed: both go into the next; control: without the check of it, into the closed one', async () => {
    for (const isSpoilt of [false, true]) {
      const posting = await at.given();
      const closing = async () => await closePeriod.perform(at.as(posting.creditor), { period: '2026-12' });
      const answer = await reverseOn(overtakenOn(at.table, closing, isSpoilt), posting, 4000);
      const period = isSpoilt ? '2026-12' : '2027-01';
      expect(answer.period).toBe(period);
      expect((await left(answer)).period).toBe(period);
    }
  });

  test('another makes owed again what came in its place: the first counts; control: without the check both would', async () => {
    for (const isSpoilt of [false, true]) {
      const posting = await at.given();
      const reversal = await at.reverse(posting, { remains: 6000 });
      const other = await at.reverse(await left(reversal));
      expect(await total(posting)).toBe(0);
      const makeOther = async () => await at.reverse(other);
      const table = overtakenOn(at.table, makeOther, isSpoilt);
      const late = reverseOn(table, { ...posting, id: reversal.id, period: reversal.period });
      if (isSpoilt) await late;
      else await expect(late).rejects.toMatchObject(fieldsOf('posting'));
      expect(await total(posting)).toBe(isSpoilt ? 16_001 : 6000);
    }
  });

  test('another takes back another part: the first counts; control: without the conditions both would', async () => {
    for (const isSpoilt of [false, true]) {
      const posting = await at.given();
      const other = async () => await at.reverse(posting, { remains: 1000 });
      const late = reverseOn(overtakenOn(at.table, other, isSpoilt), posting, 4000);
      if (isSpoilt) await late;
      else await expect(late).rejects.toMatchObject({ code: 'posting.reversed' });
      const [, december] = await at.owed(posting);
      const both = ['2026-12', 5000 - 20_002, 1000 - 4000, 4];
      expect(december).toEqual(isSpoilt ? both : ['2026-12', 1000 - 10_001, 200 - 2000, 2]);
    }
  });
});
