import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { freezeIn } from '../../../shared/costs/cost-history.ts';
import { nextStep, type Step } from '../../../shared/costs/posting-steps.ts';
import { adjustmentOf, objectionToRemaining } from '../../../shared/postings/adjustment.ts';
import type { NewPosting } from '../../../shared/postings/posting.ts';
import { reversalOf } from '../../../shared/postings/reversal.ts';
import type { RecordedChange } from '../../../shared/events/recorded-changes.ts';
import {
  host,
  partners,
  freezeDays,
  recorded,
  created,
  opened,
  planned,
  confirmed,
  givenBack,
  afterAll,
  historyOf,
  postAll,
  nothing,
  postingsOf,
  allPostings,
} from './recorded-costs.ts';

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
    const events: (readonly [string, string, Record<string, unknown>])[] = [created, planned(1_000_00), opened];
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

  /** What finance decided: of which posting of how many, what remains of it, and the last month that was closed then. */
  const decisions = fc.array(
    fc.record({
      which: fc.nat(40),
      remains: fc.integer({ min: -2_000_000, max: 2_000_000 }),
      through: fc.constantFrom('2027-09', '2027-12'),
    }),
    { maxLength: 8 },
  );
  type Decisions = typeof decisions extends fc.Arbitrary<infer Value> ? Value : never;

  /** The postings with those that put some of them right: decisions, which are recorded and never worked out. */
  function putRight(postings: readonly NewPosting[], decided: Decisions): NewPosting[] {
    const all = [...postings].sort((one, other) => (one.id < other.id ? -1 : 1));
    const reversed = new Set<string>();
    for (const { which, remains, through } of decided) {
      const posting = all[which % Math.max(1, all.length)];
      if (posting === undefined || reversed.has(posting.id)) continue;
      reversed.add(posting.id);
      const how = { effectiveOn: posting.effectiveOn, because: 'disputed' as const, at: '2028-01-04T09:00:00.000Z' };
      const reversal = reversalOf(posting, how, through);
      all.push(reversal);
      if (posting.reason === 'reversal' || objectionToRemaining(remains, posting) !== undefined) continue;
      all.push(adjustmentOf(posting, reversal, { net: remains, firstDay: '2027-09-14' }));
    }
    return all;
  }

  test('and with the reversals and what remained, as they were decided, all postings are the same to the byte', () => {
    let adjustments = 0;
    fc.assert(
      fc.property(lives, turns, decisions, (changes, order, decided) => {
        const once = putRight(allPostings(changes), decided);
        adjustments += once.filter(({ reason }) => reason === 'adjustment').length;
        const again = putRight(postingsOf(postInTurns(changes, order, [])), decided);
        expect(JSON.stringify(again)).toBe(JSON.stringify(once));
      }),
      { numRuns: 200, seed: 20270403 },
    );
    expect(adjustments).toBeGreaterThan(50);
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
