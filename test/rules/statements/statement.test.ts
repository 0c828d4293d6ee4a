import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ageingOf, ageOf } from '../../../shared/statements/ageing.ts';
import { reminderDueAt } from '../../../shared/statements/reminder.ts';
import { hashOfLines } from '../../../shared/statements/statement-hash.ts';
import { statementLineSchema, type StatementLine } from '../../../shared/statements/statement-line.ts';
import { mayBecome, statementStatuses, statementSteps } from '../../../shared/statements/statement-states.ts';
import { totalsOf } from '../../../shared/statements/statement.ts';
import { stated } from '../../support/statements.ts';

const line = (facts: Partial<StatementLine> = {}): StatementLine =>
  statementLineSchema.parse({ ...stated({ tickets: [3] }), id: 'pst_0123456789abcdef', ...facts });

describe('the hash of lines', () => {
  test('is what jq and sha256sum make of the same lines, as docs/recipes.md tells it', () => {
    const share = line({
      creditor: 'org_0123456',
      debtor: 'org_6543210',
      cohort: 'coh_0123456789ab',
      cause: 'coh_0123456789ab.1.7.cohort.frozen',
      tickets: [3, 11],
      net: 608_334,
      vat: 121_667,
      treatment: 'standard',
    });
    const reversal = line({
      ...share,
      id: 'pst_fedcba9876543210',
      reason: 'reversal',
      cause: share.id,
      tickets: [],
      net: -608_334,
      vat: -121_667,
      effectiveOn: '2027-09-30',
      reverses: share.id,
      because: 'disputed',
      at: '2027-09-30T12:00:00.000Z',
    });
    expect(hashOfLines([share, reversal])).toBe('af180387223a72bd9afe81df52204b65d098cf99d21f54c08adc453d0de69cc9');
    expect(hashOfLines([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
  });

  test('does not depend on the order of a line’s fields, and on everything else', () => {
    const lines = [line(), line({ id: 'pst_1123456789abcdef', reverses: 'pst_0123456789abcdef' })];
    const turned = lines.map((one) => statementLineSchema.parse(one));
    const backwards = turned.map((one) => Object.fromEntries(Object.entries(one).reverse()));
    expect(hashOfLines(backwards.map((one) => statementLineSchema.parse(one)))).toBe(hashOfLines(lines));
    const others = [
      [line()],
      [...lines].reverse(),
      [line({ net: 100_001 }), ...lines.slice(1)],
      [line({ vat: 1 }), ...lines.slice(1)],
      [line({ treatment: 'exempt' }), ...lines.slice(1)],
      [line({ tickets: [4] }), ...lines.slice(1)],
      [line({ effectiveOn: '2027-09-08' }), ...lines.slice(1)],
      [line({ because: 'other' }), ...lines.slice(1)],
    ];
    expect(new Set([lines, ...others].map(hashOfLines)).size).toBe(others.length + 1);
  });
});

test('totals add up to the penny, under each treatment and together', () => {
  const amount = fc.integer({ min: -10_000_000_000, max: 10_000_000_000 });
  const treatment = fc.constantFrom(
    ...(['outside-scope', 'exempt', 'standard', 'reduced', 'to-be-confirmed'] as const),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ net: amount, vat: amount, treatment })), (lines) => {
      const { net, vat, gross, vatByTreatment, ...counted } = totalsOf(lines);
      expect(counted).toEqual({ lines: lines.length });
      const exact = (of: 'net' | 'vat') => lines.reduce((sum, one) => sum + BigInt(one[of]), 0n);
      expect([BigInt(net), BigInt(vat), BigInt(gross)]).toEqual([
        exact('net'),
        exact('vat'),
        exact('net') + exact('vat'),
      ]);
      expect(vatByTreatment.reduce((sum, one) => sum + one.net + one.vat, 0)).toBe(gross);
      expect(vatByTreatment.map((one) => one.treatment).sort()).toEqual(
        [...new Set(lines.map((one) => one.treatment))].sort(),
      );
    }),
    { numRuns: 200 },
  );
});

describe('ageing', () => {
  test.each([
    ['2027-10-31', 'notDue'],
    ['2027-10-30', 'days1To30'],
    ['2027-10-01', 'days1To30'],
    ['2027-09-30', 'days31To60'],
    ['2027-09-01', 'days31To60'],
    ['2027-08-31', 'days61To90'],
    ['2027-08-02', 'days61To90'],
    ['2027-08-01', 'over90Days'],
  ])('what was due on %s is %s on 31 October, though the clocks change that day', (dueOn, age) => {
    expect(ageOf(dueOn, '2027-10-31')).toBe(age);
  });

  test('loses nothing: the ages add up to the total, the organisations to all', () => {
    const day = fc
      .integer({ min: 0, max: 400 })
      .map((days) => new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10));
    const statement = fc.record({
      counterparty: fc.constantFrom('org_a', 'org_b', 'org_c'),
      dueOn: day,
      gross: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(statement), day, (open, today) => {
        const { counterparties, all } = ageingOf(open, today);
        const gross = open.reduce((sum, one) => sum + one.gross, 0);
        expect(all.total).toBe(gross);
        for (const { total, notDue, days1To30, days31To60, days61To90, over90Days } of [all, ...counterparties]) {
          expect(notDue + days1To30 + days31To60 + days61To90 + over90Days).toBe(total);
        }
        expect(counterparties.reduce((sum, { total }) => sum + total, 0)).toBe(gross);
      }),
      { numRuns: 200 },
    );
  });
});

describe('when it is reminded of a statement', () => {
  const facts = { issuedOn: '2027-10-04', dueOn: '2027-11-03', gross: 1, status: 'issued' } as const;

  test.each([
    ['2027-11-03', '2027-10-26T23:00:00.000Z'],
    ['2027-10-18', '2027-10-10T23:00:00.000Z'],
    ['2027-10-14', '2027-10-08T23:00:00.000Z'],
    ['2027-10-05', '2027-10-04T23:00:00.000Z'],
    ['2028-01-02', '2027-12-26T00:00:00.000Z'],
  ])('due on %s: at %s', (dueOn, instant) => {
    expect(reminderDueAt({ ...facts, dueOn })?.toISOString()).toBe(instant);
  });

  test('never of nought, of what is settled, or twice', () => {
    expect(reminderDueAt({ ...facts, gross: 0 })).toBeUndefined();
    expect(reminderDueAt({ ...facts, status: 'settled' })).toBeUndefined();
    expect(reminderDueAt({ ...facts, reminded: true })).toBeUndefined();
    expect(reminderDueAt({ ...facts, gross: -1 })).toBeDefined();
  });
});

test('from agreed no way leads back, and to agreed none from what is under dispute', () => {
  expect(statementStatuses.filter((to) => mayBecome('agreed', to))).toEqual(['settled']);
  expect(statementStatuses.filter((to) => mayBecome('settled', to))).toEqual([]);
  expect(statementStatuses.filter((from) => mayBecome(from, 'agreed'))).toEqual(['issued', 'answered']);
  expect(statementSteps.filter(({ from }) => from === undefined)).toHaveLength(1);
});
