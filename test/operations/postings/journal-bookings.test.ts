import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setPurchaseOrder } from '../../../shared/costs/set-purchase-order.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { movableClock } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { openJournals, type JournalsTable } from '../../support/journals.ts';
import { parties } from '../../support/people.ts';
import { givenPosting } from '../../support/postings.ts';

const { trust, council } = parties;
const clock = movableClock('2027-11-03T09:00:00.000Z');
let at: JournalsTable;

beforeAll(async () => {
  at = await openJournals(clock);
});
afterAll(async () => {
  await at.close();
});

describe('a line of a journal', () => {
  test('books to one cost centre: the host by the plan or its lines, the debtor by its own order, each for itself', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    const shared = await cohort(['2027-09-14']);
    await forecast(shared);
    await at.relay.relayAll();
    await givenPosting(at.table, { creditor: host, cohort: shared.id, effectiveOn: '2027-09-07' });
    await at.closeMonth(host, '2027-09');
    const costs = costsOn(at.table, clock);
    const booked = async (organisation: string, counterparty: string) => {
      const rows = await at.journal(organisation, '2027-09', counterparty);
      expect(rows.map(({ entry }) => entry)).toEqual(['posting', 'accrual']);
      const cells = rows.map(({ costCentre, reference, purchaseOrder }) => [costCentre, reference, purchaseOrder]);
      expect(cells[1]).toEqual(cells[0]);
      return cells[0];
    };
    const line = { ...lineOf('venue', 'venue', 5), costCentre: 'C1', reference: 'INV-1' };
    expect(await booked(host, trust)).toEqual(['', '', '']);
    await costs.set(shared, 0, { lines: [line] });
    expect(await booked(host, trust)).toEqual(['C1', 'INV-1', '']);
    await costs.set(shared, 1, { lines: [line], costCentre: 'C9', reference: 'Income' });
    expect(await booked(host, trust)).toEqual(['C9', 'Income', '']);
    expect(await booked(trust, host)).toEqual(['', '', '']);
    const order = { cohort: shared.id, purchaseOrder: 'PO-20417', costCentre: 'T1' };
    await setPurchaseOrder.perform(costs.changing(trust, 0), order);
    expect(await booked(trust, host)).toEqual(['T1', '', 'PO-20417']);
    // The host is told of the order by a statement, and of the cost centre never.
    expect(await booked(host, trust)).toEqual(['C9', 'Income', '']);
    const ofCouncil = await at.journal(council, '2027-09', host);
    expect(ofCouncil).toMatchObject([{ entry: 'accrual', costCentre: '', reference: '', purchaseOrder: '' }]);
  });

  test('names the invoice under which a line is stated, once it is, and to the host the purchase order that it says', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    const shared = await cohort(['2027-09-14']);
    await forecast(shared);
    await at.relay.relayAll();
    const facts = { creditor: host, cohort: shared.id };
    const posting = await givenPosting(at.table, { ...facts, effectiveOn: '2027-09-07' });
    await givenPosting(at.table, { ...facts, effectiveOn: '2027-10-01', net: -1, reason: 'adjustment' });
    await givenPosting(at.table, { ...facts, debtor: council, effectiveOn: '2027-09-07' });
    await at.closeMonth(host, '2027-10');
    const stated = async (organisation: string, period: string, counterparty?: string) =>
      (await at.journal(organisation, period, counterparty)).map((row) => [row['statement'], row['purchaseOrder']]);
    expect(await stated(host, '2027-09', trust)).toEqual([['', '']]);
    const order = { cohort: shared.id, purchaseOrder: 'PO-20417' };
    const costs = costsOn(at.table, clock);
    await setPurchaseOrder.perform(costs.changing(trust, 0), order);
    const issuing = { debtor: trust, period: '2027-09' };
    const { number } = await issueStatement.perform(at.as(host), issuing);
    await issueStatement.perform(at.as(host), { ...issuing, period: '2027-10', purchaseOrder: 'PO of all' });
    await setPurchaseOrder.perform(costs.changing(trust, 1), { ...order, purchaseOrder: 'PO-20418' });
    expect(number).toBe('INV-000001');
    expect(await stated(host, '2027-09', trust)).toEqual([[number, 'PO-20417']]);
    expect(await stated(trust, '2027-09', host)).toEqual([[number, 'PO-20418']]);
    const [october, ...accrued] = await stated(host, '2027-10', trust);
    expect([october, accrued]).toEqual([['CRN-000001', 'PO-20417'], [['', '']]]);
    expect(await stated(host, '2027-09', council)).toEqual([['', '']]);
    const own = costs.changing(trust, 2);
    await setPurchaseOrder.perform(own, { cohort: shared.id });
    expect(await stated(trust, '2027-09', host)).toEqual([[number, 'PO-20417']]);
    expect(posting.period).toBe('2027-09');
  });
});
