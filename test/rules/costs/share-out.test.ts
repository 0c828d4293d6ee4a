import { describe, expect, test } from '@jest/globals';
import { shareOut, type Charge, type Terms } from '../../../shared/costs/share-out.ts';
import type { VatTreatment } from '../../../shared/costs/vat.ts';
import { oddPennies, trySplits } from './try-splits.ts';
import { wrongDivisions } from './wrong-divisions.ts';

test('20,000 random splits over all rules: not a penny lost, invented, or a whole one away, the same in any order', () => {
  const { faults, furthest } = trySplits(shareOut, { splits: 20_000, seed: 20_270_914 });
  expect(faults).toEqual({});
  expect(furthest).toBeLessThan(1);
});

const terms: Terms = {
  cohort: 'coh_0123456789ab',
  host: 'org_hosthos',
  shared: 10_000,
  rule: { by: 'evenly', host: true },
  treatments: {},
  day: '2027-09-14',
};
const charge = (organisation: string, ticket: number, percent = 100): Charge => ({
  organisation,
  ticket,
  percent,
  why: percent === 100 ? 'held' : 'given-back',
});
const nets = (given: Partial<Terms>, charges: readonly Charge[]) =>
  Object.fromEntries(shareOut({ ...terms, ...given }, charges).map(({ organisation, net }) => [organisation, net]));

describe('a cost that is shared out', () => {
  test('evenly: by the largest part of a place of each, the host with all of its own though it keeps none', () => {
    const charges = [charge('org_a', 1), charge('org_a', 2), charge('org_b', 3, 50), charge('org_b', 4, 25)];
    expect(nets({}, charges)).toEqual({ org_a: 4_000, org_b: 2_000, org_hosthos: 4_000 });
    expect(nets({ rule: { by: 'evenly', host: false }, shared: 9_000 }, charges)).toEqual({
      org_a: 6_000,
      org_b: 3_000,
      org_hosthos: 0,
    });
  });

  test('by places: by the sum of the parts, those that the host keeps among them', () => {
    const charges = [charge('org_a', 1), charge('org_a', 2), charge('org_b', 3, 50), charge('org_hosthos', 4)];
    expect(nets({ rule: { by: 'places', host: true }, shared: 7_000 }, charges)).toEqual({
      org_a: 4_000,
      org_b: 1_000,
      org_hosthos: 2_000,
    });
    expect(nets({ rule: { by: 'places', host: false } }, charges)).toEqual({
      org_a: 8_000,
      org_b: 2_000,
      org_hosthos: 0,
    });
  });

  test('by weights: each with its own, or with what others weigh', () => {
    const weights = [{ organisation: 'org_a', weight: 3_000, asOf: '2027-03-31' }];
    const rule = { by: 'weights' as const, host: true, weights, otherwise: 1_000 };
    expect(nets({ rule }, [charge('org_a', 1), charge('org_b', 2)])).toEqual({
      org_a: 6_000,
      org_b: 2_000,
      org_hosthos: 2_000,
    });
  });

  test('by weights: that one organisation succeeds another changes nothing for the rest', () => {
    const weights = [
      { organisation: 'org_a', weight: 3_000, asOf: '2027-03-31' },
      { organisation: 'org_b', weight: 2_000, asOf: '2027-03-31' },
    ];
    const rule = { by: 'weights' as const, host: true, weights, otherwise: 1_000 };
    const before = [charge('org_a', 1), charge('org_a', 2, 50), charge('org_b', 3, 50), charge('org_c', 4)];
    expect(nets({ rule, shared: 6_000 }, before)).toEqual({
      org_a: 3_000,
      org_b: 1_000,
      org_c: 1_000,
      org_hosthos: 1_000,
    });
    const passedTo = (to: string) =>
      before.map((one) => (one.organisation === 'org_a' ? { ...one, organisation: to, first: 'org_a' } : one));
    expect(nets({ rule, shared: 6_000 }, passedTo('org_b'))).toEqual({
      org_b: 4_000,
      org_c: 1_000,
      org_hosthos: 1_000,
    });
    expect(nets({ rule, shared: 6_000 }, passedTo('org_hosthos'))).toEqual({
      org_b: 1_000,
      org_c: 1_000,
      org_hosthos: 4_000,
    });
  });

  test('by percentages: each by the largest part of a place that it is charged for, and the host what is left', () => {
    const percentages = [
      { organisation: 'org_a', hundredths: 2_550 },
      { organisation: 'org_b', hundredths: 3_000 },
      { organisation: 'org_hosthos', hundredths: 4_450 },
    ];
    const rule = { by: 'percentages' as const, percentages };
    expect(nets({ rule }, [charge('org_a', 1), charge('org_a', 2, 50), charge('org_b', 3)])).toEqual({
      org_a: 2_550,
      org_b: 3_000,
      org_hosthos: 4_450,
    });
    expect(nets({ rule }, [charge('org_a', 1, 50), charge('org_a', 2, 25), charge('org_c', 3)])).toEqual({
      org_a: 1_275,
      org_c: 0,
      org_hosthos: 8_725,
    });
  });

  test('by percentages: who has no place owes nothing, be it named with all of it, and is not among the shares', () => {
    const rule = { by: 'percentages' as const, percentages: [{ organisation: 'org_a', hundredths: 10_000 }] };
    expect(nets({ rule }, [])).toEqual({ org_hosthos: 10_000 });
    expect(nets({ rule }, [charge('org_b', 1), charge('org_hosthos', 2)])).toEqual({ org_b: 0, org_hosthos: 10_000 });
    expect(nets({ rule }, [charge('org_a', 1, 0)])).toEqual({ org_a: 0, org_hosthos: 10_000 });
    expect(nets({ rule }, [charge('org_a', 1)])).toEqual({ org_a: 10_000, org_hosthos: 0 });
  });

  test('at a fixed price: a part of a place to the nearest penny, and the host bears what is left, or keeps it', () => {
    const rule = { by: 'fixed-price' as const, price: 333 };
    const charges = [charge('org_a', 1), charge('org_b', 2, 50), charge('org_hosthos', 3)];
    expect(nets({ rule }, charges)).toEqual({ org_a: 333, org_b: 167, org_hosthos: 9_500 });
    expect(nets({ rule, shared: 100 }, charges)).toEqual({ org_a: 333, org_b: 167, org_hosthos: -400 });
  });

  test.each([
    ['nobody has a place', { rule: { by: 'places' as const, host: true } }, []],
    ['all places were free', { rule: { by: 'evenly' as const, host: false } }, [charge('org_a', 1, 0)]],
    ['the cohort was cancelled', { cancelled: true }, [charge('org_a', 1)]],
    [
      'it was cancelled, at a fixed price',
      { cancelled: true, rule: { by: 'fixed-price' as const, price: 100 } },
      [charge('org_a', 1)],
    ],
  ])('%s: the host bears all', (_name, given, charges) => {
    expect(nets(given, charges)).toMatchObject({ org_hosthos: 10_000 });
    expect(Object.values(nets(given, charges)).filter((net) => net !== 0)).toEqual([10_000]);
  });

  test('VAT is added by the treatment of each pair, never for the host, and to be confirmed where none was chosen', () => {
    const treatments: Record<string, VatTreatment> = { org_a: 'standard', org_hosthos: 'standard' };
    expect(shareOut({ ...terms, shared: 10_001, treatments }, [charge('org_b', 9), charge('org_a', 7)])).toEqual([
      { organisation: 'org_a', net: 3_334, vat: 667, treatment: 'standard', tickets: [7] },
      { organisation: 'org_b', net: 3_334, vat: 0, treatment: 'to-be-confirmed', tickets: [9] },
      { organisation: 'org_hosthos', net: 3_333, vat: 0, treatment: 'outside-scope', tickets: [] },
    ]);
  });
});

describe('odd pennies', () => {
  test('fall on each of seven organisations about as often as on the others, over 3,500 cohorts', () => {
    const counts = [...oddPennies(shareOut, { cohorts: 3500, seed: 1 }).values()];
    expect(counts).toHaveLength(7);
    // 500 each, give or take; a fair lot is further off than this less than once in ten thousand times.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(85);
  });

  test('control: the first gets them all where it is given what is left', () => {
    const counts = oddPennies(wrongDivisions['giving the first what is left'], { cohorts: 100, seed: 1 });
    expect([...counts.values()].sort((one, other) => other - one)).toEqual([100, 0, 0, 0, 0, 0, 0]);
  });
});

describe('the checker of splits finds out', () => {
  test('a rounding of each share by itself: pennies are lost and invented', () => {
    const { faults } = trySplits(wrongDivisions['rounding each by itself'], { splits: 1000, seed: 1 });
    expect(faults.sum).toBeGreaterThan(200);
    expect(faults['off-by-a-penny']).toBeUndefined();
  });

  test('a split that gives all odd pennies to the first: it is off by more than one, and another in another order', () => {
    const { faults } = trySplits(wrongDivisions['giving the first what is left'], { splits: 1000, seed: 1 });
    expect(faults.sum).toBeUndefined();
    expect(faults['off-by-a-penny']).toBeGreaterThan(200);
    expect(faults.order).toBeGreaterThan(200);
  });

  test('one that is another each time', () => {
    let calls = 0;
    const fickle = (given: Terms, charges: readonly Charge[]) => {
      calls += 1;
      return shareOut({ ...given, cohort: `coh_${String(calls)}` }, charges);
    };
    expect(trySplits(fickle, { splits: 1000, seed: 1 }).faults.again).toBeGreaterThan(3);
  });
});
