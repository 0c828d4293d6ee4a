import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { heldKey, placesOf, shortId, type Ledger } from '../../../shared/places/ledger.ts';
import { eventsOfLedger } from '../../../shared/places/ledger-events.ts';
import { nextPart, type PassedPart } from '../../../shared/places/passing-items.ts';
import { histories, organisations } from '../../support/random-ledgers.ts';
import { disagreementsIn } from '../../support/places.ts';

const [trust = '', council = '', practice = ''] = organisations;

/** The ledger after its write, as shared/places/passing-items.ts makes it; throws where that would be refused. */
function written(ledger: Ledger, { from, to, entries, claims }: PassedPart): Ledger {
  const moved = new Map(Object.entries(ledger.entries));
  for (const { key, newKey, ticket } of entries) {
    if (moved.get(key) !== ticket || moved.has(newKey)) throw new Error('The write is refused');
    moved.delete(key);
    moved.set(newKey, ticket);
  }
  const until = new Map(Object.entries(ledger.until));
  for (const { claim, newClaim, isWhole } of claims) {
    const date = until.get(claim);
    if (date !== undefined) until.set(newClaim, date);
    if (isWhole) until.delete(claim);
  }
  const lives = (organisation: string) => ledger.live[shortId(organisation)] ?? 0;
  const live = {
    ...ledger.live,
    [shortId(from)]: lives(from) - entries.length,
    [shortId(to)]: lives(to) + entries.length,
  };
  const change = { type: 'passed-on', by: 'cohortium', at: '2027-04-01T00:00:00.000Z' };
  const maps = { entries: Object.fromEntries(moved), until: Object.fromEntries(until) };
  return { ...ledger, ...maps, live, version: ledger.version + 1, change };
}

/** All that one organisation has passes to another; gives every image on the way. */
function passed(ledger: Ledger, from: string, to: string): Ledger[] {
  const images = [ledger];
  for (;;) {
    const last = images.at(-1) ?? ledger;
    const part = nextPart(last, from, to);
    if (part === undefined) return images;
    images.push(written(last, part));
  }
}

/** Any ledger in the middle of its life, with places held for each of two that merge, under dates of their own. */
const ledgers = histories.map((images): Ledger => {
  const ledger = images.at(-1);
  if (ledger === undefined) throw new Error('A history has a beginning');
  const held = [trust, council].flatMap((organisation, index) =>
    [0, 1].map((number) => [`${heldKey(organisation)}.${String(number)}`, ledger.next + 2 * index + number] as const),
  );
  const live = { ...ledger.live };
  for (const organisation of [trust, council]) live[shortId(organisation)] = (live[shortId(organisation)] ?? 0) + 2;
  return {
    ...ledger,
    entries: { ...ledger.entries, ...Object.fromEntries(held) },
    until: { ...ledger.until, [heldKey(trust)]: 1_900_000_000, [heldKey(council)]: 1_800_000_000 },
    live,
    capacity: ledger.capacity + 4,
    next: ledger.next + 4,
  };
});

/** What places are, but for whose. */
const asIfOf = (ledger: Ledger, from: readonly string[], to: string) =>
  placesOf(ledger).map((place) => (from.includes(place.organisation) ? { ...place, organisation: to } : place));

describe('places that pass from one to the next, and on', () => {
  test('stay what they are: tickets, who holds and who waits, dates, what is held; and the ledger stays sound', () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        const atCouncil = passed(ledger, trust, council).at(-1) ?? ledger;
        const atPractice = passed(atCouncil, council, practice).at(-1) ?? ledger;
        expect(placesOf(atCouncil)).toEqual(asIfOf(ledger, [trust], council));
        expect(placesOf(atPractice)).toEqual(asIfOf(ledger, [trust, council], practice));
        const unsound = disagreementsIn(ledger);
        expect(disagreementsIn(atPractice)).toEqual(unsound);
      }),
      { numRuns: 150 },
    );
  });

  test('are told of as passed on, each once, and as nothing else', () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        const images = passed(ledger, trust, council);
        const events = images.slice(1).flatMap((after, index) => [...eventsOfLedger(images[index], after)]);
        expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['place.passed-on']));
        const own = placesOf(ledger).filter(({ organisation }) => organisation === trust);
        expect(events.flatMap(({ data }) => data['tickets'])).toEqual(
          own.map(({ ticket }) => ticket).sort((one, other) => one - other),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('control: a key that only changes its organisation meets what the successor has held itself', () => {
    const ledger = fc.sample(ledgers, { seed: 1, numRuns: 1 })[0];
    const part = ledger && nextPart(ledger, trust, council);
    if (ledger === undefined || part === undefined) throw new Error('There is nothing to pass on');
    const renamed = part.entries.map((entry) => ({ ...entry, newKey: `${shortId(council)}${entry.key.slice(7)}` }));
    expect(() => written(ledger, { ...part, entries: renamed })).toThrow('The write is refused');
  });
});
