import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { demandsOn, sumOf } from '../../../shared/balance/unmet-demand.ts';
import { eventsOfLedger } from '../../../shared/places/ledger-events.ts';
import { heldKey, shortId, soughtOn, type Ledger } from '../../../shared/places/ledger.ts';
import { after, changesIn, histories, ledgerOf, organisations } from '../../support/random-ledgers.ts';

const [trust = '', council = ''] = organisations;
const claim = (ledger: Ledger, organisation: string, quantity: number, until?: number) =>
  after(ledger, {
    kind: 'claim',
    organisation: organisations.indexOf(organisation),
    quantity,
    ...(until === undefined ? {} : { until }),
  });
const demandOf = (ledger: Ledger, organisation: string, refused: Parameters<typeof demandsOn>[1] = []) =>
  demandsOn(ledger, refused).find((demand) => demand.organisation === organisation);

/** What of each organisation waits, and what has lapsed, counted from all that was ever announced. */
function countedFromEvents(images: readonly Ledger[]): Map<string, { waiting: Set<unknown>; lapsed: Set<unknown> }> {
  const counts = new Map(
    organisations.map((organisation) => [organisation, { waiting: new Set(), lapsed: new Set() }] as const),
  );
  for (const { before, after: is } of changesIn(images)) {
    for (const { type, data } of eventsOfLedger(before, is)) {
      const of = counts.get(String(data['organisation']));
      for (const ticket of Array.isArray(data['tickets']) ? data['tickets'] : []) {
        if (type === 'place.waiting') of?.waiting.add(ticket);
        if (/^place\.(confirmed|given-back|lapsed)$/.test(type)) of?.waiting.delete(ticket);
        if (type === 'place.lapsed') of?.lapsed.add(ticket);
      }
    }
  }
  return counts;
}

describe('what was asked for in vain', () => {
  test('is who waits still, and whose wait lapsed, whatever was forgotten of them since', () => {
    fc.assert(
      fc.property(histories, (images) => {
        const last = images.at(-1) ?? ledgerOf();
        for (const [organisation, { waiting, lapsed }] of countedFromEvents(images)) {
          const { waiting: waits = 0, lapsed: gone = 0 } = demandOf(last, organisation) ?? {};
          expect([waits, gone]).toEqual([waiting.size, lapsed.size]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('control: from what is left of the entries alone, lapses would be forgotten', () => {
    const waits = claim(claim(ledgerOf({ capacity: 1 }), trust, 1), council, 1, 1);
    const lapsed = after(after(waits, { kind: 'lapse', chosen: [0] }), { kind: 'compact' });
    expect(Object.keys(lapsed.entries)).toHaveLength(1);
    expect(demandOf(lapsed, council)).toMatchObject({ waiting: 0, lapsed: 1 });
    const { lapsed: _forgotten, ...forgetful } = lapsed;
    expect(demandOf(forgetful, council)).toBeUndefined();
  });

  /** The council was refused three places; what it did before and after that. */
  const refusal = (ledger: Ledger, quantity = 3) => [
    { organisation: council, quantity, sought: soughtOn(ledger, council) + quantity },
  ];
  const full = claim(ledgerOf({ capacity: 1, waitlist: 9 }), trust, 1);
  const waiting = claim(full, council, 2, 1);
  const lapsed = after(waiting, { kind: 'lapse', chosen: [0, 1] });

  test.each([
    ['nothing else', full, full, [0, 0, 3]],
    ['it waits for two besides, from before', waiting, waiting, [2, 0, 3]],
    ['those lapse later', waiting, lapsed, [0, 2, 3]],
    ['two have lapsed before', lapsed, lapsed, [0, 2, 3]],
    ['it asks again and waits for two of them', full, waiting, [2, 0, 1]],
    ['and those lapse', full, lapsed, [0, 2, 1]],
    ['it waits for all of them', full, claim(full, council, 3), [3, 0, 0]],
    ['it waits for more', full, claim(full, council, 4), [4, 0, 0]],
    ['it gives back what waited before', waiting, after(waiting, { kind: 'give-back', chosen: [1, 2] }), [0, 0, 3]],
  ])('counts a refused claim as far as no more was got since: %s', (_what, then, now, wanted) => {
    const { waiting: waits, lapsed: gone, refused } = sumOf(demandsOn(now, refusal(then)));
    expect([waits, gone, refused]).toEqual(wanted);
  });

  test('is not what is confirmed, unless the cohort was cancelled', () => {
    expect(demandsOn(claim(ledgerOf(), trust, 2), [])).toEqual([]);
    const cancelled = { ...claim(claim(ledgerOf(), trust, 2), council, 1), status: 'cancelled' as const };
    expect(demandsOn(cancelled, [])).toEqual([
      { organisation: council, waiting: 1, lapsed: 0, refused: 0, cancelled: 0 },
      { organisation: trust, waiting: 0, lapsed: 0, refused: 0, cancelled: 2 },
    ]);
  });

  test('is nothing yet while claims are collected to be allocated, but what had no room', () => {
    const key = heldKey(trust);
    const held = { [`${key}.0`]: 1 };
    const collecting = claim(ledgerOf({ collecting: 1, entries: held, live: { [shortId(trust)]: 1 } }), council, 2);
    expect(demandsOn(collecting, [])).toEqual([]);
    expect(demandsOn(collecting, refusal(collecting))).toMatchObject([
      { organisation: council, waiting: 0, refused: 3 },
    ]);
    expect(sumOf(demandsOn({ ...collecting, status: 'cancelled' }, []))).toMatchObject({ waiting: 2, cancelled: 1 });
  });

  test('adds up over cohorts, each organisation once', () => {
    const demands = [...demandsOn(waiting, refusal(waiting)), ...demandsOn(waiting, [])];
    expect(sumOf(demands)).toEqual({ places: 7, waiting: 4, lapsed: 0, refused: 3, cancelled: 0, organisations: 1 });
    expect(sumOf([])).toEqual({ places: 0, waiting: 0, lapsed: 0, refused: 0, cancelled: 0, organisations: 0 });
  });
});
