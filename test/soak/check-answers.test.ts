import { describe, expect, test } from '@jest/globals';
import type { Answer, Call, Reply, Request } from './calls.ts';
import { checkAnswers } from './check-answers.ts';
import type { Image } from './images.ts';
import { noteViolations } from './violations.ts';

const trust = 'org_aaaaaaa';
const council = 'org_bbbbbbb';
const claim = 'aaaaaaaclaim001';

/** One place, held by the trust (ticket 1), who waits with another (2) of the same claim; one was given back (3). */
const image: Image = {
  pk: 'COHORT#coh_0123456789ab',
  host: 'org_hhhhhhh',
  status: 'open',
  capacity: 1,
  waitlist: 2,
  room: 1,
  next: 4,
  version: 1,
  entries: { [`${claim}.0`]: 1, [`${claim}.1`]: 2, 'aaaaaaaclaim002.0': -3 },
  live: { aaaaaaa: 2 },
  until: {},
  named: new Set([1]),
  listed: 'ALL#2027-09-07',
  change: { type: 'claimed', by: 'mem_trust', at: '2027-01-04T09:00:00.000Z' },
};

const ask = (facts: Partial<Extract<Request, { kind: 'claim' }>> = {}): Request => ({
  kind: 'claim',
  key: claim,
  quantity: 2,
  allOrNothing: false,
  limit: 5,
  ...facts,
});
const another = { key: 'aaaaaaaclaim003', quantity: 1 };
const giveBack = (...tickets: readonly number[]): Request => ({ kind: 'give-back', tickets });
const toCapacity = (capacity: number): Request => ({ kind: 'capacity', capacity });
const right = [
  { ticket: 1, state: 'confirmed', named: true },
  { ticket: 2, state: 'waiting', position: 1 },
];
const answer = (facts: Answer): Reply => ({ answer: facts });
const refused = (code: string): Reply => ({ refused: code });

/** What the checker finds in one call that saw the image. */
function found(request: Request, reply: Reply, facts: Partial<Call> = {}, images: readonly Image[] = [image]) {
  const violations = noteViolations();
  const checker = checkAnswers({ sees: (organisation) => organisation !== council }, violations);
  const at = new Date('2027-01-04T10:00:00.000Z');
  const cohort = 'coh_0123456789ab';
  checker.call({ cohort, organisation: trust, request, reply, from: 1, to: 1, at, ...facts });
  for (const one of images) checker.image(one);
  checker.finish();
  return Object.keys(violations.counts);
}

describe('the checker of answers', () => {
  const fair: readonly (readonly [string, Request, Reply, Partial<Call>?])[] = [
    ['a claim is answered with its places', ask(), answer({ places: right })],
    ['what is given back is answered with what is left', giveBack(3), answer({ places: right })],
    ['a capacity is answered with the counts', toCapacity(1), answer({ confirmed: 1, free: 0, waiting: 1 })],
    ['a key is used again for another quantity', ask({ quantity: 3 }), refused('request.key-reused')],
    ['the limit would be passed', ask({ ...another, quantity: 4 }), refused('place.over-limit')],
    ['there is too little room', ask({ ...another, quantity: 2 }), refused('place.full')],
    ['not all can be confirmed', ask({ ...another, allOrNothing: true }), refused('place.not-enough')],
    ['the day has passed', ask({ ...another, confirmUntil: '2027-01-03' }), refused('request.invalid')],
    ['a ticket is not there', giveBack(9), refused('place.not-found')],
    ['somebody is named', giveBack(1), refused('place.named')],
    ['somebody would lose a place', toCapacity(0), refused('cohort.capacity-in-use')],
    ['others came first in a decision of several steps', giveBack(2), refused('request.busy')],
    ['the cohort is hidden from them', ask(), refused('cohort.not-found'), { organisation: council, to: 0 }],
  ];
  test.each(fair)('finds nothing wrong when %s', (_title, request, reply, facts = {}) => {
    expect(found(request, reply, facts)).toEqual([]);
  });

  const wrong: readonly (readonly [string, string, Request, Reply, Partial<Call>?])[] = [
    ['a claim is promised what it did not get', 'broken-promise', ask(), answer({ places: right.slice(0, 1) })],
    [
      'a place is said to be confirmed that waits',
      'broken-promise',
      ask(),
      answer({ places: right.map(({ ticket }) => ({ ticket, state: 'confirmed' })) }),
    ],
    [
      'the place in line is wrong',
      'broken-promise',
      ask(),
      answer({ places: right.map((place) => ({ ...place, position: 2 })) }),
    ],
    ['all or nothing is only some', 'broken-promise', ask({ allOrNothing: true }), answer({ places: right })],
    ['a claim is answered that was never made', 'broken-promise', ask(another), answer({ places: [] })],
    ['what is live is said to be given back', 'broken-promise', giveBack(2), answer({ places: right.slice(0, 1) })],
    ['the counts are wrong', 'broken-promise', toCapacity(1), answer({ confirmed: 1, free: 1, waiting: 1 })],
    [
      'a capacity is said to be changed that is not',
      'broken-promise',
      toCapacity(2),
      answer({ confirmed: 1, free: 0, waiting: 1 }),
    ],
    ['a cohort is said to be closed that is open', 'broken-promise', { kind: 'status', status: 'closed' }, answer({})],
    [
      'it is older than what was seen before the call',
      'broken-promise',
      ask(),
      answer({ places: right }),
      { from: 2, to: 1 },
    ],
    ['the version that was seen never comes', 'broken-promise', ask(), answer({ places: right }), { to: 2 }],
    [
      'one who may not know of the cohort is answered',
      'broken-promise',
      ask(),
      answer({ places: [] }),
      { organisation: council },
    ],
    ['a later claim gets an earlier ticket', 'out-of-order', ask(), answer({ places: right }), { above: 1 }],
    ['what was made is refused', 'unjustified-refusal', ask(), refused('place.full')],
    ['there is room', 'unjustified-refusal', ask(another), refused('place.full')],
    ['the limit is not reached', 'unjustified-refusal', ask(another), refused('place.over-limit')],
    ['the ledger has few entries', 'unjustified-refusal', ask(another), refused('place.busy')],
    ['the cohort is open', 'unjustified-refusal', ask(another), refused('cohort.not-open')],
    [
      'the day has not passed',
      'unjustified-refusal',
      ask({ ...another, confirmUntil: '2027-01-04' }),
      refused('request.invalid'),
    ],
    ['a claim is told that others came first', 'unjustified-refusal', ask(another), refused('request.busy')],
    ['the ticket is theirs', 'unjustified-refusal', giveBack(2), refused('place.not-found')],
    ['nobody is named', 'unjustified-refusal', giveBack(2), refused('place.named')],
    ['nobody would lose a place', 'unjustified-refusal', toCapacity(2), refused('cohort.capacity-in-use')],
    ['it is not cancelled', 'unjustified-refusal', giveBack(2), refused('cohort.already-ended')],
    [
      'one who may know of the cohort is told that there is none',
      'unjustified-refusal',
      ask(),
      refused('cohort.not-found'),
    ],
  ];
  test.each(wrong)('finds it wrong when %s (%s)', (_title, kind, request, reply, facts = {}) => {
    expect(found(request, reply, facts)).toEqual([kind]);
  });
});
