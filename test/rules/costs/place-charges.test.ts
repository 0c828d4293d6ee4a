import { describe, expect, test } from '@jest/globals';
import { chargesOf, type PlaceFact } from '../../../shared/costs/place-charges.ts';
import { usualPolicy } from '../../../shared/costs/sharing-rule.ts';
import { firstDay, happens, nothingYet, randomPolicy } from './random-places.ts';
import { seededChance, sharers } from './random-shares.ts';

const claimed = '2027-05-03T10:00:00.000Z';
/** Two weeks before 14 September and the day before that: the last on which a place owes a half. */
const late = '2027-08-31T10:00:00.000Z';
const confirmed = (organisation: string, ...tickets: number[]): PlaceFact => ({
  kind: 'confirmed',
  organisation,
  tickets,
  at: claimed,
});
const gone = (
  organisation: string,
  ticket: number,
  at = late,
  how: 'given-back' | 'released' | 'lapsed' = 'given-back',
) => ({ kind: 'gone', how, organisation, tickets: [ticket], at }) as const;
const noted = (ticket: number, session: string, attendance: 'full' | 'partial' | 'none') =>
  ({ kind: 'attended', ticket, session, attendance }) as const;
const held = (organisation: string, ticket: number) => ({ organisation, ticket, percent: 100, why: 'held' });
const ended = (organisation: string, ticket: number, percent = 50) => ({
  organisation,
  ticket,
  percent,
  why: 'given-back',
});
const charged = (facts: readonly PlaceFact[], policy = usualPolicy) => chargesOf(facts, policy, firstDay);

describe('what places owe', () => {
  test('all, while they are held; nothing, when they only waited', () => {
    expect(charged([confirmed('a', 3, 1), gone('b', 2, late, 'lapsed')])).toEqual({
      charges: [held('a', 1), held('a', 3)],
      taken: [],
      cancelled: false,
      firstDay,
    });
  });

  test.each([
    ['in the last second of the last free day, British Summer Time', '2027-08-17T22:59:59.999Z', []],
    ['in the first of the next', '2027-08-17T23:00:00.000Z', [ended('a', 1)]],
    ['in the last second in which it owes a part', '2027-08-31T22:59:59.999Z', [ended('a', 1)]],
    ['in the first in which it owes all', '2027-08-31T23:00:00.000Z', [ended('a', 1, 100)]],
    ['after the first day', '2027-10-01T09:00:00.000Z', [ended('a', 1, 100)]],
  ])('a place that is given back %s', (_name, at, charges) => {
    expect(charged([confirmed('a', 1), gone('a', 1, at)]).charges).toEqual(charges);
  });

  test('a place that was released owes as one that was given back', () => {
    const [charge] = charged([confirmed('a', 1), gone('a', 1, late, 'released')]).charges;
    expect(charge).toEqual({ ...ended('a', 1), why: 'released' });
  });

  test('what was taken by another owes nothing, the oldest first, whoever it was', () => {
    const leaving = [confirmed('a', 1), confirmed('b', 2), gone('a', 1), gone('b', 2)];
    expect(charged(leaving).charges).toEqual([ended('a', 1), ended('b', 2)]);
    expect(charged([...leaving, confirmed('c', 3)])).toMatchObject({
      charges: [ended('b', 2), held('c', 3)],
      taken: [{ ticket: 1, by: 3 }],
    });
    expect(charged([...leaving, confirmed('a', 3)]).charges).toEqual([ended('a', 1), held('a', 3)]);
    expect(charged([...leaving, confirmed('c', 3, 4)]).charges).toEqual([held('c', 3), held('c', 4)]);
  });

  test('who comes back for its own place owes for one, not for two', () => {
    expect(charged([confirmed('a', 1), gone('a', 1), confirmed('a', 2)]).charges).toEqual([held('a', 2)]);
  });

  test('what is told twice takes one place, not two', () => {
    const facts = [confirmed('a', 1), confirmed('b', 2), gone('a', 1), gone('b', 2), confirmed('c', 3)];
    expect(charged([...facts, confirmed('c', 3), gone('a', 1)]).charges).toEqual([ended('b', 2), held('c', 3)]);
  });

  test('by the first day as it was known when the place ended', () => {
    const moved = { kind: 'moved', firstDay: '2027-10-05' } as const;
    const facts = [confirmed('a', 1, 2), gone('a', 1), moved, gone('a', 2)];
    expect(charged(facts)).toMatchObject({ charges: [ended('a', 1)], firstDay: '2027-10-05' });
  });

  test('nothing, when the cohort was cancelled', () => {
    const facts = [confirmed('a', 1, 2), gone('a', 1), { kind: 'cancelled' as const }];
    expect(charged(facts)).toMatchObject({ charges: [], cancelled: true });
  });

  test('what a successor takes over it owes for, the places that had ended too', () => {
    const facts = [confirmed('a', 1, 2, 3), confirmed('b', 4), gone('a', 1)];
    const passed = { kind: 'passed-on', from: 'a', to: 'z', tickets: [2, 9] } as const;
    expect(charged([...facts, passed]).charges).toEqual([
      { ...ended('z', 1), first: 'a' },
      { ...held('z', 2), first: 'a' },
      held('a', 3),
      held('b', 4),
    ]);
    // From one to the next: it stays known for whom it was confirmed.
    const on = { kind: 'passed-on', from: 'z', to: 'b', tickets: [2] } as const;
    const charges = charged([...facts, passed, on]).charges.slice(0, 2);
    expect(charges).toEqual([
      { ...ended('b', 1), first: 'a' },
      { ...held('b', 2), first: 'a' },
    ]);
  });

  test('of a place of which no session was attended, what the policy says; a session that was attended makes it whole', () => {
    const policy = { ...usualPolicy, unattendedPercent: 60 };
    const facts = [confirmed('a', 1, 2), noted(1, '1-1', 'none'), noted(1, '1-2', 'none'), noted(7, '1-1', 'none')];
    const unattended = { organisation: 'a', ticket: 1, percent: 60, why: 'unattended' };
    expect(charged(facts, policy).charges).toEqual([unattended, held('a', 2)]);
    expect(charged([...facts, noted(1, '1-3', 'partial')], policy).charges).toEqual([held('a', 1), held('a', 2)]);
    expect(charged([...facts, noted(1, '1-2', 'full')], policy).charges).toEqual([held('a', 1), held('a', 2)]);
  });

  test('what is missing when places are told anew owes nothing; what is new is charged, and takes nothing off', () => {
    const facts = [confirmed('a', 1), confirmed('b', 2, 3), gone('a', 1)];
    const restated = { kind: 'restated', organisation: 'b', confirmed: [3, 4] } as const;
    expect(charged([...facts, restated]).charges).toEqual([
      expect.objectContaining({ organisation: 'a', ticket: 1, why: 'given-back' }),
      held('b', 3),
      held('b', 4),
    ]);
  });
});

test('in 200 random histories nobody owes for more places than there are, and each that ended late owes or was taken', () => {
  const chance = seededChance(9);
  for (let history = 0; history < 200; history += 1) {
    const policy = { ...randomPolicy(chance), partPercent: 1 + chance(100) };
    let recorded = nothingYet(1 + chance(12));
    for (let step = 0; step < 40; step += 1) {
      recorded = happens(recorded, chance, sharers.slice(0, 5), true);
      if (step % 8 > 0) continue;
      expect(charged(recorded.facts, policy).charges.length).toBeLessThanOrEqual(recorded.capacity);
    }
    const { charges, taken } = charged(recorded.facts, policy);
    const isHeld = ({ why }: { why: string }) => why === 'held' || why === 'unattended';
    expect(charges.filter(isHeld).map(({ ticket }) => ticket)).toEqual([...recorded.held.keys()]);
    const owing = new Set(charges.filter((charge) => !isHeld(charge)).map(({ ticket }) => ticket));
    const freed = new Set(taken.map(({ ticket }) => ticket));
    expect(freed.size).toBe(taken.length);
    expect([...owing].filter((ticket) => freed.has(ticket))).toEqual([]);
    for (const { ticket, by } of taken) expect(by).toBeGreaterThan(ticket);
    // A place that ended and neither owes nor was taken ended while it was free.
    let first = firstDay;
    for (const fact of recorded.facts) {
      if (fact.kind === 'moved') first = fact.firstDay;
      if (fact.kind !== 'gone') continue;
      const days = (Date.parse(first) - Date.parse(londonDay(fact.at))) / 86_400_000;
      const isLate = days < policy.freeDaysBefore;
      for (const ticket of fact.tickets) expect(owing.has(ticket) || freed.has(ticket)).toBe(isLate);
    }
  }
});

/** The day of an instant as a clock in London shows it. */
function londonDay(at: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date(at));
}

test('of each sort there are 150 charges at most, whatever was recorded', () => {
  const many = Array.from({ length: 400 }, (_, index) => index + 1);
  expect(charged([confirmed('a', ...many)]).charges).toHaveLength(150);
});
