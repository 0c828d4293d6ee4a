import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { actorId, type Role } from '../../../shared/context.ts';
import { findPurchaseOrder } from '../../../shared/costs/find-purchase-order.ts';
import { getPurchaseOrder } from '../../../shared/costs/get-purchase-order.ts';
import { proposeSharingRule } from '../../../shared/costs/propose-sharing-rule.ts';
import { setBuyingRules } from '../../../shared/costs/set-buying-rules.ts';
import { setPurchaseOrder } from '../../../shared/costs/set-purchase-order.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { costsOn } from '../../support/costs.ts';
import { givenNamedOrganisation } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

type Set = Readonly<Partial<Record<'purchaseOrder' | 'costCentre', string>>>;

const clock = movableClock();
let at: PlacesTable;
let costs: ReturnType<typeof costsOn>;
let [host, trust, council] = ['', '', ''];

beforeAll(async () => {
  at = await openPlaces(clock);
  costs = costsOn(at.table, clock);
  host = await givenNamedOrganisation(at.table, clock, 'host');
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  council = await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
const set = async ({ id: cohort }: Cohort, organisation: string, seen: number, order: Set) =>
  await setPurchaseOrder.perform(costs.changing(organisation, seen), { cohort, ...order });
const seen = async ({ id: cohort }: Cohort, organisation: string) =>
  await getPurchaseOrder.perform(costs.as(organisation), { cohort });
/** Somebody in one role only. */
const as = (organisation: string, role: Role, expectedVersion?: number) =>
  contextOf(at.table, clock, personOf(organisation, [role]), { expectedVersion, idempotencyKey: undefined });

describe('what an organisation orders on a cohort', () => {
  test('is set anew each time, by the version seen, and answered again to who repeats it', async () => {
    const cohort = await at.given({ host });
    expect(await seen(cohort, trust)).toEqual({ cohort: cohort.id, version: 0 });
    const order = { purchaseOrder: 'PO-20417', costCentre: 'C4711' };
    const first = await set(cohort, trust, 0, order);
    const by = actorId(costs.as(trust).actor);
    const facts = { cohort: cohort.id, by, at: clock.now().toISOString() };
    expect(first).toEqual({ ...facts, ...order, version: 1 });
    expect(await set(cohort, trust, 0, order)).toEqual(first);
    await expect(set(cohort, trust, 0, { purchaseOrder: 'PO-1' })).rejects.toEqual(refused('request.stale'));
    expect(await seen(cohort, trust)).toEqual(first);
    expect(await set(cohort, trust, 1, { costCentre: 'C1' })).toEqual({ ...facts, costCentre: 'C1', version: 2 });
    expect(await set(cohort, trust, 2, {})).toEqual({ ...facts, version: 3 });
  });

  test('of two who set it at once only one does; control: without the condition on the version both would', async () => {
    for (const isGuarded of [true, false]) {
      const cohort = await at.given({ host });
      const hurried = {
        ...at.table,
        put: async (...[item, onlyIf]: Parameters<typeof at.table.put>) => {
          if (item['written'] !== undefined) await set(cohort, trust, 0, { purchaseOrder: 'PO-1' });
          return await at.table.put(item, isGuarded ? onlyIf : undefined);
        },
      };
      const asked = { cohort: cohort.id, purchaseOrder: 'PO-2' };
      const actor = personOf(trust, ['finance'], 'another');
      const second = contextOf(hurried, clock, actor, { expectedVersion: 0, idempotencyKey: undefined });
      const setting = setPurchaseOrder.perform(second, asked);
      if (isGuarded) await expect(setting).rejects.toEqual(refused('request.stale'));
      else await setting;
      expect(await seen(cohort, trust)).toMatchObject({ purchaseOrder: isGuarded ? 'PO-1' : 'PO-2' });
    }
  });

  test('is for its finance and leads, on a cohort that it can see, and nobody else’s to see or to hear of', async () => {
    const cohort = await at.given({ host, sharedWith: [trust] });
    await at.told(cohort);
    for (const role of ['finance', 'programme-lead', 'administrator'] as const) {
      const { version } = await getPurchaseOrder.perform(as(trust, role), { cohort: cohort.id });
      const asked = { cohort: cohort.id, purchaseOrder: `PO of ${role}`, costCentre: 'C4711' };
      await setPurchaseOrder.perform(as(trust, role, version), asked);
    }
    for (const role of ['manager', 'staff'] as const) {
      const denied = refused('actor.not-allowed');
      const asked = { cohort: cohort.id };
      await expect(setPurchaseOrder.perform(as(trust, role, 3), asked)).rejects.toEqual(denied);
      await expect(getPurchaseOrder.perform(as(trust, role), asked)).rejects.toEqual(denied);
    }
    expect(await seen(cohort, host)).toEqual({ cohort: cohort.id, version: 0 });
    await expect(seen(cohort, council)).rejects.toEqual(refused('cohort.not-found'));
    await expect(set(cohort, council, 0, {})).rejects.toEqual(refused('cohort.not-found'));
    expect(await at.told(cohort)).toEqual([]);
  });

  test('has bounds, and none of it is empty', async () => {
    const cohort = await at.given({ host });
    for (const [field, most] of [
      ['purchaseOrder', 60],
      ['costCentre', 40],
    ] as const) {
      for (const wrong of ['  ', 'x'.repeat(most + 1)]) {
        const invalid = { code: 'request.invalid', details: { fields: [{ field }] } };
        await expect(set(cohort, trust, 0, { [field]: wrong })).rejects.toMatchObject(invalid);
      }
    }
    const longest = { purchaseOrder: 'x'.repeat(60), costCentre: 'x'.repeat(40) };
    expect(await set(cohort, trust, 0, longest)).toMatchObject(longest);
  });
});

describe('a purchase order that is set', () => {
  test('counts instead of those that came with claims, which count again once it is taken away', async () => {
    const cohort = await at.given({ host });
    await at.claim(cohort, trust, { purchaseOrder: 'PO-7' });
    await at.claim(cohort, trust, { purchaseOrder: 'PO-1' });
    expect(await seen(cohort, trust)).toMatchObject({ claimed: 'PO-1, PO-7', version: 0 });
    expect(await set(cohort, trust, 0, { purchaseOrder: 'PO-9' })).toMatchObject({ claimed: 'PO-1, PO-7' });
    const found = async (organisation: string) => await findPurchaseOrder(at.table, cohort.id, organisation);
    expect(await found(trust)).toBe('PO-9');
    expect(await found(council)).toBeUndefined();
    await set(cohort, trust, 1, { costCentre: 'C4711' });
    expect(await found(trust)).toBe('PO-1, PO-7');
  });

  test('is good for claims where the organisation’s own rules ask for one; control: taken away, it is not', async () => {
    const cohort = await at.given({ host });
    await costs.set(cohort, 0);
    const rule = { by: 'fixed-price', price: 150_000 };
    await proposeSharingRule.perform(costs.changing(host, 1), { cohort: cohort.id, rule });
    await setBuyingRules.perform(costs.changing(council, 0), { purchaseOrderFrom: 1 });
    const needed = refused('claim.purchase-order-needed');
    await expect(at.claim(cohort, council)).rejects.toEqual(needed);
    await set(cohort, council, 0, { purchaseOrder: 'PO-9' });
    await at.claim(cohort, council);
    await set(cohort, council, 1, { costCentre: 'C4711' });
    await expect(at.claim(cohort, council)).rejects.toEqual(needed);
  });
});
