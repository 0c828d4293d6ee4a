import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  claimOf,
  cohortOf,
  countsOf,
  overdueWaits,
  placeSchema,
  placesOf,
  shortId,
  standingOf,
  type Ledger,
  type Standing,
} from '../../../shared/places/ledger.ts';
import { disagreementsIn } from '../../support/places.ts';
import { after, changesIn, histories, ledgerOf, organisations } from '../../support/random-ledgers.ts';

type StandingRule = (ledger: Ledger) => Standing;
const ticketsOf = (entries: readonly { readonly ticket: number }[]) => entries.map(({ ticket }) => ticket);
const isAscending = (tickets: readonly number[]) =>
  tickets.every((ticket, index) => index === 0 || ticket > (tickets[index - 1] ?? 0));

/** What must hold of who stands where, whatever has happened; each takes the rule that decides it. */
const properties: Readonly<Record<string, (standing: StandingRule) => fc.IProperty<[readonly Ledger[]]>>> = {
  'never more hold a place than there are, and nobody waits while one is free': (standing) =>
    fc.property(histories, (images) =>
      images.every((ledger) => {
        const { confirmed, waiting } = standing(ledger);
        return confirmed.length <= ledger.capacity && (waiting.length === 0 || confirmed.length === ledger.capacity);
      }),
    ),
  'every live entry stands somewhere, once, and nothing else does': (standing) =>
    fc.property(histories, (images) =>
      images.every((ledger) => {
        const { confirmed, waiting } = standing(ledger);
        const live = Object.values(ledger.entries).filter((ticket) => ticket > 0);
        const stand = [...ticketsOf(confirmed), ...ticketsOf(waiting)];
        return stand.length === live.length && live.every((ticket) => stand.includes(ticket));
      }),
    ),
  'first come, first served: who holds a place came before all who wait, and they wait in their order': (standing) =>
    fc.property(histories, (images) =>
      images.every((ledger) => {
        const { confirmed, waiting } = standing(ledger);
        return isAscending([...ticketsOf(confirmed), ...ticketsOf(waiting)]);
      }),
    ),
  'who holds a place keeps it until they give it back, also when the capacity changes': (standing) =>
    fc.property(histories, (images) =>
      changesIn(images).every(({ before, after: is }) => {
        if (before === undefined) return true;
        const still = new Set(ticketsOf(standing(is).confirmed));
        const back = new Set(Object.values(is.entries).filter((ticket) => ticket < 0));
        return ticketsOf(standing(before).confirmed).every((ticket) => still.has(ticket) || back.has(-ticket));
      }),
    ),
  'giving back changes nothing in the order of the others': (standing) =>
    fc.property(histories, (images) =>
      changesIn(images).every(({ before, after: is }) => {
        if (before === undefined || !['given-back', 'lapsed'].includes(is.change.type)) return true;
        const order = (ledger: Ledger) => ticketsOf([...standing(ledger).confirmed, ...standing(ledger).waiting]);
        const left = order(is);
        return order(before)
          .filter((ticket) => left.includes(ticket))
          .every((ticket, index) => ticket === left[index]);
      }),
    ),
  'a new claim stands behind all who were there: a freed place does not go back to who gave it up': (standing) =>
    fc.property(histories, (images) =>
      changesIn(images).every(({ before, after: is }) => {
        if (before === undefined || is.change.type !== 'claimed') return true;
        const was = [...standing(before).confirmed, ...standing(before).waiting];
        const now = [...standing(is).confirmed, ...standing(is).waiting];
        return was.every(({ key }, index) => now[index]?.key === key);
      }),
    ),
};

/** Rules that are wrong, each in one way; with the properties that must notice it. */
const wrongRules: Readonly<Record<string, { readonly rule: StandingRule; readonly noticed: readonly number[] }>> = {
  'one place too many': {
    rule: (ledger) => standingOf({ ...ledger, capacity: ledger.capacity + 1 }),
    noticed: [0],
  },
  'tombstones count as well': {
    rule: (ledger) => {
      const entries = Object.fromEntries(Object.entries(ledger.entries).map(([key, its]) => [key, Math.abs(its)]));
      return standingOf({ ...ledger, entries });
    },
    noticed: [1],
  },
  'the last come first': {
    rule: (ledger) => {
      const { confirmed, waiting } = standingOf(ledger);
      const all = [...confirmed, ...waiting].reverse();
      return { confirmed: all.slice(0, ledger.capacity), waiting: all.slice(ledger.capacity) };
    },
    noticed: [2, 3, 5],
  },
  'in the order of the item’s keys': {
    rule: (ledger) => {
      const { confirmed, waiting } = standingOf(ledger);
      const keys = Object.keys(ledger.entries);
      const all = [...confirmed, ...waiting].sort((one, other) => keys.indexOf(one.key) - keys.indexOf(other.key));
      return { confirmed: all.slice(0, ledger.capacity), waiting: all.slice(ledger.capacity) };
    },
    noticed: [2, 3, 5],
  },
  'an order that turns with each version': {
    rule: (ledger) => {
      const { confirmed, waiting } = standingOf(ledger);
      return ledger.version % 2 === 0 ? { confirmed: [...confirmed].reverse(), waiting } : { confirmed, waiting };
    },
    noticed: [4],
  },
};

describe('who holds a place and who waits', () => {
  test.each(Object.entries(properties))('%s', (_name, property) => {
    fc.assert(property(standingOf), { numRuns: 300 });
  });

  const controls = Object.entries(wrongRules).flatMap(([wrong, { rule, noticed }]) =>
    noticed.map((index) => [wrong, Object.entries(properties)[index]?.[0] ?? '', rule] as const),
  );
  test.each(controls)('control: %s is noticed by “%s”', (_wrong, name, rule) => {
    const property = properties[name];
    if (property === undefined) throw new Error(`There is no property ${name}`);
    expect(fc.check(property(rule), { numRuns: 300, seed: 1 }).failed).toBe(true);
  });

  test('the random histories are sound, and meet promotions, waits and tombstones', () => {
    const met = { promotions: 0, waits: 0, tombstones: 0, lowered: 0 };
    fc.assert(
      fc.property(histories, (images) => {
        for (const { before, after: is } of changesIn(images)) {
          expect(disagreementsIn(is)).toEqual([]);
          const { waiting } = standingOf(is);
          met.waits += waiting.length;
          met.tombstones += Object.values(is.entries).filter((ticket) => ticket < 0).length;
          if (before === undefined) continue;
          const waited = new Set(ticketsOf(standingOf(before).waiting));
          met.promotions += standingOf(is).confirmed.filter(({ ticket }) => waited.has(ticket)).length;
          met.lowered += is.capacity < before.capacity ? 1 : 0;
        }
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(Math.min(...Object.values(met))).toBeGreaterThan(20);
  });

  test('the counts agree with who stands where', () => {
    fc.assert(
      fc.property(histories, (images) => {
        for (const ledger of images) {
          const { confirmed, waiting } = standingOf(ledger);
          expect(countsOf(ledger)).toEqual({
            confirmed: confirmed.length,
            held: 0,
            waiting: waiting.length,
            free: ledger.capacity - confirmed.length,
          });
        }
      }),
    );
  });
});

describe('the places of a ledger', () => {
  const [trust = '', council = ''] = organisations;
  const ledger = [
    { kind: 'claim', organisation: 0, quantity: 1, until: 86_400 },
    { kind: 'claim', organisation: 1, quantity: 2, until: 86_400 },
    { kind: 'claim', organisation: 0, quantity: 1 },
  ] as const;
  const filled = ledger.reduce((image, step) => after(image, step), ledgerOf({ capacity: 2, waitlist: 5 }));
  const cohort = 'coh_0123456789ab';

  test('are those that are confirmed, then those that wait, with their position and until when', () => {
    expect(placesOf(filled)).toEqual([
      { cohort, ticket: 1, organisation: trust, state: 'confirmed' },
      { cohort, ticket: 2, organisation: council, state: 'confirmed' },
      {
        cohort,
        ticket: 3,
        organisation: council,
        state: 'waiting',
        position: 1,
        confirmUntil: '1970-01-02T00:00:00.000Z',
      },
      { cohort, ticket: 4, organisation: trust, state: 'waiting', position: 2 },
    ]);
    for (const place of placesOf(filled)) expect(placeSchema.parse(place)).toEqual(place);
  });

  test('of one organisation keep their positions in the line of all', () => {
    expect(placesOf(filled, trust)).toEqual([placesOf(filled)[0], placesOf(filled)[3]]);
    expect(placesOf(filled, 'org_nobody0')).toEqual([]);
  });

  test('that wait are overdue from the second at which they lapse; what is confirmed never is', () => {
    expect(overdueWaits(filled, 86_399)).toEqual([]);
    expect(ticketsOf(overdueWaits(filled, 86_400))).toEqual([3]);
    expect(ticketsOf(overdueWaits(filled, Number.MAX_SAFE_INTEGER))).toEqual([3]);
    expect(overdueWaits(after(filled, { kind: 'capacity', capacity: 3 }), 86_400)).toEqual([]);
    expect(overdueWaits({ ...filled, named: new Set([3]) }, 86_400)).toEqual([]);
  });

  test('are named by parts of keys', () => {
    expect(cohortOf(filled)).toBe(cohort);
    expect(shortId('org_abc1234')).toBe('abc1234');
    expect(claimOf('abc123401234567.12')).toBe('abc123401234567');
  });
});
