import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { costHistory, freezeIn, type CostHistory } from '../../../shared/costs/cost-history.ts';
import { nextStep, type Freeze, type Posted, type Step } from '../../../shared/costs/posting-steps.ts';
import type { RecordedChange } from '../../../shared/events/recorded-changes.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';

const host = 'org_0000000';
const partners = ['org_aaaaaaa', 'org_bbbbbbb', 'org_ccccccc'] as const;
const policy = { freeDaysBefore: 28, partDaysBefore: 14, partPercent: 50, unattendedPercent: 100 };
const firstDay = '2027-09-14';
/** The freeze date is a week before the first day. */
const freezeDays = 7;

/** What is recorded of a cohort, as its history has it: one change after the other, each with what it announced. */
function recorded(
  ...events: readonly (readonly [type: string, at: string, data: Record<string, unknown>])[]
): RecordedChange[] {
  return events.map(([type, at, data], index) => {
    const aggregateVersion = index + 1;
    const facts = { version: 1, aggregate: 'coh_1', aggregateVersion, audience: [host] };
    const event = { id: `coh_1.1.${String(aggregateVersion)}.${type}`, type, at, ...facts, data };
    return { aggregate: 'LEDGER', version: aggregateVersion, events: [event] };
  });
}
const created = ['cohort.created', '2027-06-01T09:00:00.000Z', { firstDay }] as const;
const planned = (
  shared: number,
  at = '2027-06-01T10:00:00.000Z',
  treatments: Record<string, string> = {},
  by = 'places',
) => ['cost.planned', at, { shared, firstDay, rule: { by, host: false }, policy, treatments }] as const;
const confirmed = (organisation: string, tickets: number[], at = '2027-07-01T09:00:00.000Z') =>
  ['place.confirmed', at, { organisation, tickets }] as const;
const givenBack = (organisation: string, tickets: number[], at: string) =>
  ['place.given-back', at, { organisation, tickets }] as const;

const afterAll = new Date('2027-12-01T00:00:00.000Z');
const historyOf = (changes: readonly RecordedChange[]) => costHistory('coh_1', host, changes);

/** Makes every step there is to make, with the accounts closed as `through` says of each. */
function postAll(
  history: CostHistory,
  freeze: Freeze,
  from: Posted,
  through: (step: number) => string | undefined,
): Step[] {
  const steps: Step[] = [];
  let posted = from;
  for (;;) {
    const step = nextStep(history, freeze, posted, through(posted.steps + 1));
    if (step === undefined) return steps;
    steps.push(step);
    posted = step;
  }
}
const nothing = (freeze: Freeze): Posted => ({ changes: freeze.changes, steps: 0, shares: [] });
const postingsOf = (steps: readonly Step[]) => steps.flatMap(({ postings }) => postings);
function allPostings(
  changes: readonly RecordedChange[],
  through: (step: number) => string | undefined = () => undefined,
) {
  const history = historyOf(changes);
  const freeze = freezeIn(history, freezeDays, afterAll);
  return freeze === undefined ? [] : postingsOf(postAll(history, freeze, nothing(freeze), through));
}
const brief = ({ debtor, net, vat, reason, tickets, effectiveOn, period }: NewPosting) =>
  [debtor, net, vat, reason, tickets, effectiveOn, period] as const;

describe('postings', () => {
  const story = [created, planned(1_000_01), confirmed(partners[0], [1, 2]), confirmed(partners[1], [3])] as const;

  test('are none before the freeze date, and then the shares', () => {
    const history = historyOf(recorded(...story));
    expect(freezeIn(history, freezeDays, new Date('2027-09-06T22:59:59.000Z'))).toBeUndefined();
    expect(freezeIn(history, freezeDays, new Date('2027-09-06T23:00:00.000Z'))).toEqual({
      at: '2027-09-06T23:00:00.000Z',
      changes: 4,
    });
    const posted = allPostings(recorded(...story)).map(brief);
    expect(posted.map(([debtor, , vat, ...others]) => [debtor, vat, ...others])).toEqual([
      [partners[0], 0, 'share', [1, 2], '2027-09-07', '2027-09'],
      [partners[1], 0, 'share', [3], '2027-09-07', '2027-09'],
    ]);
    expect(posted.reduce((sum, [, net]) => sum + net, 0)).toBe(1_000_01);
  });

  test('are differences after that, each with its own cause and day', () => {
    const late = [
      givenBack(partners[1], [3], '2027-09-10T09:00:00.000Z'),
      confirmed(partners[2], [4], '2027-09-11T09:00:00.000Z'),
      planned(900_00, '2027-10-02T09:00:00.000Z'),
      planned(900_00, '2027-10-05T09:00:00.000Z', { [partners[0]]: 'standard' }),
    ] as const;
    const posted = allPostings(recorded(...story, ...late)).slice(2);
    // A place that was given back late owes all of itself, so that this alone changes nothing; who takes it takes it over.
    expect(posted.map(brief)).toEqual([
      [partners[1], -333_34, 0, 'places-changed', [4], '2027-09-11', '2027-09'],
      [partners[2], 333_34, 0, 'places-changed', [4], '2027-09-11', '2027-09'],
      [partners[0], -66_67, 0, 'costs-changed', [1, 2], '2027-10-02', '2027-10'],
      [partners[2], -33_34, 0, 'costs-changed', [4], '2027-10-02', '2027-10'],
      [partners[0], 0, 120_00, 'vat-settled', [1, 2], '2027-10-05', '2027-10'],
    ]);
    expect(new Set(posted.map(({ cause }) => cause)).size).toBe(3);
  });

  test('take back all under one treatment of VAT, and make it anew under another', () => {
    const treated = (treatment: string, at: string) => planned(300_00, at, { [partners[0]]: treatment });
    const changes = recorded(
      created,
      treated('standard', '2027-06-01T10:00:00.000Z'),
      confirmed(partners[0], [1]),
      treated('reduced', '2027-10-01T10:00:00.000Z'),
    );
    expect(allPostings(changes).map(({ net, vat, treatment }) => [net, vat, treatment])).toEqual([
      [300_00, 60_00, 'standard'],
      [-300_00, -60_00, 'standard'],
      [300_00, 15_00, 'reduced'],
    ]);
  });

  test('go into the next open period, with their true day, once their own is closed', () => {
    const closed = allPostings(recorded(...story), () => '2027-10').map(brief);
    expect(closed.map(([, , , , , effectiveOn, period]) => [effectiveOn, period])).toEqual([
      ['2027-09-07', '2027-11'],
      ['2027-09-07', '2027-11'],
    ]);
  });

  test('are of nobody when the cohort is cancelled, and take back what was posted', () => {
    const changes = recorded(...story, ['cohort.cancelled', '2027-09-12T09:00:00.000Z', {}]);
    const sums = Map.groupBy(allPostings(changes), ({ debtor }) => debtor);
    for (const of of sums.values()) expect(of.reduce((sum, { net }) => sum + net, 0)).toBe(0);
  });

  test('for more organisations than one transaction takes are made in several steps', () => {
    const many = Array.from({ length: 45 }, (_, index) => `org_m${String(index).padStart(6, '0')}`);
    const changes = recorded(created, planned(45_000), ...many.map((one, index) => confirmed(one, [index + 1])));
    const history = historyOf(changes);
    const freeze = freezeIn(history, freezeDays, afterAll);
    if (freeze === undefined) throw new Error('The freeze date has not come');
    const steps = postAll(history, freeze, nothing(freeze), () => undefined);
    expect(steps.map(({ postings }) => postings.length)).toEqual([20, 20, 5]);
    expect(new Set(postingsOf(steps).map(({ debtor, net }) => `${debtor} ${String(net)}`)).size).toBe(45);
    expect(postingsOf(steps).every(({ net }) => net === 1000)).toBe(true);
  });
});

/** A life of a cohort at random: places come and go, pass on, costs and VAT change. */
const lives = fc
  .array(
    fc.record({
      what: fc.constantFrom('confirm', 'confirm', 'confirm', 'give-back', 'pass-on', 'plan', 'treat', 'attend'),
      who: fc.integer({ min: 0, max: 2 }),
      amount: fc.integer({ min: 0, max: 5_000_000 }),
      by: fc.constantFrom('places', 'evenly'),
      day: fc.integer({ min: 0, max: 120 }),
    }),
    { maxLength: 25 },
  )
  .map((happenings) => {
    const events: (readonly [string, string, Record<string, unknown>])[] = [created, planned(1_000_00)];
    const places = new Map<number, string>();
    let next = 1;
    const treatments = new Map<string, string>();
    for (const { what, who, amount, by, day } of [...happenings].sort((one, other) => one.day - other.day)) {
      const at = new Date(Date.parse('2027-07-01T09:00:00.000Z') + day * 86_400_000).toISOString();
      const partner = partners[who] ?? host;
      const own = [...places].find(([, holder]) => holder === partner)?.[0];
      if (what === 'confirm') {
        places.set(next, partner);
        events.push(confirmed(partner, [next], at));
        next += 1;
      } else if (what === 'plan') events.push(planned(amount, at, Object.fromEntries(treatments), by));
      else if (what === 'treat') {
        treatments.set(partner, amount % 2 === 0 ? 'standard' : 'exempt');
        events.push(planned(amount, at, Object.fromEntries(treatments)));
      } else if (own === undefined) continue;
      else if (what === 'give-back') {
        places.delete(own);
        events.push(givenBack(partner, [own], at));
      } else if (what === 'pass-on') {
        const to = partners[(who + 1) % 3] ?? host;
        places.set(own, to);
        events.push(['place.passed-on', at, { from: partner, to, tickets: [own] }]);
      } else events.push(['place.attended', at, { ticket: own, session: '1-1', attendance: 'none' }]);
    }
    return recorded(...events);
  });

describe('whatever happens to a cohort', () => {
  test('what was posted adds up, for each organisation, to its share at the end', () => {
    fc.assert(
      fc.property(lives, (changes) => {
        const history = historyOf(changes);
        const shares = new Map(history.sharesAfter(history.causes.length).map((share) => [share.organisation, share]));
        const sums = Map.groupBy(allPostings(changes), ({ debtor }) => debtor);
        for (const partner of partners) {
          const { net, vat } = shares.get(partner) ?? { net: 0, vat: 0 };
          const posted = sums.get(partner) ?? [];
          expect(posted.reduce((sum, one) => sum + one.net, 0)).toBe(net);
          expect(posted.reduce((sum, one) => sum + one.vat, 0)).toBe(vat);
        }
      }),
      { numRuns: 300, seed: 20270401 },
    );
  });

  /**
   * Makes postings as a consumer does that at each turn knows the beginning of the records alone, and may be cut off after any
   * step; with the closes as they were at each step.
   */
  function postInTurns(
    changes: readonly RecordedChange[],
    turns: readonly number[],
    closes: readonly string[],
  ): Step[] {
    const made: Step[] = [];
    const whole = historyOf(changes);
    const freeze = freezeIn(whole, freezeDays, afterAll);
    if (freeze === undefined) return [];
    let posted = nothing(freeze);
    for (const turn of [...turns, changes.length]) {
      const known = historyOf(changes.slice(0, Math.max(freeze.changes, turn)));
      const step = nextStep(known, freeze, posted, closes[posted.steps]);
      if (step === undefined) continue;
      made.push(step);
      posted = step;
    }
    return [...made, ...postAll(whole, freeze, posted, (step) => closes[step - 1])];
  }

  const turns = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 30 });
  const closes = fc
    .array(fc.constantFrom('2027-08', '2027-09', '2027-10', '2027-11'), { maxLength: 40 })
    .map((some) => [...some].sort());

  test('the same postings to the byte are made from the records again, with the closes as they were', () => {
    fc.assert(
      fc.property(lives, turns, closes, (changes, order, through) => {
        const once = JSON.stringify(allPostings(changes, (step) => through[step - 1]));
        expect(JSON.stringify(postingsOf(postInTurns(changes, order, through)))).toBe(once);
      }),
      { numRuns: 300, seed: 20270402 },
    );
  });

  test('control: a consumer that forgets after which change it posted last is found out', () => {
    const forgetful = (changes: readonly RecordedChange[]) => {
      const history = historyOf(changes);
      const freeze = freezeIn(history, freezeDays, afterAll);
      if (freeze === undefined) return [];
      const [first, ...rest] = postAll(history, freeze, nothing(freeze), () => undefined);
      if (first === undefined || rest.length === 0) return [];
      return [first, ...postAll(history, freeze, { ...nothing(freeze), steps: 1 }, () => undefined)];
    };
    const differs = fc.sample(lives, { numRuns: 50, seed: 3 }).filter((changes) => {
      const once = allPostings(changes);
      const again = postingsOf(forgetful(changes));
      return again.length > 0 && JSON.stringify(again) !== JSON.stringify(once);
    });
    expect(differs.length).toBeGreaterThan(10);
  });
});
