import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeByItself } from '../../../shared/change.ts';
import { orderReplaced } from '../../../shared/costs/buying-items.ts';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { getPeriods } from '../../../shared/postings/get-periods.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import type { Succession } from '../../../shared/successions/succession.ts';
import { keys } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPostings, type PostingsTable } from '../../support/postings.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const heir = organisationNamed('heir');
let at: PostingsTable;

beforeAll(async () => {
  at = await openPostings(clock);
});
afterAll(async () => {
  await at.close();
});

let groups = 0;
/** An organisation that the heir has succeeded, or is about to. */
async function givenPredecessor(status: Succession['status']): Promise<string> {
  groups += 1;
  const organisation = organisationNamed(`predecessor ${String(groups)}`);
  const change = changeByItself(status, clock.now());
  const facts = { organisation, successor: heir, on: '2027-01-01', status, request: 'given', version: 1, change };
  await at.table.put({ ...keys.succession(organisation), ...facts });
  return organisation;
}

describe('who has succeeded an organisation', () => {
  test('acts for it as the one that is owed, and is told of it', async () => {
    const predecessor = await givenPredecessor('done');
    const posting = await at.given({ creditor: predecessor });
    const { id, debtor, period } = posting;
    const asked = { counterparty: debtor, side: 'owed-to-us', period, predecessor };
    const { items } = await listPostings.perform(at.as(heir), asked);
    expect(items.map((one) => one.id)).toEqual([id]);
    expect((await at.explain(heir, posting)).posting.id).toBe(id);
    const { content } = await exportJournal.perform(at.as(heir), { period, predecessor });
    expect(content).toContain(id);
    expect(await closePeriod.perform(at.as(heir), { period: '2026-12', predecessor })).toMatchObject({
      through: '2026-12',
    });
    expect(await getPeriods.perform(at.as(heir), { predecessor })).toMatchObject({ through: '2026-12' });
    expect(await getPeriods.perform(at.as(heir), {})).toEqual({ closings: [] });
    await at.relay.loseAll();
    const reversal = await at.reverse(posting, { predecessor, remains: 9000 }, {}, heir);
    const remains = { net: 9000, vat: 1800 };
    expect(reversal).toMatchObject({ creditor: predecessor, period: '2027-01', remains });
    const told = await at.told();
    expect(told.map(({ audience }) => audience)).toEqual([[predecessor, debtor, heir]]);
  });

  test('acts for it as the one that owes', async () => {
    const debtor = await givenPredecessor('passing');
    const posting = await at.given({ debtor });
    const { creditor, period, cohort } = posting;
    const asked = { counterparty: creditor, side: 'owed-by-us', period, predecessor: debtor };
    expect((await listPostings.perform(at.as(heir), asked)).items).toHaveLength(1);
    expect((await at.explain(heir, posting)).posting.id).toBe(posting.id);
    // What it ordered has passed on: the journal of its debts is booked by its successor's order.
    const written = { by: 'mem_given', at: '2027-01-01T09:00:00.000Z', request: 'given' };
    const order = { organisation: heir, cohort, purchaseOrder: 'PO-20417', costCentre: 'T1', version: 1, written };
    await at.table.put(orderReplaced(order).put);
    const { content } = await exportJournal.perform(at.as(heir), { period, predecessor: debtor });
    expect(content).toContain(',T1,,PO-20417,');
  });

  test('not before the day of the succession, and nobody else', async () => {
    const [promised, succeeded] = [await givenPredecessor('accepted'), await givenPredecessor('done')];
    for (const [predecessor, by] of [
      [promised, heir],
      [succeeded, organisationNamed('stranger')],
    ] as const) {
      const posting = await at.given({ creditor: predecessor });
      const { debtor, period } = posting;
      const asked = { counterparty: debtor, side: 'owed-to-us', period, predecessor };
      const none = { code: 'organisation.not-found' };
      await expect(listPostings.perform(at.as(by), asked)).rejects.toMatchObject(none);
      await expect(exportJournal.perform(at.as(by), { period, predecessor })).rejects.toMatchObject(none);
      await expect(getPeriods.perform(at.as(by), { predecessor })).rejects.toMatchObject(none);
      await expect(closePeriod.perform(at.as(by), { period: '2026-12', predecessor })).rejects.toMatchObject(none);
      const reversed = at.reverse(posting, { predecessor }, {}, by);
      await expect(reversed).rejects.toMatchObject({ code: 'posting.not-found' });
      await expect(at.explain(by, posting)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
  });
});
