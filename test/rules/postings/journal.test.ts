import { describe, expect, test } from '@jest/globals';
import { inPounds, journalLinesOf, type Entered } from '../../../shared/postings/journal.ts';

const [host, trust] = ['org_host000', 'org_trust00'];
const entered = (facts: Partial<Entered> = {}): Entered => {
  return { creditor: host, debtor: trust, entry: 'posting', date: '2027-09-07', net: 10_001, vat: 2000, ...facts };
};
const brief = (facts: Partial<Entered>, organisation: string) =>
  journalLinesOf(entered(facts), organisation).map(({ debit, credit, net, vat }) => [debit, credit, net, vat]);

const [receivables, payables] = ['Receivables from other organisations', 'Payables to other organisations'];
const [recharges, costs] = ['Recharges of shared programme costs', 'Shared programme costs'];

describe('the lines of a journal', () => {
  test('of what is owed: the same amount at both organisations, each in its own accounts', () => {
    expect(journalLinesOf(entered(), host)).toEqual([
      {
        date: '2027-09-07',
        entry: 'posting',
        side: 'receivable',
        debit: receivables,
        credit: recharges,
        counterparty: trust,
        net: 10_001,
        vat: 2000,
      },
    ]);
    expect(journalLinesOf(entered(), trust)).toMatchObject([
      { side: 'payable', debit: costs, credit: payables, counterparty: host, net: 10_001, vat: 2000 },
    ]);
  });

  test('of what is taken back: the other way round, and never below nought', () => {
    const back = { entry: 'reversal' as const, net: -10_001, vat: -2000 };
    expect(brief(back, host)).toEqual([[recharges, receivables, 10_001, 2000]]);
    expect(brief(back, trust)).toEqual([[payables, costs, 10_001, 2000]]);
  });

  test('of what is accrued, and of its reversal', () => {
    expect(brief({ entry: 'accrual', net: 500, vat: 0 }, host)).toEqual([['Accrued income', recharges, 500, 0]]);
    expect(brief({ entry: 'accrual', net: 500, vat: 0 }, trust)).toEqual([[costs, 'Accrued expenses', 500, 0]]);
    const back = { entry: 'accrual-reversal' as const, net: -500, vat: 0 };
    expect(brief(back, host)).toEqual([[recharges, 'Accrued income', 500, 0]]);
    expect(brief(back, trust)).toEqual([['Accrued expenses', costs, 500, 0]]);
  });

  test('one each where net and VAT go in different directions, and none of nothing', () => {
    expect(brief({ net: 100, vat: -20 }, host)).toEqual([
      [receivables, recharges, 100, 0],
      [recharges, receivables, 0, 20],
    ]);
    expect(brief({ net: 0, vat: 20 }, host)).toEqual([[receivables, recharges, 0, 20]]);
    expect(brief({ net: 0, vat: 0 }, host)).toEqual([]);
  });

  test.each([
    [0, '0.00'],
    [7, '0.07'],
    [291_834, '2918.34'],
    [10_000_000_000, '100000000.00'],
  ])('amounts are pounds: %d pence', (pence, pounds) => {
    expect(inPounds(pence)).toBe(pounds);
  });
});
