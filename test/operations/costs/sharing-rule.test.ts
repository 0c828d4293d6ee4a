import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import type { Context } from '../../../shared/context.ts';
import { agreeSharingRule } from '../../../shared/costs/agree-sharing-rule.ts';
import { declineSharingRule } from '../../../shared/costs/decline-sharing-rule.ts';
import { restateCostPlan } from '../../../shared/costs/costs-events.ts';
import { findCharges } from '../../../shared/costs/find-charges.ts';
import { findCostPlan } from '../../../shared/costs/find-cost-plan.ts';
import { proposeSharingRule } from '../../../shared/costs/propose-sharing-rule.ts';
import { withdrawSharingRule } from '../../../shared/costs/withdraw-sharing-rule.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { openCostPlans, type CostPlansTable } from '../../support/cost-plans.ts';
import { givenProgramme } from '../../support/given.ts';

const clock = movableClock();
const byPlaces = { by: 'places', host: true };
const evenly = { by: 'evenly', host: true };
const hostBearsAll = { by: 'fixed-price', price: 0 };
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
const propose = async (cohort: Cohort, seen: number, rule: unknown = byPlaces) =>
  await proposeSharingRule.perform(costs.changing(host, seen), { cohort: cohort.id, rule });
const agree = async (cohort: Cohort, organisation: string, proposal: string, context?: Context) =>
  await agreeSharingRule.perform(context ?? costs.as(organisation), { cohort: cohort.id, proposal });
const decline = async (cohort: Cohort, organisation: string, proposal: string) =>
  await declineSharingRule.perform(costs.as(organisation), { cohort: cohort.id, proposal, reason: 'costs-more' });
const withdraw = async (cohort: Cohort, proposal: string) =>
  await withdrawSharingRule.perform(costs.as(host), { cohort: cohort.id, proposal });
const nameIn = ({ proposed }: { proposed?: { proposal: string } | undefined }) => proposed?.proposal ?? '';

describe('another rule for an open cohort', () => {
  test('holds when all who have a confirmed place have agreed; each is told what concerns it', async () => {
    const cohort = await at.given();
    for (const organisation of [trust, council, host]) await at.claim(cohort, organisation);
    await at.toldOf(cohort);
    const proposal = nameIn(await propose(cohort, 1));
    expect(await costs.get(cohort, trust)).toMatchObject({
      rule: hostBearsAll,
      proposed: { proposal, rule: byPlaces, isAgreed: false },
    });
    expect(await agree(cohort, trust, proposal)).toMatchObject({ rule: hostBearsAll, proposed: { isAgreed: true } });
    expect((await agree(cohort, trust, proposal)).version).toBe(3);
    expect((await costs.get(cohort, host)).proposed).toMatchObject({ agreed: [host, trust], declined: [] });
    expect((await costs.get(cohort, council)).proposed).not.toHaveProperty('agreed');
    const changed = await agree(cohort, council, proposal);
    expect(changed).toMatchObject({ rule: byPlaces, version: 4 });
    expect(changed).not.toHaveProperty('proposed');
    expect(await agree(cohort, trust, proposal)).toEqual(await costs.get(cohort, trust));
    const all = [host, trust, council].toSorted();
    const told = (await at.toldOf(cohort)).map(([type, audience]) => [
      type,
      audience === 'all' ? audience : audience.toSorted(),
    ]);
    expect(told).toEqual([
      ['cost.rule-proposed', all],
      ['cost.rule-agreed', [host, trust].toSorted()],
      ['cost.rule-agreed', [host, council].toSorted()],
      ['cost.rule-changed', all],
      ['cost.planned', [host]],
    ]);
    expect(await costs.set(cohort, 4, { rule: byPlaces })).toMatchObject({ version: 5 });
  });

  test('holds at once where nobody but the host has a place; who waits has no say, and is told', async () => {
    const cohort = await at.given({ capacity: 1 });
    await at.claim(cohort, host);
    await at.claim(cohort, trust);
    await at.toldOf(cohort);
    const changed = await propose(cohort, 1);
    expect(changed).toMatchObject({ rule: byPlaces, version: 2 });
    expect(await propose(cohort, 1)).toEqual(changed);
    expect(await at.toldOf(cohort)).toEqual([
      ['cost.rule-changed', [host, trust]],
      ['cost.planned', [host]],
    ]);
  });

  test('is declined with a reason, which the host sees; who has declined may agree after all', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    const proposal = nameIn(await propose(cohort, 1));
    await at.toldOf(cohort);
    await decline(cohort, trust, proposal);
    expect((await decline(cohort, trust, proposal)).version).toBe(3);
    expect((await costs.get(cohort, host)).proposed?.declined).toEqual([{ organisation: trust, reason: 'costs-more' }]);
    expect(await at.toldOf(cohort)).toEqual([['cost.rule-declined', [trust, host]]]);
    expect(await agree(cohort, trust, proposal)).toMatchObject({ rule: byPlaces });
  });

  test('is withdrawn, and replaced by another with no agreement left', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    await at.claim(cohort, council);
    const first = nameIn(await propose(cohort, 1));
    await agree(cohort, trust, first);
    const second = nameIn(await propose(cohort, 3, evenly));
    expect(second).not.toBe(first);
    await expect(agree(cohort, council, first)).rejects.toEqual(refused('cost.no-proposal'));
    expect((await costs.get(cohort, host)).proposed?.agreed).toEqual([host]);
    await at.toldOf(cohort);
    await withdraw(cohort, second);
    expect((await withdraw(cohort, second)).version).toBe(5);
    expect(await at.toldOf(cohort)).toEqual([['cost.rule-withdrawn', [host, ...[trust, council].toSorted()]]]);
    await expect(agree(cohort, trust, second)).rejects.toEqual(refused('cost.no-proposal'));
    // The same words once more are another proposal: an old agreement that comes late does not count for it.
    expect(nameIn(await propose(cohort, 5, evenly))).not.toBe(second);
  });

  test('holds when the last who had not agreed has given back, once the host proposes the same anew', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    const { places } = await at.claim(cohort, council);
    const proposal = nameIn(await propose(cohort, 1));
    await agree(cohort, trust, proposal);
    await at.giveBack(
      cohort,
      council,
      places.map(({ ticket }) => ticket),
    );
    // Nothing is owed for it, as is known once it is recorded.
    await at.toldOf(cohort);
    expect(await propose(cohort, 3)).toMatchObject({ rule: byPlaces, version: 4 });
  });

  test('asks also those who owe for places that they gave back late, and tells them', async () => {
    const cohort = await at.given();
    const started = clock.now().toISOString();
    try {
      const { places } = await at.claim(cohort, trust, { quantity: 2 });
      clock.moveTo('2027-08-24T09:00:00.000Z');
      const [early, late] = places.map(({ ticket }) => ticket);
      if (early === undefined || late === undefined) throw new Error('There are two');
      await at.giveBack(cohort, trust, [early, late]);
      // While that is not recorded, and no plan either, nobody knows what is owed by whom.
      await expect(propose(cohort, 1)).rejects.toEqual(refused('request.busy'));
      await at.toldOf(cohort);
      const proposal = nameIn(await propose(cohort, 1));
      expect(await at.toldOf(cohort)).toEqual([['cost.rule-proposed', [host, trust]]]);
      expect((await costs.get(cohort, host)).rule).toEqual(hostBearsAll);
      await expect(agree(cohort, council, proposal)).rejects.toEqual(refused('cost.not-asked'));
      // Two others take its places: it owes nothing any more, and they are asked instead.
      await at.claim(cohort, council, { quantity: 2 });
      await at.toldOf(cohort);
      await expect(agree(cohort, trust, proposal)).rejects.toEqual(refused('cost.not-asked'));
      expect(await agree(cohort, council, proposal)).toMatchObject({ rule: byPlaces });
    } finally {
      clock.moveTo(started);
    }
  });

  test('makes nobody owe by another policy who gave its place back in time, be it before there was a plan', async () => {
    const cohort = await at.unplanned();
    const { places } = await at.claim(cohort, trust);
    await at.giveBack(
      cohort,
      trust,
      places.map(({ ticket }) => ticket),
    );
    await at.toldOf(cohort);
    await costs.set(cohort, 0);
    await at.toldOf(cohort);
    const policy = { freeDaysBefore: 730, partDaysBefore: 730, partPercent: 100, unattendedPercent: 100 };
    const proposing = { cohort: cohort.id, rule: byPlaces, policy };
    expect(await proposeSharingRule.perform(costs.changing(host, 1), proposing)).toMatchObject({ policy });
    await at.toldOf(cohort);
    expect(await findCharges(at.table, cohort)).toMatchObject({ charges: [] });
  });

  test('asks who gave a place up just now, of whom it is not recorded yet what it owes', async () => {
    const cohort = await at.given();
    const { places } = await at.claim(cohort, trust);
    await at.toldOf(cohort);
    const tickets = places.map(({ ticket }) => ticket);
    await at.giveBack(cohort, trust, tickets);
    const proposal = nameIn(await propose(cohort, 1));
    expect((await costs.get(cohort, host)).rule).toEqual(hostBearsAll);
    expect(await agree(cohort, trust, proposal)).toMatchObject({ rule: byPlaces });
  });

  test('is told anew, where what happened was lost, to those to whom it was told', async () => {
    const cohort = await at.given();
    const restated = async () => {
      const plan = await findCostPlan(at.table, cohort.id);
      if (plan === undefined) throw new Error('It has a plan');
      return restateCostPlan(plan).map(({ type, audience, data }) => [type, audience, data['proposal']]);
    };
    expect(await restated()).toEqual([['cost.restated', [host], undefined]]);
    await at.claim(cohort, trust);
    const proposal = nameIn(await propose(cohort, 1));
    expect(await restated()).toEqual([
      ['cost.restated', [host], undefined],
      ['cost.rule-restated', [host, trust], proposal],
    ]);
  });

  test('is refused to who is not asked, for a draft, one that is cancelled, and the rule that holds', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    await expect(propose(cohort, 1, hostBearsAll)).rejects.toEqual(refused('request.invalid'));
    await expect(propose(cohort, 2)).rejects.toEqual(refused('request.stale'));
    const proposal = nameIn(await propose(cohort, 1));
    await expect(agree(cohort, council, proposal)).rejects.toEqual(refused('cost.not-asked'));
    await expect(decline(cohort, host, proposal)).rejects.toEqual(refused('cost.not-asked'));
    const lead = contextOf(at.table, clock, personOf(trust));
    await expect(agree(cohort, trust, proposal, lead)).rejects.toEqual(refused('actor.not-allowed'));
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(agree(cohort, trust, proposal)).rejects.toEqual(refused('cohort.already-ended'));
    const programme = await givenProgramme(at.table, clock, host);
    const draft = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
    const early = { cohort: draft.id, rule: byPlaces };
    const proposing = async (seen: number) => await proposeSharingRule.perform(costs.changing(host, seen), early);
    await expect(proposing(1)).rejects.toEqual(refused('cost.not-found'));
    await costs.set(draft, 0, { rule: evenly });
    await expect(proposing(1)).rejects.toEqual(refused('cohort.not-open'));
  });

  test('all may agree at the same moment: each counts once, and the last makes it hold', async () => {
    const cohort = await at.given();
    await at.claim(cohort, trust);
    await at.claim(cohort, council);
    const proposal = nameIn(await propose(cohort, 1));
    await Promise.all([trust, council, trust].map(async (one) => await agree(cohort, one, proposal)));
    expect(await costs.get(cohort, host)).toMatchObject({ rule: byPlaces, version: 4 });
  });

  test('somebody claims as the last agrees: it waits for them; control: without the check it would hold', async () => {
    const claimedFirst = (cohort: Cohort, guarded: boolean): Table => {
      let isClaimed = false;
      return {
        ...openTable(at.database.client, at.database.name),
        transact: async (writes) => {
          if (!isClaimed) await at.claim(cohort, council);
          isClaimed = true;
          return await at.table.transact(guarded ? writes : writes.filter((write) => !('holds' in write)));
        },
      };
    };
    for (const guarded of [true, false]) {
      const cohort = await at.given();
      await at.claim(cohort, trust);
      const proposal = nameIn(await propose(cohort, 1));
      const racing = contextOf(claimedFirst(cohort, guarded), clock, personOf(trust, ['finance']));
      await agree(cohort, trust, proposal, racing);
      expect((await costs.get(cohort, host)).rule).toEqual(guarded ? hostBearsAll : byPlaces);
    }
  });

  test('one that is overtaken again and again answers request.busy', async () => {
    const cohort = await at.given();
    const busy: Table = {
      ...openTable(at.database.client, at.database.name),
      transact: async () => await Promise.resolve(false),
    };
    const context = contextOf(busy, clock, personOf(host, ['finance']), { expectedVersion: 1 });
    const proposing = proposeSharingRule.perform(context, { cohort: cohort.id, rule: byPlaces });
    await expect(proposing).rejects.toEqual(refused('request.busy'));
  });
});
