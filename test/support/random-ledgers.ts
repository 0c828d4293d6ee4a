import * as fc from 'fast-check';
import { claimOf, lapsedWith, type Entry, type Ledger } from '../../shared/places/ledger.ts';
import { organisationNamed } from './cohorts.ts';

/** A ledger of a cohort that has just opened. */
export function ledgerOf(facts: Partial<Ledger> = {}): Ledger {
  const { capacity = 2, waitlist = 2 } = facts;
  return {
    pk: 'COHORT#coh_0123456789ab',
    sk: 'LEDGER',
    host: organisationNamed('host'),
    status: 'open',
    capacity,
    waitlist,
    room: capacity + waitlist,
    next: 1,
    version: 1,
    entries: {},
    live: {},
    until: {},
    listed: 'ALL#2027-09-07',
    change: { type: 'opened', by: 'mem_given', at: '2027-01-01T00:00:00.000Z', audience: 'all' },
    ...facts,
  };
}

/** What the next write of a ledger may be. Lapses and give-backs choose among what is there by number. */
export type Step =
  | { readonly kind: 'claim'; readonly organisation: number; readonly quantity: number; readonly until?: number }
  | { readonly kind: 'give-back' | 'lapse'; readonly chosen: readonly number[] }
  | { readonly kind: 'capacity'; readonly capacity: number }
  | { readonly kind: 'compact' | 'close' };

export const organisations = ['trust', 'council', 'practice', 'host'].map(organisationNamed);

/** The ledger after a step, as the conditional writes of shared/places make it; the same when the step would be refused. */
export function after(ledger: Ledger, step: Step): Ledger {
  switch (step.kind) {
    case 'claim':
      return claimed(ledger, step.organisation, step.quantity, step.until);
    case 'give-back':
      return givenBack(ledger, 'given-back', step.chosen, liveOf(ledger));
    case 'lapse':
      return givenBack(ledger, 'lapsed', step.chosen, liveOf(ledger).slice(ledger.capacity));
    case 'capacity':
      return resized(ledger, step.capacity);
    case 'compact': {
      const live = Object.entries(ledger.entries).filter(([, ticket]) => ticket > 0);
      return written(ledger, 'compacted', { entries: Object.fromEntries(live) });
    }
    case 'close':
      return written(ledger, 'closed', { status: 'closed' });
  }
}

/** Live entries, the longest there first. */
function liveOf(ledger: Ledger): Entry[] {
  return Object.entries(ledger.entries)
    .filter(([, ticket]) => ticket > 0)
    .map(([key, ticket]) => ({
      key,
      ticket,
      organisation: `org_${key.slice(0, 7)}`,
      until: ledger.until[claimOf(key)],
      held: false,
    }))
    .sort((one, other) => one.ticket - other.ticket);
}

function written(ledger: Ledger, type: string, changed: Partial<Ledger>): Ledger {
  const version = ledger.version + 1;
  const at = new Date(Date.parse('2027-01-01T00:00:00.000Z') + version * 60_000).toISOString();
  return { ...ledger, ...changed, version, change: { type, by: 'mem_given', at, audience: 'all' } };
}

function claimed(ledger: Ledger, organisation: number, quantity: number, until: number | undefined): Ledger {
  const short = organisations[organisation]?.slice('org_'.length) ?? '';
  if (quantity > ledger.room || ledger.status !== 'open') return ledger;
  const claim = `${short}${String(ledger.version).padStart(8, '0')}`;
  // Keys come from digests: in no order that has to do with the tickets.
  const added = Array.from({ length: quantity }, (_, index): [string, number] => [
    `${claim}.${String(index)}`,
    ledger.next + index,
  ]);
  return written(ledger, 'claimed', {
    entries: Object.fromEntries([...added, ...Object.entries(ledger.entries)]),
    next: ledger.next + quantity,
    room: ledger.room - quantity,
    live: { ...ledger.live, [short]: (ledger.live[short] ?? 0) + quantity },
    until: until === undefined ? ledger.until : { ...ledger.until, [claim]: until },
  });
}

function givenBack(ledger: Ledger, type: string, chosen: readonly number[], from: readonly Entry[]): Ledger {
  const gone = [...new Set(chosen.flatMap((number) => from[number % Math.max(1, from.length)] ?? []))];
  if (gone.length === 0) return ledger;
  const live = { ...ledger.live };
  for (const { key } of gone) live[key.slice(0, 7)] = (live[key.slice(0, 7)] ?? 0) - 1;
  const entries = { ...ledger.entries, ...Object.fromEntries(gone.map(({ key, ticket }) => [key, -ticket])) };
  const lapsed = type === 'lapsed' ? { lapsed: lapsedWith(ledger, gone) } : {};
  return written(ledger, type, { entries, live, room: ledger.room + gone.length, ...lapsed });
}

function resized(ledger: Ledger, capacity: number): Ledger {
  if (capacity === ledger.capacity || liveOf(ledger).slice(0, ledger.capacity).length > capacity) return ledger;
  return written(ledger, 'capacity-changed', { capacity, room: ledger.room + capacity - ledger.capacity });
}

const chosen = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      organisation: fc.nat(organisations.length - 1),
      quantity: fc.integer({ min: 1, max: 4 }),
      until: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('give-back' as const), chosen }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lapse' as const), chosen }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('capacity' as const), capacity: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
);

/** The images of a ledger from its opening on, each differing from the one before by one write. */
export const histories: fc.Arbitrary<readonly Ledger[]> = fc
  .record({
    capacity: fc.integer({ min: 1, max: 6 }),
    waitlist: fc.nat(6),
    steps: fc.array(step, { maxLength: 25 }),
  })
  .map(({ capacity, waitlist, steps }) => {
    const images = [ledgerOf({ capacity, waitlist })];
    for (const one of steps) {
      const before = images.at(-1) ?? ledgerOf();
      const next = after(before, one);
      if (next !== before) images.push(next);
    }
    return images;
  });

/** Each image with the one before it; the first has none. */
export function changesIn(images: readonly Ledger[]) {
  return images.map((is, index) => ({ before: images[index - 1], after: is }));
}
