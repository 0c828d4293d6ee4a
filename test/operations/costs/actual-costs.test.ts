import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { recordActualCosts } from '../../../shared/costs/record-actual-costs.ts';
import { setVatTreatment } from '../../../shared/costs/set-vat-treatment.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { openCostPlans, type CostPlansTable } from '../../support/cost-plans.ts';
import { londonLines } from '../../support/costs.ts';

const clock = movableClock();
let at: CostPlansTable;
let costs: CostPlansTable['costs'];
let host: string;
let trust: string;
let council: string;

beforeAll(async () => {
  at = await openCostPlans(clock);
  ({ costs, host, trust, council } = at);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });

describe('what things came to, and VAT', () => {
  const record = async (cohort: Cohort, seen: number, what: Readonly<Record<string, unknown>>) =>
    await recordActualCosts.perform(costs.changing(host, seen), { cohort: cohort.id, ...what });
  const treat = async (cohort: Cohort, seen: number, customer: string, treatment: string) =>
    await setVatTreatment.perform(costs.changing(host, seen), { cohort: cohort.id, customer, treatment });

  test('is recorded line by line, at any time; what is not named stays, and null takes back', async () => {
    const cohort = await at.given();
    const lines = [{ id: 'venue', actual: { net: 900_000 }, reference: 'INV-1' }];
    const once = await record(cohort, 1, { lines });
    expect(once).toMatchObject({ version: 2, shared: 2_858_333, planned: { shared: 2_918_333 } });
    expect(await record(cohort, 1, { lines })).toEqual(once);
    expect(once.lines?.[0]).toEqual({ ...londonLines[0], actual: { net: 900_000 }, reference: 'INV-1' });
    const vat = { id: 'facilitator', vatTreatment: 'standard', vatRecoverable: false };
    const later = await record(cohort, 2, { lines: [{ id: 'venue', actual: null }, vat] });
    expect(later).toMatchObject({ version: 3, shared: 2_918_333 + 365_000 });
    expect(later.lines?.[0]).toEqual({ ...londonLines[0], reference: 'INV-1' });
    const field = (name: string) => ({ code: 'request.invalid', details: { fields: [{ field: name }] } });
    await expect(record(cohort, 3, { lines: [{ id: 'boat' }] })).rejects.toMatchObject(field('lines.0.id'));
    const twice = [{ id: 'venue' }, { id: 'venue' }];
    await expect(record(cohort, 3, { lines: twice })).rejects.toMatchObject(field('lines.1.id'));
    await expect(record(cohort, 3, { funding: [{ id: 'levy' }] })).rejects.toMatchObject(field('funding.0.id'));
    await expect(record(cohort, 2, { lines })).rejects.toEqual(refused('request.stale'));
  });

  test('is treated as finance chooses, partner by partner; each sees its own', async () => {
    const cohort = await at.given();
    await at.toldOf(cohort);
    expect((await treat(cohort, 1, trust, 'standard')).treatments).toEqual({ [trust]: 'standard' });
    expect((await costs.get(cohort, trust)).treatment).toBe('standard');
    expect((await costs.get(cohort, council)).treatment).toBe('to-be-confirmed');
    expect((await treat(cohort, 2, trust, 'to-be-confirmed')).treatments).toEqual({});
    expect(await at.toldOf(cohort)).toEqual([
      ['cost.planned', [host]],
      ['cost.planned', [host]],
    ]);
    for (const customer of [host, 'org_0000000']) {
      await expect(treat(cohort, 3, customer, 'exempt')).rejects.toMatchObject({
        code: 'request.invalid',
        details: { fields: [{ field: 'customer' }] },
      });
    }
    const lead = contextOf(at.table, clock, personOf(host), { expectedVersion: 3 });
    const byLead = setVatTreatment.perform(lead, { cohort: cohort.id, customer: trust, treatment: 'exempt' });
    await expect(byLead).rejects.toEqual(refused('actor.not-allowed'));
    const unplanned = await at.unplanned();
    await expect(treat(unplanned, 1, trust, 'exempt')).rejects.toEqual(refused('cost.not-found'));
    await expect(record(unplanned, 1, {})).rejects.toEqual(refused('cost.not-found'));
  });
});
