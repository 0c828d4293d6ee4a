import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ViewWrite } from '../../../shared/aggregate.ts';
import { balancesOf } from '../../../shared/balance/balance.ts';
import { daysOfYear, financialYear, isIn } from '../../../shared/balance/financial-year.ts';
import { eventsOfLedger } from '../../../shared/places/ledger-events.ts';
import { cohortOf, firstDayOf, heldKey, shortId, type Ledger } from '../../../shared/places/ledger.ts';
import { viewsOfLedger } from '../../../shared/places/places-views.ts';
import { after, changesIn, histories, ledgerOf, organisations } from '../../support/random-ledgers.ts';

const year = daysOfYear('2027-28');
const [trust = '', council = '', practice = '', host = ''] = organisations;

/** The images of one cohort, of a host, from a first day on, which may be cancelled at the end. */
const cohortHistories = fc.record({
  images: histories,
  host: fc.constantFrom(...organisations),
  firstDay: fc.constantFrom('2027-03-31', '2027-04-01', '2027-11-09', '2028-03-31', '2028-04-01'),
  cancelled: fc.boolean(),
});
/** Several cohorts, each with its images. */
const cohorts = fc.array(cohortHistories, { maxLength: 6 }).map((several) =>
  several.map(({ images, firstDay, cancelled, ...facts }, index) => {
    const pk = `COHORT#coh_${String(index).padStart(12, '0')}`;
    const of = images.map((image): Ledger => ({ ...image, ...facts, pk, listed: `ALL#${firstDay}` }));
    const last = of.at(-1) ?? ledgerOf();
    const change = { ...last.change, type: 'cancelled' };
    return cancelled ? [...of, { ...last, status: 'cancelled' as const, version: last.version + 1, change }] : of;
  }),
);
type Cohorts = readonly (readonly Ledger[])[];
const finalImages = (several: Cohorts) => several.flatMap((images) => images.at(-1) ?? []);
const balanceIn = (organisation: string, several: Cohorts) => balancesOf(organisation, finalImages(several), year);

/** What a host has given to each holder, counted from all that was ever announced: who was told so has a place, until told else. */
function countedFromEvents(several: Cohorts): Map<string, number> {
  const counts = new Map<string, number>();
  for (const images of several) {
    const [first = ledgerOf()] = images;
    const holders = new Map<number, string>();
    for (const { before, after: is } of changesIn(images)) {
      for (const { type, data } of eventsOfLedger(before, is)) {
        if (type === 'cohort.cancelled') holders.clear();
        for (const ticket of Array.isArray(data['tickets']) ? data['tickets'] : []) {
          if (type === 'place.confirmed') holders.set(Number(ticket), String(data['organisation']));
          if (/^place\.(given-back|lapsed|released)$/.test(type)) holders.delete(Number(ticket));
        }
      }
    }
    for (const holder of isIn(year, firstDayOf(first)) ? holders.values() : []) {
      const pair = `${first.host} to ${holder}`;
      if (holder !== first.host) counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  return counts;
}

/** The cohorts that an organisation's lines lead to, once its ledgers' changes are told in some order, each twice. */
function foundThroughLines(organisation: string, several: Cohorts, order: readonly number[]): Set<string> {
  const lines = new Map<string, ViewWrite>();
  const changes = [...several, ...several].flatMap((images) => changesIn(images));
  const shuffled = changes
    .map((change, index) => ({ change, at: order[index % order.length] ?? 0 }))
    .sort((one, other) => one.at - other.at);
  for (const { change } of shuffled) {
    for (const write of viewsOfLedger(change.before, change.after)) {
      if (write.key.pk !== `PLACES#${organisation}`) continue;
      if ((lines.get(write.key.sk)?.version ?? 0) < write.version) lines.set(write.key.sk, write);
    }
  }
  const inYear = [...lines.values()].filter(({ set }) => isIn(year, String(set['firstDay'])));
  return new Set(inYear.map(({ key }) => key.sk.slice('COHORT#'.length)));
}

describe('a balance', () => {
  test('is what a count of everything that was announced gives, pair by pair', () => {
    fc.assert(
      fc.property(cohorts, (several) => {
        const counted = countedFromEvents(several);
        for (const one of organisations) {
          const known = new Map(balanceIn(one, several).map((balance) => [balance.organisation, balance]));
          for (const other of organisations) {
            const { given = 0, taken = 0 } = known.get(other) ?? {};
            expect(given).toBe(counted.get(`${one} to ${other}`) ?? 0);
            expect(taken).toBe(counted.get(`${other} to ${one}`) ?? 0);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  const sumOf = (several: Cohorts, of: 'given' | 'taken', balances = balanceIn) =>
    organisations
      .flatMap((organisation) => balances(organisation, several))
      .reduce((sum, balance) => sum + balance[of], 0);
  test('of all organisations adds up: what was given is what was taken', () => {
    fc.assert(
      fc.property(cohorts, (several) => sumOf(several, 'given') === sumOf(several, 'taken')),
      { numRuns: 150 },
    );
  });

  test('control: it would not, if a place counted as given in the year of its claim', () => {
    const opened = ledgerOf({ listed: 'ALL#2028-04-01' });
    const claimed = after(opened, { kind: 'claim', organisation: 0, quantity: 1 });
    const wrongly = (organisation: string, several: Cohorts) =>
      organisation === host
        ? balancesOf(organisation, finalImages(several), daysOfYear('2028-29'))
        : balanceIn(organisation, several);
    expect(sumOf([[claimed]], 'given', wrongly)).not.toBe(sumOf([[claimed]], 'taken', wrongly));
  });

  test('is found through the lines that the relay writes, in whatever order it does, and twice', () => {
    const order = fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(cohorts, order, (several, at) => {
        for (const organisation of organisations) {
          const found = foundThroughLines(organisation, several, at);
          const ledgers = finalImages(several).filter(
            (ledger) => ledger.host === organisation || found.has(cohortOf(ledger)),
          );
          expect(balancesOf(organisation, ledgers, year)).toEqual(balanceIn(organisation, several));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('counts places that are held, not those that wait, and none of a host on its own cohort', () => {
    const [short, key] = [shortId(council), heldKey(council)];
    const held = ledgerOf({ capacity: 3, room: 4, next: 2, entries: { [`${key}.0`]: 1 }, live: { [short]: 1 } });
    const own = after(held, { kind: 'claim', organisation: organisations.indexOf(host), quantity: 1 });
    const full = after(own, { kind: 'claim', organisation: organisations.indexOf(practice), quantity: 2 });
    expect(balancesOf(host, [full], year)).toEqual(
      [council, practice].sort().map((organisation) => ({ organisation, given: 1, taken: 0 })),
    );
    expect(balancesOf(practice, [full], year)).toEqual([{ organisation: host, given: 0, taken: 1 }]);
    expect(balancesOf(trust, [full], year)).toEqual([]);
  });
});

test('names those first with whom most was shared, in one direction or the other', () => {
  const claim = (ledger: Ledger, organisation: string, quantity: number) =>
    after(ledger, { kind: 'claim', organisation: organisations.indexOf(organisation), quantity });
  const shared = claim(claim(ledgerOf({ capacity: 9 }), council, 2), practice, 1);
  const taken = claim(ledgerOf({ capacity: 9, host: practice }), host, 3);
  expect(balancesOf(host, [shared, taken], year)).toEqual([
    { organisation: practice, given: 1, taken: 3 },
    { organisation: council, given: 2, taken: 0 },
  ]);
  expect(balancesOf(host, [shared], year).map(({ organisation }) => organisation)).toEqual([council, practice]);
});

describe('a financial year', () => {
  test('is from April to March', () => {
    expect(daysOfYear('2027-28')).toEqual({ from: '2027-04-01', to: '2028-03-31' });
    const days = ['2027-03-31', '2027-04-01', '2028-02-29', '2028-03-31', '2028-04-01'];
    expect(days.map((day) => isIn(year, day))).toEqual([false, true, true, true, false]);
  });

  test('names the one after it, too', () => {
    expect(['2027-28', '2099-00'].every((text) => financialYear.safeParse(text).success)).toBe(true);
    const wrong = ['2027-29', '2027-27', '2027', '27-28', '2027/28', '1999-00', '2027-28 '];
    expect(wrong.filter((text) => financialYear.safeParse(text).success)).toEqual([]);
  });
});
