import { describe, expect, test } from '@jest/globals';
import type { CostLine, CostPlan } from '../../../shared/costs/cost-plan.ts';
import { costPlanErrors, sharedCost } from '../../../shared/costs/shared-cost.ts';
import { usualPolicy } from '../../../shared/costs/sharing-rule.ts';

type Details = Pick<CostPlan, 'lines' | 'funding' | 'rule' | 'policy' | 'firstDay'>;

const line = (id: string, given: Partial<CostLine> = {}): CostLine => ({
  id,
  kind: 'other',
  description: 'A line',
  planned: { net: 10_000 },
  vatTreatment: 'outside-scope',
  vatRecoverable: false,
  ...given,
});
const grant = (id: string, planned: number, actual?: number) => ({
  id,
  kind: 'grant' as const,
  description: 'A grant',
  planned,
  ...(actual === undefined ? {} : { actual }),
});
const plan: Details = {
  firstDay: '2027-09-14',
  lines: [line('venue'), line('materials')],
  funding: [],
  rule: { by: 'evenly', host: true },
  policy: usualPolicy,
};
const asOf = '2027-03-31';

describe('what a cohort costs', () => {
  test('line by line: VAT by its treatment or as on the invoice; what is not recovered is shared', () => {
    const lines = [
      line('venue', { planned: { net: 10_003 }, vatTreatment: 'standard', vatRecoverable: true }),
      line('heating', { planned: { net: 10_003 }, vatTreatment: 'reduced' }),
      line('materials', { planned: { net: 10_000, vat: 1_500 }, vatTreatment: 'standard' }),
      line('travel', { vatTreatment: 'to-be-confirmed' }),
    ];
    const { planned, counted } = sharedCost({ ...plan, lines });
    expect(planned.lines).toEqual([
      { id: 'venue', net: 10_003, vat: 2_001, gross: 12_004, recoverable: 2_001, shared: 10_003 },
      { id: 'heating', net: 10_003, vat: 500, gross: 10_503, recoverable: 0, shared: 10_503 },
      { id: 'materials', net: 10_000, vat: 1_500, gross: 11_500, recoverable: 0, shared: 11_500 },
      { id: 'travel', net: 10_000, vat: 0, gross: 10_000, recoverable: 0, shared: 10_000 },
    ]);
    expect(planned.cost).toEqual({ net: 40_006, vat: 4_001, gross: 44_007, recoverable: 2_001, shared: 42_006 });
    expect(planned.toShare).toBe(42_006);
    expect(counted).toEqual(planned);
  });

  test('by what was paid, where that is known; and by what was planned beside it', () => {
    const lines = [
      line('venue', { actual: { net: 9_000, vat: 900 }, vatTreatment: 'standard' }),
      line('materials', { actual: { net: 0 } }),
      line('travel'),
    ];
    const { planned, counted } = sharedCost({
      ...plan,
      lines,
      funding: [grant('levy', 5_000, 4_000), grant('own', 1)],
    });
    expect([planned.cost.shared, planned.funding, planned.toShare]).toEqual([32_000, 5_001, 26_999]);
    expect([counted.cost.shared, counted.funding, counted.toShare]).toEqual([19_900, 4_001, 15_899]);
  });

  test('is never below nought, and nought where there is nothing', () => {
    expect(sharedCost({ ...plan, funding: [grant('levy', 20_001)] }).planned.toShare).toBe(0);
    expect(sharedCost({ ...plan, lines: [] }).counted).toMatchObject({ lines: [], funding: 0, toShare: 0 });
  });
});

describe('a cost plan', () => {
  test.each<[string, Partial<Details>, string[]]>([
    ['that fits together', {}, []],
    ['two lines of one id', { lines: [line('a'), line('b'), line('a')] }, ['lines.2.id']],
    ['two sources of one id', { funding: [grant('a', 1), grant('a', 1)] }, ['funding.1.id']],
    [
      'VAT where none is charged',
      {
        lines: [
          line('a', { planned: { net: 100, vat: 1 } }),
          line('b', { vatTreatment: 'exempt', actual: { net: 100, vat: 20 } }),
          line('c', { vatTreatment: 'to-be-confirmed', planned: { net: 100, vat: 20 } }),
          line('d', { planned: { net: 100, vat: 0 } }),
        ],
      },
      ['lines.0.planned.vat', 'lines.1.actual.vat', 'lines.2.planned.vat'],
    ],
    [
      'a part owed sooner than a place is free',
      { policy: { ...usualPolicy, partDaysBefore: 29 } },
      ['policy.partDaysBefore'],
    ],
    ['a part never owed', { policy: { ...usualPolicy, partDaysBefore: 28 } }, []],
    ['funding above what is planned', { funding: [grant('levy', 20_001)] }, ['funding']],
    ['funding of all that is planned', { funding: [grant('levy', 20_000)] }, []],
    ['funding above what it came to', { funding: [grant('levy', 19_000, 20_001)] }, ['funding']],
    [
      'costs that came to less than the funding',
      { lines: [line('venue', { actual: { net: 1 } })], funding: [grant('levy', 2)] },
      ['funding'],
    ],
    ['more than can be posted', { lines: [line('a', { planned: { net: 10_000_000_000 } }), line('b')] }, ['lines']],
    [
      'more than can be posted in the end',
      { lines: [line('a', { actual: { net: 10_000_000_000 } }), line('b')] },
      ['lines'],
    ],
    ['as much as can be posted', { lines: [line('a', { planned: { net: 10_000_000_000 } })] }, []],
    ['weights, one of them named twice', weighing(['org_a', 'org_b', 'org_a'], 1), ['rule.weights.2.organisation']],
    ['weights of which none is above nought', weighing(['org_a'], 0), ['rule.weights']],
    ['percentages that are a hundred', sharing('org_a', 'org_b'), []],
    ['percentages that are less', sharing('org_a'), ['rule.percentages']],
    [
      'percentages that are more, one of them named twice',
      sharing('org_a', 'org_b', 'org_a'),
      ['rule.percentages.2.organisation', 'rule.percentages'],
    ],
    ['the highest price of a place', { rule: { by: 'fixed-price', price: 66_666_666 } }, []],
    ['a price above that', { rule: { by: 'fixed-price', price: 66_666_667 } }, ['rule.price']],
  ])('%s: told by its fields', (_name, given, fields) => {
    expect(costPlanErrors({ ...plan, ...given }).map(({ field }) => field)).toEqual(fields);
  });
});

function weighing(organisations: readonly string[], otherwise: number): Partial<Details> {
  const weights = organisations.map((one) => ({ organisation: one, weight: 0, asOf }));
  return { rule: { by: 'weights', host: true, weights, otherwise } };
}

function sharing(...organisations: readonly string[]): Partial<Details> {
  const percentages = organisations.map((organisation) => ({ organisation, hundredths: 5_000 }));
  return { rule: { by: 'percentages', percentages } };
}
