import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { copyCohort } from '../../../shared/cohorts/copy-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import type { Role } from '../../../shared/context.ts';
import { findCostPlan } from '../../../shared/costs/find-cost-plan.ts';
import { getCostPlan } from '../../../shared/costs/get-cost-plan.ts';
import { setCostPlan } from '../../../shared/costs/set-cost-plan.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { costsOn, lineOf, londonLines } from '../../support/costs.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const [host, trust, stranger] = ['host', 'trust', 'stranger'].map(organisationNamed);
if (host === undefined || trust === undefined || stranger === undefined) throw new Error('There are three');
const byPlaces = { by: 'places' as const, host: true };
const evenly = { by: 'evenly' as const, host: true };
const hostBearsAll = { by: 'fixed-price', price: 0 };
let at: PlacesTable;
let costs: ReturnType<typeof costsOn>;
let programme: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  costs = costsOn(at.table, clock);
  programme = await givenProgramme(at.table, clock, host);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
/** A draft of the host's for 14 September 2027. */
const draft = async () => await createCohort.perform(at.as(host), { ...createCohort.example, programme });
const open = async ({ id }: { id: string }) => await openCohort.perform(at.as(host), { cohort: id });

describe('the cost plan of a draft', () => {
  test('is made at version 0, with its sums, and told to the host alone: amounts and ids', async () => {
    const cohort = await draft();
    const made = await costs.set(cohort, 0, {
      rule: byPlaces,
      lines: [{ ...londonLines[0], vatTreatment: 'standard' }, ...londonLines.slice(1)],
      funding: [{ id: 'levy', kind: 'levy', description: 'Apprenticeship levy', planned: 100_000, reference: 'L-1' }],
    });
    const sums = { net: 2_918_333, vat: 192_000, gross: 3_110_333, recoverable: 0, funding: 100_000 };
    expect(made).toMatchObject({ version: 1, isFixed: false, shared: 3_010_333, rule: byPlaces });
    expect(made.planned).toEqual({ ...sums, shared: 3_010_333 });
    expect(made.amounts).toEqual([
      { id: 'venue', vat: 192_000, gross: 1_152_000, recoverable: 0 },
      { id: 'facilitator', vat: 0, gross: 1_825_000, recoverable: 0 },
      { id: 'materials', vat: 0, gross: 133_333, recoverable: 0 },
    ]);
    expect(made.policy).toEqual({ freeDaysBefore: 28, partDaysBefore: 14, partPercent: 50, unattendedPercent: 100 });
    expect(await costs.get(cohort, host)).toEqual(made);
    const told = (await at.told(cohort)).filter(({ type }) => type.startsWith('cost.'));
    expect(told.map(({ type, audience }) => [type, audience])).toEqual([['cost.planned', [host]]]);
    expect(told[0]?.data).toEqual({
      cohort: cohort.id,
      host,
      firstDay: cohort.firstDay,
      rule: byPlaces,
      policy: made.policy,
      lines: [
        { id: 'venue', pence: 1_152_000 },
        { id: 'facilitator', pence: 1_825_000 },
        { id: 'materials', pence: 133_333 },
      ],
      funding: 100_000,
      shared: 3_010_333,
      treatments: {},
    });
  });

  test('may change in everything, on condition of its version; sent twice it is one change', async () => {
    const cohort = await draft();
    await costs.set(cohort, 0, { rule: byPlaces });
    const twice = await Promise.all([1, 2].map(async () => await costs.set(cohort, 1, { rule: evenly })));
    expect(twice.map(({ version, rule }) => [version, rule])).toEqual([
      [2, evenly],
      [2, evenly],
    ]);
    await expect(costs.set(cohort, 0, { rule: byPlaces })).rejects.toEqual(refused('request.stale'));
    await expect(costs.set(cohort, 1, { rule: byPlaces })).rejects.toEqual(refused('request.stale'));
    expect(await costs.set(cohort, 2, { lines: [] })).toMatchObject({ version: 3, rule: evenly, shared: 0 });
  });

  test('is refused with its fields when it does not fit together', async () => {
    const cohort = await draft();
    const wrong = async (plan: Readonly<Record<string, unknown>>) => {
      const error: unknown = await costs.set(cohort, 0, { rule: evenly, ...plan }).catch((thrown: unknown) => thrown);
      return error;
    };
    const field = (name: string) => ({ code: 'request.invalid', details: { fields: [{ field: name }] } });
    expect(await wrong({ rule: undefined })).toMatchObject(field('rule'));
    expect(await wrong({ lines: [lineOf('a', 'venue', 1), lineOf('a', 'venue', 1)] })).toMatchObject(
      field('lines.1.id'),
    );
    const weights = [{ organisation: stranger, weight: 1, asOf: '2027-01-01' }];
    expect(await wrong({ rule: { by: 'weights', weights, otherwise: 1 } })).toMatchObject(
      field('rule.weights.0.organisation'),
    );
    const percentages = [{ organisation: stranger, hundredths: 10_000 }];
    expect(await wrong({ rule: { by: 'percentages', percentages } })).toMatchObject(
      field('rule.percentages.0.organisation'),
    );
    await expect(costs.get(cohort, host)).rejects.toEqual(refused('cost.not-found'));
  });

  test('is its host’s alone, and of its finance and leads', async () => {
    const cohort = await draft();
    await costs.set(cohort, 0, { rule: evenly });
    await expect(costs.get(cohort, trust)).rejects.toEqual(refused('cohort.not-found'));
    const staff = contextOf(at.table, clock, personOf(host, ['administrator', 'manager', 'staff']));
    await expect(setCostPlan.perform(staff, { cohort: cohort.id, lines: [] })).rejects.toEqual(
      refused('actor.not-allowed'),
    );
  });
});

describe('the cost plan of a cohort that is copied', () => {
  const policy = { freeDaysBefore: 60, partDaysBefore: 30, partPercent: 40, unattendedPercent: 90 };
  const levy = { id: 'levy', kind: 'levy', description: 'Apprenticeship levy', planned: 100_000 };
  const [venue, ...others] = londonLines;
  /** With all that a plan may have, some of it known by now. */
  const planned = async () => {
    const cohort = await draft();
    const lines = [{ ...venue, costCentre: 'C-7', actual: { net: 900_000 }, reference: 'INV-1' }, ...others];
    const funding = [{ ...levy, actual: 90_000, reference: 'L-1' }];
    const booked = { costCentre: 'C-9', reference: 'Income of programmes' };
    await costs.set(cohort, 0, { rule: byPlaces, policy, fewestViable: 8, lines, funding, ...booked });
    return cohort;
  };
  const copy = async ({ id }: { id: string }, roles: readonly Role[], table: Table = at.table) => {
    const context = contextOf(table, clock, personOf(host, roles), { idempotencyKey: `copy-${id.slice(-8)}` });
    const given = { cohort: id, name: 'Spring 2028', opensAt: '2027-10-01T09:00:00Z', days: 182 };
    return await copyCohort.perform(context, given);
  };

  test('is taken along as it was planned, once, by who may plan costs; what came of it stays behind', async () => {
    const cohort = await planned();
    await open(cohort);
    await at.told(cohort);
    const made = await copy(cohort, ['programme-lead']);
    const plan = await costs.get(made, host);
    expect(plan).toMatchObject({ version: 1, isFixed: false, rule: byPlaces, policy, fewestViable: 8, treatments: {} });
    expect([plan.lines, plan.funding]).toEqual([[{ ...venue, costCentre: 'C-7' }, ...others], [levy]]);
    expect(plan).toMatchObject({ costCentre: 'C-9', reference: 'Income of programmes' });
    expect(plan.now).toEqual(plan.planned);
    expect((await at.told(made)).map(({ type }) => type)).toEqual(['cohort.created', 'cost.planned']);
    await costs.set(made, 1, { lines: [], funding: [] });
    expect(await copy(cohort, ['programme-lead'])).toEqual(made);
    expect(await costs.get(made, host)).toMatchObject({ version: 2, lines: [] });
  });

  test('is left where it is by who may not plan costs', async () => {
    const made = await copy(await planned(), ['administrator']);
    await expect(costs.get(made, host)).rejects.toEqual(refused('cost.not-found'));
  });

  test('is taken along when what was cut off is repeated; never to a cohort that was opened meanwhile', async () => {
    const stopping: Table = { ...at.table, transact: async () => await Promise.reject(new Error('cut off')) };
    for (const isOpened of [false, true]) {
      const cohort = await planned();
      await expect(copy(cohort, ['programme-lead'], stopping)).rejects.toThrow('cut off');
      const made = await copy(cohort, ['administrator']);
      if (isOpened) await open(made);
      await copy(cohort, ['programme-lead']);
      const plan = costs.get(made, host);
      if (isOpened) await expect(plan).rejects.toEqual(refused('cost.not-found'));
      else expect(await plan).toMatchObject({ version: 1, rule: byPlaces });
    }
  });
});

describe('once the cohort is open', () => {
  test('the rule and the policy stay, amounts may change; who sees the cohort sees what concerns them', async () => {
    const cohort = await draft();
    const { policy } = await costs.set(cohort, 0, { rule: byPlaces });
    await open(cohort);
    const more = [...londonLines, lineOf('travel', 'travel', 7)];
    expect(await costs.set(cohort, 1, { rule: byPlaces, lines: more })).toMatchObject({ version: 2, isFixed: true });
    await expect(costs.set(cohort, 2, { rule: evenly })).rejects.toEqual(refused('cost.rule-fixed'));
    const harsh = { ...policy, partPercent: 51 };
    await expect(costs.set(cohort, 2, { policy: harsh })).rejects.toEqual(refused('cost.rule-fixed'));
    expect(await getCostPlan.perform(costs.as(trust), { cohort: cohort.id })).toEqual({
      cohort: cohort.id,
      host,
      version: 2,
      rule: byPlaces,
      policy,
      isFixed: true,
      freezesOn: cohort.freezesOn,
      shared: 2_918_340,
      treatment: 'to-be-confirmed',
    });
  });

  test('control: it is by who the host is that the amounts of lines are shown, and by no role', async () => {
    const cohort = await draft();
    await costs.set(cohort, 0, { rule: byPlaces });
    await open(cohort);
    expect(await costs.get(cohort, trust)).not.toHaveProperty('amounts');
    const plan = await findCostPlan(at.table, cohort.id);
    if (plan === undefined) throw new Error('It has a plan');
    await at.table.put({ ...plan, host: trust });
    const { amounts } = await costs.get(cohort, trust);
    expect(amounts?.map(({ id }) => id)).toEqual(londonLines.map(({ id }) => id));
    expect(await costs.get(cohort, host)).not.toHaveProperty('amounts');
  });

  test('a first plan has the host bear all: nobody has claimed by another rule', async () => {
    const cohort = await at.given();
    await expect(costs.get(cohort, trust)).rejects.toEqual(refused('cost.not-found'));
    await expect(costs.set(cohort, 0, { rule: byPlaces })).rejects.toEqual(refused('cost.rule-fixed'));
    expect(await costs.set(cohort, 0)).toMatchObject({ version: 1, isFixed: true, rule: hostBearsAll });
    await expect(costs.set(cohort, 1, { rule: byPlaces })).rejects.toEqual(refused('cost.rule-fixed'));
  });

  test('it opens while the rule is changed: the change is refused; control: without the check it would be made', async () => {
    const openedFirst = (cohort: { id: string }, guarded: boolean): Table => ({
      ...at.table,
      transact: async (writes) => {
        await open(cohort);
        return await at.table.transact(guarded ? writes : writes.filter((write) => !('holds' in write)));
      },
    });
    for (const guarded of [true, false]) {
      const cohort = await draft();
      await costs.set(cohort, 0, { rule: byPlaces });
      const racing = contextOf(openedFirst(cohort, guarded), clock, personOf(host, ['finance']), {
        expectedVersion: 1,
      });
      const change = setCostPlan.perform(racing, { cohort: cohort.id, lines: londonLines, rule: evenly });
      if (guarded) await expect(change).rejects.toEqual(refused('cost.rule-fixed'));
      else await change;
      expect(await costs.get(cohort, trust)).toMatchObject({ rule: guarded ? byPlaces : evenly, isFixed: true });
    }
  });

  test('one that is refused again and again answers request.busy', async () => {
    const cohort = await draft();
    const busy: Table = {
      ...openTable(at.database.client, at.database.name),
      transact: async () => await Promise.resolve(false),
    };
    const context = contextOf(busy, clock, personOf(host, ['finance']), { expectedVersion: 0 });
    const change = setCostPlan.perform(context, { cohort: cohort.id, lines: [], rule: evenly });
    await expect(change).rejects.toEqual(refused('request.busy'));
  });
});

describe('from the freeze date on', () => {
  const before = '2027-09-06T22:59:00.000Z';
  const after = '2027-09-06T23:00:00.000Z';

  test('what is planned stays; what it came to, VAT and what says no amount may change', async () => {
    const cohort = await draft();
    await costs.set(cohort, 0, { rule: byPlaces, fewestViable: 8 });
    await open(cohort);
    const started = clock.now().toISOString();
    try {
      clock.moveTo(before);
      const [venue, facilitator, materials] = londonLines;
      const dearer = [{ ...venue, planned: { net: 970_000 } }, facilitator, materials];
      expect(await costs.set(cohort, 1, { lines: dearer, fewestViable: 8 })).toMatchObject({ version: 2 });
      clock.moveTo(after);
      const refusedNow = async (plan: Readonly<Record<string, unknown>>) => {
        const planned = costs.set(cohort, 2, { lines: dearer, fewestViable: 8, ...plan });
        await expect(planned).rejects.toEqual(refused('cost.frozen'));
      };
      await refusedNow({ lines: londonLines });
      await refusedNow({ lines: dearer.slice(1) });
      await refusedNow({ lines: [...dearer, lineOf('taxi', 'travel', 1)] });
      await refusedNow({ fewestViable: 9 });
      await refusedNow({ funding: [{ id: 'grant', kind: 'grant', description: 'A grant', planned: 1 }] });
      const settled = [
        { ...lineOf('taxi', 'travel', 0), actual: { net: 1_250 } },
        materials,
        { ...facilitator, actual: { net: 1_800_000 }, reference: 'INV-7' },
        { ...venue, planned: { net: 970_000 }, vatTreatment: 'exempt' },
      ];
      const funding = [{ id: 'grant', kind: 'grant', description: 'A grant', planned: 0, actual: 50_000 }];
      const now = await costs.set(cohort, 2, { lines: settled, funding, fewestViable: 8 });
      expect(now).toMatchObject({ shared: 2_854_583, planned: { shared: 2_928_333 } });
    } finally {
      clock.moveTo(started);
    }
  });

  test('also of a cohort that is cancelled its costs may be recorded', async () => {
    const cohort = await at.given();
    await costs.set(cohort, 0);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    expect(await costs.set(cohort, 1, { lines: [] })).toMatchObject({ version: 2 });
  });
});
