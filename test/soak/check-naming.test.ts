import { describe, expect, test } from '@jest/globals';
import { checkLedger } from './check-ledger.ts';
import type { Image } from './images.ts';
import { noteViolations } from './violations.ts';

const [trust, council] = ['aaaaaaa', 'bbbbbbb'];
const day = 86_400_000;
const start = Date.UTC(2027, 0, 4, 9);
const at = (days: number) => new Date(start + days * day).toISOString();
const [reserved, claimed, waits] = [`${council}held.0`, `${trust}claim001.0`, `${trust}claim002.0`];

/** One place is the council's until two days later, one the trust's, to be named by then too; the trust waits for another. */
const before: Image = {
  pk: 'COHORT#coh_0123456789ab',
  host: 'org_hhhhhhh',
  status: 'open',
  capacity: 2,
  waitlist: 2,
  room: 1,
  next: 4,
  version: 1,
  entries: { [reserved]: 1, [claimed]: 2, [waits]: 3 },
  live: { [trust]: 2, [council]: 1 },
  until: { [`${council}held`]: (start + 2 * day) / 1000 },
  naming: { by: '2027-01-04', days: 2 },
  listed: 'ALL#2027-03-01',
  change: { type: 'opened', by: 'mem_host', at: at(0) },
};
/** The same, as its host collects claims until a day later. */
const collecting: Image = { ...before, collecting: (start + day) / 1000 };

type Next = Partial<Omit<Image, 'change'>> & { readonly change: Image['change'] };
const itself = 'cohortium';
const named: Next = { change: { type: 'named', by: 'mem_trust', at: at(0.1) }, named: new Set([2]) };
const unnamed: Next = { change: { type: 'unnamed', by: 'mem_trust', at: at(0.2) }, named: undefined };
const reminded: Next = {
  change: { type: 'reminded', by: itself, at: at(0.5), nameBy: at(2) },
  reminded: new Set([1, 2]),
};
const releasedAt = (days: number): Next => ({
  change: { type: 'released', by: itself, at: at(days) },
  reminded: new Set([2]),
  entries: { ...before.entries, [reserved]: -1 },
  live: { [trust]: 2, [council]: 0 },
  room: 2,
});
/** What reminders there were may never have been told: from here on all dates count anew. */
const dueAnew: Next = { change: { type: 'due-anew', by: itself, at: at(3.4) }, reminded: undefined };
const remindedAnew: Next = { ...reminded, change: { ...reminded.change, at: at(3.5), nameBy: at(6) } };
const collected: Next = { change: { type: 'claims-collected', by: itself, at: at(1) }, lateFrom: 4 };
const allocated: Next = {
  change: { type: 'places-allocated', by: 'mem_host', at: at(1.1) },
  collecting: undefined,
  order: [3, 2],
};

/** What the checker finds in a run of images behind a first one. */
function found(first: Image, ...images: readonly Next[]) {
  const violations = noteViolations();
  const members = new Map(
    ['trust', 'council', 'host'].map((name, index) => [`mem_${name}`, `org_${'abh'.charAt(index).repeat(7)}`]),
  );
  const facts = { limit: 5, host: 'org_hhhhhhh', sees: () => true };
  const check = checkLedger({ ...facts, organisationOf: (member) => members.get(member) }, violations);
  let image = first;
  check(image);
  for (const next of images) {
    image = Object.assign({}, image, { version: image.version + 1 }, next);
    check(image);
  }
  return Object.keys(violations.counts);
}

describe('the checker of names, reminders, releases and orders', () => {
  test('finds nothing in what is right', () => {
    const later = { ...reminded, change: { ...reminded.change, nameBy: at(2.2) } };
    expect(found(before, named, unnamed, later, releasedAt(3.5))).toEqual([]);
    expect(found(before, reminded, dueAnew, remindedAnew, releasedAt(6.5))).toEqual([]);
    expect(found(collecting, collected, allocated)).toEqual([]);
  });

  const wrong: readonly (readonly [string, string, Image, ...Next[]])[] = [
    ['somebody else names', 'foreign-name', before, { ...named, change: { ...named.change, by: 'mem_council' } }],
    ['who waits is named', 'foreign-name', before, { ...named, named: new Set([3]) }],
    ['a name comes with something else', 'foreign-name', before, { ...reminded, named: new Set([2]) }],
    ['a name goes by somebody else', 'lost-name', before, named, { ...unnamed, change: reminded.change }],
    [
      'a place is released that is named',
      'lost-name',
      before,
      reminded,
      { change: { type: 'named', by: 'mem_council', at: at(1) }, named: new Set([1]), reminded: new Set([2]) },
      releasedAt(4),
    ],
    ['nobody was reminded of what is released', 'released-unreminded', before, releasedAt(4)],
    ['a place is released within three days', 'released-early', before, reminded, releasedAt(3.4)],
    ['one is, by a reminder that counts no more', 'released-unreminded', before, reminded, dueAnew, releasedAt(4)],
    ['one is, within three days of another', 'released-early', before, reminded, dueAnew, remindedAnew, releasedAt(6)],
    [
      'a place is released before the date that was said',
      'released-early',
      before,
      { ...reminded, change: { ...reminded.change, nameBy: at(6) } },
      releasedAt(5),
    ],
    [
      'a reminder gives less time than there is',
      'reminded-wrongly',
      before,
      { ...reminded, change: { ...reminded.change, nameBy: at(1.9) } },
    ],
    [
      'a reminder is forgotten',
      'reminded-wrongly',
      before,
      reminded,
      { change: { type: 'closed', by: 'mem_host', at: at(1) }, reminded: undefined },
    ],
    [
      'somebody is reminded twice',
      'reminded-twice',
      before,
      reminded,
      { change: { type: 'closed', by: 'mem_host', at: at(1) }, reminded: undefined },
      { ...reminded, change: { ...reminded.change, at: at(1.5), nameBy: at(2.5) } },
    ],
    [
      'a place is held after the opening',
      'foreign-claim',
      before,
      {
        change: { type: 'claimed', by: 'mem_council', at: at(1) },
        entries: { ...before.entries, [`${council}held.1`]: 4 },
        live: { [trust]: 2, [council]: 2 },
        next: 5,
        room: 0,
      },
    ],
    [
      'a held place is given to another',
      'lost-place',
      before,
      { change: { type: 'capacity-changed', by: 'mem_host', at: at(1) }, capacity: 0, room: -1 },
    ],
    [
      'claims are collected before their time',
      'allocated-wrongly',
      collecting,
      { ...collected, change: { ...collected.change, at: at(0.9) } },
    ],
    ['the line is drawn elsewhere', 'allocated-wrongly', collecting, { ...collected, lateFrom: 3 }],
    ['a claim is left out of the order', 'allocated-wrongly', collecting, collected, { ...allocated, order: [3] }],
    [
      'a late claim stands in the order',
      'allocated-wrongly',
      collecting,
      collected,
      { ...allocated, order: [3, 2, 4] },
    ],
    [
      'places are given while claims are collected',
      'allocated-wrongly',
      collecting,
      { change: { type: 'closed', by: 'mem_host', at: at(1) }, collecting: undefined },
    ],
    [
      'the order is fixed again',
      'reordered',
      collecting,
      collected,
      allocated,
      { ...allocated, change: { ...allocated.change, at: at(1.2) }, order: [2, 3] },
    ],
    [
      'the order changes by something else',
      'reordered',
      collecting,
      collected,
      allocated,
      { change: { type: 'closed', by: 'mem_host', at: at(2) }, order: [2, 3] },
    ],
  ];
  test.each(wrong)('finds that %s (%s)', (_title, kind, first, ...images) => {
    expect(found(first, ...images)).toContain(kind);
  });
});
