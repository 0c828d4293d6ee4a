import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { actorId } from '../../../shared/context.ts';
import { approveSpending } from '../../../shared/costs/approve-spending.ts';
import { getApproval } from '../../../shared/costs/get-approval.ts';
import { getBuyingRules } from '../../../shared/costs/get-buying-rules.ts';
import { proposeSharingRule } from '../../../shared/costs/propose-sharing-rule.ts';
import { quotePlaces } from '../../../shared/costs/quote-places.ts';
import { setBuyingRules } from '../../../shared/costs/set-buying-rules.ts';
import { setVatTreatment } from '../../../shared/costs/set-vat-treatment.ts';
import { withdrawApproval } from '../../../shared/costs/withdraw-approval.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { findPurchaseOrder } from '../../../shared/costs/find-purchase-order.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { openCostPlans, type CostPlansTable } from '../../support/cost-plans.ts';
import { givenProgramme } from '../../support/given.ts';

const clock = movableClock();
let at: CostPlansTable;
let costs: CostPlansTable['costs'];
let host: string;
let trust: string;

beforeAll(async () => {
  at = await openCostPlans(clock);
  ({ costs, host, trust } = at);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string, facts?: Readonly<Record<string, unknown>>) =>
  expect.objectContaining({ code, ...(facts === undefined ? {} : { details: { facts } }) });
/** An open cohort of four places at £1,500.00 each, and VAT of 20 per cent for the trust. */
const given = async (facts: Partial<Cohort> = {}) => {
  const cohort = await at.given({ capacity: 4, ...facts });
  const rule = { by: 'fixed-price', price: 150_000 };
  await proposeSharingRule.perform(costs.changing(host, 1), { cohort: cohort.id, rule });
  const treatment = { cohort: cohort.id, customer: trust, treatment: 'standard' };
  await setVatTreatment.perform(costs.changing(host, 2), treatment);
  return cohort;
};
const setRules = async (organisation: string, seen: number, rules: Readonly<Record<string, unknown>>) =>
  await setBuyingRules.perform(costs.changing(organisation, seen), rules);
const approve = async ({ id: cohort }: Cohort, organisation: string, seen: number, amount: number) =>
  await approveSpending.perform(costs.changing(organisation, seen), { cohort, amount });
const withdraw = async ({ id: cohort }: Cohort, organisation: string, seen: number) =>
  await withdrawApproval.perform(costs.changing(organisation, seen), { cohort });

describe('what an organisation asks of its own people', () => {
  test('is set by its finance, read by its leads, and nobody else’s', async () => {
    const { council } = at;
    const leading = contextOf(at.table, clock, personOf(council));
    expect(await getBuyingRules.perform(leading, {})).toEqual({ version: 0 });
    const rules = { purchaseOrderFrom: 100_000, approvalFrom: 500_000 };
    expect(await setRules(council, 0, rules)).toEqual({ ...rules, version: 1 });
    expect(await setRules(council, 0, rules)).toEqual({ ...rules, version: 1 });
    await expect(setRules(council, 0, { approvalFrom: 1 })).rejects.toEqual(refused('request.stale'));
    expect(await setRules(council, 1, { approvalFrom: 1 })).toEqual({ approvalFrom: 1, version: 2 });
    expect(await getBuyingRules.perform(leading, {})).toEqual({ approvalFrom: 1, version: 2 });
    const byLead = contextOf(at.table, clock, personOf(council), { expectedVersion: 2 });
    await expect(setBuyingRules.perform(byLead, {})).rejects.toEqual(refused('actor.not-allowed'));
  });

  test('a purchase order from an amount on: with the claim, or with one before; it is found by cohort', async () => {
    const cohort = await given();
    const council = await at.joined('Council with orders');
    await setRules(council, 0, { purchaseOrderFrom: 200_000 });
    await at.claim(cohort, council);
    expect(await findPurchaseOrder(at.table, cohort.id, council)).toBeUndefined();
    const facts = { atMost: 300_000, from: 200_000 };
    await expect(at.claim(cohort, council)).rejects.toEqual(refused('claim.purchase-order-needed', facts));
    const second = { idempotencyKey: 'second' };
    const ordered = { cohort: cohort.id, purchaseOrder: 'PO-7' };
    const claimed = await claimPlace.perform(at.as(council, second), ordered);
    expect(claimed.places).toHaveLength(1);
    await at.claim(cohort, council);
    await claimPlace.perform(at.as(council), { cohort: cohort.id, purchaseOrder: 'PO-1' });
    expect(await findPurchaseOrder(at.table, cohort.id, council)).toBe('PO-1, PO-7');
    expect(await findPurchaseOrder(at.table, cohort.id, trust)).toBeUndefined();
    await setRules(council, 1, { approvalFrom: 0 });
    expect(await claimPlace.perform(at.as(council, second), ordered)).toEqual(claimed);
  });

  test('an approval up to an amount, VAT included, for all places there, those that wait too', async () => {
    const cohort = await given({ capacity: 1 });
    await setRules(trust, 0, { approvalFrom: 180_000 });
    const facts = { atMost: 180_000, from: 180_000, approved: 0 };
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('claim.approval-needed', facts));
    const [by, now] = [actorId(costs.as(trust).actor), clock.now().toISOString()];
    expect(await approve(cohort, trust, 0, 179_999)).toEqual({
      cohort: cohort.id,
      amount: 179_999,
      by,
      at: now,
      version: 1,
    });
    await expect(at.claim(cohort, trust)).rejects.toEqual(
      refused('claim.approval-needed', { ...facts, approved: 179_999 }),
    );
    await expect(approve(cohort, trust, 0, 540_000)).rejects.toEqual(refused('request.stale'));
    await approve(cohort, trust, 1, 540_000);
    await at.claim(cohort, trust, { quantity: 2 });
    await at.claim(cohort, trust);
    const approved = { atMost: 720_000, from: 180_000, approved: 540_000 };
    await expect(at.claim(cohort, trust)).rejects.toEqual(refused('claim.approval-needed', approved));
    const leading = contextOf(at.table, clock, personOf(trust));
    const standing = async () => await getApproval.perform(leading, { cohort: cohort.id });
    expect(await standing()).toMatchObject({ amount: 540_000, by, version: 2 });
    expect(await withdraw(cohort, trust, 2)).toMatchObject({ cohort: cohort.id, amount: 0, by, version: 3 });
    expect(await withdraw(cohort, trust, 2)).toEqual(await standing());
    await expect(withdraw(cohort, trust, 1)).rejects.toEqual(refused('request.stale'));
    // What was claimed stays; another organisation sees nothing of it.
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2, 3] });
    const ofHost = await getApproval.perform(costs.as(host), { cohort: cohort.id });
    expect(ofHost).toEqual({ cohort: cohort.id, amount: 0, version: 0 });
  });

  test('nothing is asked of a host for its own cohort, nor where there is no cost plan', async () => {
    const council = await at.joined('Council without plan');
    for (const organisation of [council, host]) await setRules(organisation, 0, { approvalFrom: 1 });
    await at.claim(await given(), host);
    await at.claim(await at.unplanned(), council);
  });

  test('holds everywhere a minute later', async () => {
    const council = await at.joined('Council elsewhere');
    const cohort = await given();
    const elsewhere = openTable(at.database.client, at.database.name);
    const claim = async () =>
      await claimPlace.perform(contextOf(elsewhere, clock, personOf(council)), { cohort: cohort.id });
    await claim();
    await setRules(council, 0, { approvalFrom: 1 });
    await claim();
    clock.moveBy(60_000);
    await expect(claim()).rejects.toEqual(refused('claim.approval-needed', { atMost: 450_000, from: 1, approved: 0 }));
  });

  test('two claims at one moment are not both made on one approval; control: without the condition they would be', async () => {
    const council = await at.joined('Council in a hurry');
    await setRules(council, 0, { approvalFrom: 1 });
    /** A table on which, before the first write of the ledger, another claim of the organisation is made. */
    const hurried = (cohort: Cohort, guarded: boolean): Table => {
      let isClaimed = false;
      return {
        ...at.table,
        update: async (key, change, schema) => {
          if (key.sk === 'LEDGER' && !isClaimed) {
            isClaimed = true;
            await at.claim(cohort, council);
          }
          const values = guarded ? change.values : { ...change.values, ':most': 100 };
          return await at.table.update(key, { ...change, ...(values === undefined ? {} : { values }) }, schema);
        },
      };
    };
    for (const guarded of [true, false]) {
      const cohort = await given();
      await approve(cohort, council, 0, 150_000);
      const context = contextOf(hurried(cohort, guarded), clock, personOf(council));
      const claim = claimPlace.perform(context, { cohort: cohort.id });
      const facts = { atMost: 300_000, from: 1, approved: 150_000 };
      if (guarded) await expect(claim).rejects.toEqual(refused('claim.approval-needed', facts));
      else await claim;
      expect((await at.standing(cohort)).confirmed).toHaveLength(guarded ? 1 : 2);
    }
  });

  test('a claim that is overtaken again and again by others of its own organisation is refused as busy', async () => {
    const council = await at.joined('Council in a great hurry');
    await setRules(council, 0, { approvalFrom: 1 });
    const cohort = await given({ capacity: 40 });
    await approve(cohort, council, 0, 9_000_000);
    let overtaken = 0;
    const overtaking: Table = {
      ...at.table,
      update: async (key, change, schema) => {
        if (key.sk === 'LEDGER') await at.claim(cohort, council, {}, { idempotencyKey: `hurry-${String(overtaken)}` });
        if (key.sk === 'LEDGER') overtaken += 1;
        return await at.table.update(key, change, schema);
      },
    };
    const context = contextOf(overtaking, clock, personOf(council));
    await expect(claimPlace.perform(context, { cohort: cohort.id })).rejects.toEqual(refused('request.busy'));
    expect(overtaken).toBe(8);
    expect((await at.standing(cohort)).confirmed).toHaveLength(8);
  });
});

describe('what more places would cost', () => {
  const quote = async (organisation: string, { id: cohort }: { id: string }, quantity = 1) =>
    await quotePlaces.perform(costs.as(organisation), { cohort, quantity });

  test('is told to who can see the cohort: as it stands, at the least and at the most', async () => {
    const cohort = await given();
    const none = { net: 0, vat: 0 };
    const two = { net: 300_000, vat: 60_000 };
    const priced = { ...two, more: two };
    expect(await quote(trust, cohort, 2)).toEqual({
      cohort: cohort.id,
      quantity: 2,
      treatment: 'standard',
      without: none,
      now: priced,
      least: priced,
      most: priced,
    });
    const shared = await at.unplanned({ capacity: 4 });
    await costs.set(shared, 0);
    const rule = { by: 'places', host: true };
    await proposeSharingRule.perform(costs.changing(host, 1), { cohort: shared.id, rule });
    await at.claim(shared, host);
    // Of £29,183.33: half of it now; a quarter, when all four are taken; all, when the host gives its own back in time.
    const { now, ...bounds } = await quote(trust, shared);
    expect([1_459_166, 1_459_167]).toContain(now.net);
    expect(bounds).toMatchObject({
      treatment: 'to-be-confirmed',
      without: none,
      least: { net: 729_583 },
      most: { net: 2_918_333 },
    });
  });

  test('is refused without a plan, for a draft and for a cohort that is cancelled', async () => {
    const unplanned = await at.unplanned();
    await expect(quote(trust, unplanned)).rejects.toEqual(refused('cost.not-found'));
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    await expect(quote(host, draft)).rejects.toEqual(refused('cohort.not-open'));
    await expect(quote(trust, draft)).rejects.toEqual(refused('cohort.not-found'));
    await cancelCohort.perform(at.as(host), { cohort: unplanned.id });
    await expect(quote(trust, unplanned)).rejects.toEqual(refused('cohort.already-ended'));
  });

  test('counts what is owed already for a place that was given back late, until it is taken again', async () => {
    const cohort = await given();
    await approve(cohort, trust, 0, 200_000);
    const { places } = await at.claim(cohort, trust);
    const [first] = places;
    if (first === undefined) throw new Error('It was claimed');
    const started = clock.now().toISOString();
    try {
      clock.moveTo('2027-08-18T09:00:00.000Z');
      await at.giveBack(cohort, trust, [first.ticket]);
      await at.told(cohort);
      expect(await quote(trust, cohort)).toMatchObject({
        without: { net: 75_000, vat: 15_000 },
        now: { net: 150_000, vat: 30_000, more: { net: 75_000, vat: 15_000 } },
        most: { net: 150_000 },
      });
    } finally {
      clock.moveTo(started);
    }
  });
});
