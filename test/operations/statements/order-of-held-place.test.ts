import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { setPurchaseOrder } from '../../../shared/costs/set-purchase-order.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { releasePerson } from '../../../shared/places/release-person.ts';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import { exportStatement } from '../../../shared/statements/export-statement.ts';
import { getStatement } from '../../../shared/statements/get-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { printStatement } from '../../../shared/statements/print-statement.ts';
import { movableClock } from '../../support/context.ts';
import { lineOf } from '../../support/costs.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenPerson } from '../../support/people.ts';
import { freeze, openShares, type SharesTable } from '../../support/shares.ts';

const clock = movableClock('2027-07-01T09:00:00.000Z');
let at: SharesTable;

beforeAll(async () => {
  at = await openShares(clock);
});
afterAll(async () => {
  await at.close();
});

/** A cohort that costs £1,000.00, one place of which is held for the trust; the trust has named somebody on it. */
async function givenHeld() {
  const programme = await givenProgramme(at.table, clock, at.host);
  const held = [{ organisation: at.trust, places: 1, until: '2027-08-10' }];
  const cohort = await createCohort.perform(at.as(at.host), { ...createCohort.example, programme, held });
  const lines = [lineOf('venue', 'venue', 100_000)];
  await at.costs.set(cohort, 0, { rule: { by: 'places', host: false }, lines, costCentre: 'H9' });
  await openCohort.perform(at.as(at.host), { cohort: cohort.id });
  const person = await givenPerson(at.table, clock, at.trust, 'HELD', { staffGroup: 'managers' });
  const release = { cohort: cohort.id, person, backfill: 'not-needed' };
  await releasePerson.perform(at.as(at.trust), release);
  await namePlace.perform(at.as(at.trust), { cohort: cohort.id, ticket: 1, person });
  return cohort;
}

test('the purchase order of a place that was held, and hence never claimed, is on its statement and in both journals', async () => {
  const cohort = await givenHeld();
  const order = async (seen: number, purchaseOrder: string) => {
    const asked = { cohort: cohort.id, purchaseOrder, costCentre: 'T1' };
    await setPurchaseOrder.perform(at.costs.changing(at.trust, seen), asked);
  };
  await order(0, 'PO-20417');
  clock.moveTo(freeze);
  await at.consumed(cohort);
  clock.moveTo('2027-10-04T09:00:00.000Z');
  await closePeriod.perform(at.costs.as(at.host), { period: '2027-09' });
  const issued = await issueStatement.perform(at.costs.as(at.host), { debtor: at.trust, period: '2027-09' });
  const purchaseOrders = [{ cohort: cohort.id, reference: 'PO-20417' }];
  expect(issued).toMatchObject({ net: 100_000, purchaseOrders });
  const of = { statement: issued.id };
  const printed = async () => (await printStatement.perform(at.costs.as(at.trust), of)).content;
  const told = await printed();
  expect(told).toContain('PO-20417');
  expect((await exportStatement.perform(at.costs.as(at.trust), of)).content).toContain(',PO-20417,');

  const journal = async (organisation: string) => {
    const { content } = await exportJournal.perform(at.costs.as(organisation), { period: '2027-09' });
    return z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true }));
  };
  const line = { gross: '1000.00', purchaseOrder: 'PO-20417', statement: issued.number };
  const days = { cohortFrom: '2027-09-14', cohortTo: '2027-09-14' };
  expect(await journal(at.trust)).toMatchObject([{ side: 'payable', costCentre: 'T1', ...line, ...days }]);
  expect(await journal(at.host)).toMatchObject([{ side: 'receivable', costCentre: 'H9', ...line, ...days }]);
  expect(told).not.toContain('T1');

  // Another one comes too late for it, and what was issued can still be agreed to.
  await order(1, 'PO-20418');
  expect(await printed()).toBe(told);
  expect((await getStatement.perform(at.costs.as(at.trust), of)).purchaseOrders).toEqual(purchaseOrders);
  const agreeing = agreeStatement.perform(at.costs.as(at.trust), { ...of, hash: issued.hash });
  await expect(agreeing).resolves.toMatchObject({ status: 'agreed' });
});
