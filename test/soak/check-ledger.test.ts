import { describe, expect, test } from '@jest/globals';
import { checkLedger } from './check-ledger.ts';
import type { Image } from './images.ts';
import { noteViolations } from './violations.ts';

const [trust, council] = ['aaaaaaa', 'bbbbbbb'];
const key = (organisation: string, claim: string, place = 0) => `${organisation}${claim}.${String(place)}`;
const [first, second, third] = [key(trust, 'claim001'), key(council, 'claim002'), key(trust, 'claim003')];
const at = (hour: number) => new Date(Date.UTC(2027, 0, 4, hour)).toISOString();
/** Who waits under the claim of the council waits until this second. */
const noon = Date.UTC(2027, 0, 4, 12) / 1000;

/** One place, held by the trust (ticket 1); the council waits (2), until noon; the trust gave one back (3). */
const before: Image = {
  pk: 'COHORT#coh_0123456789ab',
  host: 'org_hhhhhhh',
  status: 'open',
  capacity: 1,
  waitlist: 2,
  room: 1,
  next: 4,
  version: 1,
  entries: { [first]: 1, [second]: 2, [third]: -3 },
  live: { [trust]: 1, [council]: 1 },
  until: { [`${council}claim002`]: noon },
  listed: 'ALL#2027-09-07',
  change: { type: 'opened', by: 'mem_host', at: at(9) },
};
const claimed = { type: 'claimed', by: 'mem_trust', at: at(10) };
const fresh = key(trust, 'claim004');

type Next = Partial<Omit<Image, 'change'>> & { readonly change: Image['change'] };

/** The claim of one more place by the trust, as it should be. */
const rightClaim: Next = {
  change: claimed,
  entries: { ...before.entries, [fresh]: 4 },
  next: 5,
  room: 0,
  live: { [trust]: 2, [council]: 1 },
};
/** The trust gives back what it holds, as it should be. */
const rightGiveBack: Next = {
  change: { type: 'given-back', by: 'mem_trust', at: at(10) },
  entries: { ...before.entries, [first]: -1 },
  room: 2,
  live: { [trust]: 0, [council]: 1 },
};
/** The wait of the council lapses, as it should. */
const rightLapse: Next = {
  change: { type: 'lapsed', by: 'cohortium', at: at(12) },
  entries: { ...before.entries, [second]: -2 },
  room: 2,
  live: { [trust]: 1, [council]: 0 },
};

/** What the checker finds in a run of images, the first of which is the one above. */
function found(...images: readonly Next[]) {
  const violations = noteViolations();
  const members = new Map([
    ['mem_trust', `org_${trust}`],
    ['mem_council', `org_${council}`],
  ]);
  const check = checkLedger(
    {
      limit: 2,
      host: 'org_hhhhhhh',
      organisationOf: (member) => members.get(member),
      sees: (organisation) => organisation !== 'org_ccccccc',
    },
    violations,
  );
  let image = before;
  check(image);
  for (const next of images) {
    image = Object.assign({}, image, { version: image.version + 1 }, next);
    check(image);
  }
  return Object.keys(violations.counts);
}

describe('the checker of a ledger', () => {
  test('finds nothing in what is right', () => {
    expect(found(rightClaim)).toEqual([]);
    expect(found(rightGiveBack)).toEqual([]);
    expect(found(rightLapse)).toEqual([]);
  });

  const wrong: readonly (readonly [string, string, ...Next[]])[] = [
    ['a version is missing', 'lost-version', { ...rightClaim, version: 3 }],
    ['a write is made twice', 'applied-twice', rightClaim, { change: claimed }],
    ['there are more live places than may be', 'oversold', { ...rightClaim, capacity: 1, waitlist: 1, room: -1 }],
    [
      'somebody who was confirmed waits',
      'oversold',
      { change: { type: 'capacity-changed', by: 'mem_host', at: at(10) }, capacity: 0, room: 0 },
    ],
    ['a ticket was used before', 'duplicate-ticket', { ...rightClaim, entries: { ...before.entries, [fresh]: 2 } }],
    ['the next ticket is not raised', 'duplicate-ticket', { ...rightClaim, next: 4 }],
    ['a ticket is passed over', 'out-of-order', { ...rightClaim, entries: { ...before.entries, [fresh]: 5 } }],
    [
      'a freed place goes back to the one who gave it up',
      'returned-to-giver',
      rightGiveBack,
      { ...rightClaim, entries: { ...before.entries, [first]: -1, [fresh]: 1 } },
    ],
    [
      'a claim is applied over itself',
      'duplicate-claim',
      { ...rightClaim, entries: { ...before.entries, [first]: 4 }, live: before.live, room: 1 },
    ],
    [
      'a claim gets places twice',
      'duplicate-claim',
      { ...rightClaim, entries: { ...before.entries, [key(trust, 'claim001', 1)]: 4 } },
    ],
    [
      'a closed cohort is claimed on',
      'claimed-when-closed',
      { change: { ...claimed, type: 'closed' }, status: 'closed' },
      { ...rightClaim, change: { ...claimed, at: at(11) } },
    ],
    ['a claim is made by somebody else', 'foreign-claim', { ...rightClaim, change: { ...claimed, by: 'mem_council' } }],
    [
      'one who may not know of the cohort claims',
      'foreign-claim',
      { ...rightClaim, entries: { ...before.entries, [key('ccccccc', 'claim004')]: 4 } },
    ],
    [
      'tickets come from something else than a claim',
      'invented-event',
      { ...rightClaim, change: { ...claimed, type: 'capacity-changed' } },
    ],
    [
      'an organisation has more than its limit',
      'over-limit',
      {
        ...rightClaim,
        entries: { ...before.entries, [fresh]: 4, [key(trust, 'claim004', 1)]: 5 },
        live: { [trust]: 3, [council]: 1 },
      },
    ],
    ['room is taken back for nothing', 'given-back-twice', { change: rightGiveBack.change, room: 2 }],
    ['a live ticket is gone', 'lost-ticket', { change: rightGiveBack.change, entries: { [second]: 2, [third]: -3 } }],
    [
      'an older ticket hits a newer claim',
      'lost-ticket',
      { ...rightGiveBack, entries: { ...before.entries, [first]: -3 } },
    ],
    ['a place goes by another kind of change', 'lost-ticket', { ...rightGiveBack, change: claimed }],
    [
      'a named place is given back',
      'lost-name',
      { change: { type: 'named', by: 'mem_trust', at: at(9.5) }, named: new Set([1]) },
      rightGiveBack,
    ],
    ['the room is wrong', 'miscounted', { ...rightGiveBack, room: 1 }],
    ['an organisation is miscounted', 'miscounted', { ...rightGiveBack, live: before.live }],
    [
      'somebody gives back what is not theirs',
      'foreign-give-back',
      { ...rightGiveBack, change: { ...rightGiveBack.change, by: 'mem_council' } },
    ],
    ['a wait lapses too early', 'lapsed-wrongly', { ...rightLapse, change: { ...rightLapse.change, at: at(11) } }],
    [
      'a place lapses that is confirmed',
      'lapsed-wrongly',
      rightGiveBack,
      {
        ...rightLapse,
        entries: { ...before.entries, [first]: -1, [second]: -2 },
        room: 3,
        live: { [trust]: 0, [council]: 0 },
      },
    ],
    ['who waits loses the date', 'lost-date', { ...rightClaim, until: {} }],
    [
      'a tombstone goes within a day',
      'compacted-early',
      rightGiveBack,
      { change: { type: 'compacted', by: 'cohortium', at: at(33) }, entries: { [second]: 2, [third]: -3 } },
    ],
  ];

  test.each(wrong)('finds that %s (%s)', (_title, kind, ...images) => {
    expect(found(...images)).toContain(kind);
  });

  test('lets a tombstone go after a day', () => {
    const compacted = { type: 'compacted', by: 'cohortium', at: at(34) };
    expect(found(rightGiveBack, { change: compacted, entries: { [second]: 2, [third]: -3 } })).toEqual([]);
  });
});
