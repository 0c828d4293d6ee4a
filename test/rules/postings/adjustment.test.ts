import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dayAfter } from '../../../shared/clock.ts';
import { vatOn, vatTreatments } from '../../../shared/costs/vat.ts';
import { idOfRequest } from '../../../shared/ids.ts';
import { adjustmentOf, inPlaceOf, objectionToRemaining } from '../../../shared/postings/adjustment.ts';
import { openPeriodFor } from '../../../shared/postings/period.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { reversalOf } from '../../../shared/postings/reversal.ts';
import { postingOf } from '../../support/postings.ts';

const firstDay = '2026-12-01';
const because = 'wrong-amount' as const;

/** A posting of at least two pence, what is to remain of it, and when it is put right. */
const corrections = fc
  .record({
    size: fc.integer({ min: 2, max: 3_000_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    isCredit: fc.boolean(),
    treatment: fc.constantFrom(...vatTreatments),
    later: fc.nat(200),
    through: fc.constantFrom(undefined, '2026-10', '2026-12', '2027-06'),
  })
  .map(({ size, part, isCredit, treatment, later, through }) => {
    const sign = isCredit ? -1 : 1;
    const net = sign * size;
    const posting = postingOf({ net, vat: vatOn(net, treatment, firstDay), treatment });
    const remains = sign * (1 + Math.floor(part * (size - 2)));
    return { posting, remains, effectiveOn: dayAfter(posting.effectiveOn, later), through };
  });
type Correction = typeof corrections extends fc.Arbitrary<infer Value> ? Value : never;

/** All that is owed by it: the posting, its reversal, and what stands in its place. */
function corrected({ posting, remains: net, effectiveOn, through }: Correction, adjust = adjustmentOf) {
  const at = `${effectiveOn}T09:00:00.000Z`;
  const reversal = reversalOf(posting, { effectiveOn, because, at }, through);
  return [posting, reversal, adjust(posting, reversal, { net, firstDay })] as const;
}

/** What is wrong with it; nothing, when all is right. */
function faultsIn(correction: Correction, adjust = adjustmentOf): string[] {
  const { remains, effectiveOn, through } = correction;
  const all = corrected(correction, adjust);
  const [posting, reversal, adjustment] = all;
  const sum = (of: 'net' | 'vat') => all.reduce((total, one) => total + one[of], 0);
  const same = (...of: (keyof NewPosting)[]) => of.every((one) => adjustment[one] === reversal[one]);
  const faults: [string, boolean][] = [
    ['what remains is another amount', sum('net') !== remains],
    ['the VAT is not that on what remains', sum('vat') !== vatOn(remains, posting.treatment, firstDay)],
    ['more VAT remains than there was', Math.abs(sum('vat')) > Math.abs(posting.vat)],
    [
      'it is in another month than the reversal',
      !same('period') || adjustment.period !== openPeriodFor(effectiveOn, through),
    ],
    ['it is of others', !same('creditor', 'debtor', 'cohort', 'tickets', 'treatment', 'effectiveOn', 'because', 'at')],
    ['it does not say in whose place it stands', inPlaceOf(adjustment) !== posting.id],
    ['it has the id of another', new Set(all.map(({ id }) => id)).size < 3],
    [
      'it is another each time',
      JSON.stringify(adjust(posting, reversal, { net: remains, firstDay })) !== JSON.stringify(adjustment),
    ],
  ];
  return faults.flatMap(([fault, isSo]) => (isSo ? [fault] : []));
}

describe('a posting, its reversal and what remains', () => {
  test('come to what remains, with the VAT on that, in the same month and of the same', () => {
    fc.assert(
      fc.property(corrections, (correction) => {
        expect(faultsIn(correction)).toEqual([]);
      }),
      { numRuns: 1000, seed: 2027 },
    );
  });

  test.each<[string, typeof adjustmentOf]>([
    [
      'what remains is another amount',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), net: posting.net }),
    ],
    [
      'the VAT is not that on what remains',
      (posting, reversal, how) => ({
        ...adjustmentOf(posting, reversal, how),
        vat: Math.trunc((posting.vat * how.net) / posting.net),
      }),
    ],
    [
      'more VAT remains than there was',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), vat: posting.vat * 2 }),
    ],
    [
      'it is in another month than the reversal',
      (posting, reversal, how) => ({
        ...adjustmentOf(posting, reversal, how),
        period: reversal.effectiveOn.slice(0, 7),
      }),
    ],
    [
      'it is of others',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), effectiveOn: posting.effectiveOn }),
    ],
    [
      'it does not say in whose place it stands',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), cause: reversal.id }),
    ],
    [
      'it has the id of another',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), id: reversal.id }),
    ],
    [
      'it is another each time',
      (posting, reversal, how) => ({ ...adjustmentOf(posting, reversal, how), id: postingOf().id }),
    ],
  ])('control: it is noticed that %s', (fault, adjust) => {
    const faults = fc.sample(corrections, { numRuns: 100, seed: 4 }).flatMap((one) => faultsIn(one, adjust));
    expect(faults).toContain(fault);
  });
});

test('the id of what remains follows from that of the posting alone, whatever remains and when', () => {
  const [one, other] = fc.sample(corrections, { numRuns: 2, seed: 5 });
  if (one === undefined || other === undefined) throw new Error('There are two');
  const ids = [one, { ...other, posting: one.posting }].map((correction) => corrected(correction)[2].id);
  expect(ids).toEqual([idOfRequest('pst', 'adjustment', one.posting.id), ids[0]]);
});

test('the rate of VAT is that of the first day of the cohort, not of the day on which it is put right', () => {
  const posting = postingOf({ net: 1000, vat: 200, treatment: 'standard' });
  const reversal = reversalOf(
    posting,
    { effectiveOn: '2026-12-31', because, at: '2027-01-04T09:00:00.000Z' },
    undefined,
  );
  expect(adjustmentOf(posting, reversal, { net: 500, firstDay }).vat).toBe(100);
  // There is no rate that is known of before 4 January 2011.
  expect(() => adjustmentOf(posting, reversal, { net: 500, firstDay: '2011-01-03' })).toThrow('2011-01-03');
});

test.each([
  [100, [1, 50, 99], [0, 100, 101, -1, -50]],
  [-100, [-1, -50, -99], [0, -100, -101, 1, 50]],
  [2, [1], [0, 2]],
  [1, [], [0, 1, -1]],
  [0, [], [0, 1, -1]],
])('of %d there may remain what lies between nought and it, and neither of them', (net, parts, others) => {
  for (const part of parts) expect(objectionToRemaining(part, { net })).toBeUndefined();
  for (const other of others) expect(objectionToRemaining(other, { net })).toContain(String(net));
});
