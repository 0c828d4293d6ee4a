import * as fc from 'fast-check';
import { heldKey, standingOf, type Entry, type Ledger } from '../../shared/places/ledger.ts';
import { organisationNamed } from './cohorts.ts';
import { ledgerOf, organisations } from './random-ledgers.ts';

/** What happens next to the ledger of a cohort with held places and names; who it happens to is chosen by number. */
const kinds = [
  'claimed',
  'given-back',
  'lapsed',
  'named',
  'unnamed',
  'reminded',
  'released',
  'capacity-changed',
  'claims-collected',
  'places-allocated',
  'moved',
  'due-anew',
] as const;

interface Step {
  readonly kind: (typeof kinds)[number];
  readonly chosen: number;
}

const begin = Date.parse('2027-01-01T00:00:00.000Z');

/** The ledger after a step, as the conditional writes of shared/places make it; the same when the step would be refused. */
function next(ledger: Ledger, { kind, chosen }: Step): Ledger {
  const { confirmed, waiting } = standingOf(ledger);
  const isNamed = ({ ticket }: Entry) => ledger.named?.has(ticket) === true;
  const isReminded = ({ ticket }: Entry) => ledger.reminded?.has(ticket) === true;
  const oneOf = (entries: readonly Entry[]) => entries[chosen % Math.max(1, entries.length)];
  const unnamed = confirmed.filter((entry) => !isNamed(entry));
  switch (kind) {
    case 'claimed':
      return claimed(ledger, chosen);
    case 'given-back':
      return gone(ledger, kind, oneOf([...unnamed, ...waiting]));
    case 'lapsed':
      return gone(ledger, kind, oneOf(waiting));
    case 'released':
      return gone(ledger, kind, oneOf(unnamed.filter(isReminded)));
    case 'named':
      return marked(ledger, kind, oneOf(unnamed));
    case 'unnamed':
      return marked(ledger, kind, oneOf(confirmed.filter(isNamed)));
    case 'reminded':
      return marked(ledger, kind, oneOf(unnamed.filter((entry) => !isReminded(entry))));
    case 'capacity-changed': {
      const more = 1 + (chosen % 2);
      return written(ledger, kind, { capacity: ledger.capacity + more, room: ledger.room + more });
    }
    case 'claims-collected':
      return ledger.collecting === undefined || ledger.lateFrom !== undefined
        ? ledger
        : written(ledger, kind, { lateFrom: ledger.next });
    case 'places-allocated':
      return allocated(ledger, chosen);
    case 'moved':
    case 'due-anew':
      return written(ledger, kind, { dueSince: ledger.version + 1, reminded: undefined });
  }
}

function written(ledger: Ledger, type: string, changed: Partial<Ledger>): Ledger {
  const version = ledger.version + 1;
  const at = new Date(begin + version * 60_000).toISOString();
  const days = { firstDay: '2027-10-05', lastDay: '2027-12-07' };
  const change = { type, by: 'mem_given', at, audience: 'all', nameBy: at, ...days };
  return { ...ledger, ...changed, version, change };
}

function claimed(ledger: Ledger, chosen: number): Ledger {
  if (ledger.room < 1) return ledger;
  const short = organisations[chosen % organisations.length]?.slice('org_'.length) ?? '';
  const key = `${short}${String(ledger.version).padStart(8, '0')}.0`;
  return written(ledger, 'claimed', {
    entries: { ...ledger.entries, [key]: ledger.next },
    next: ledger.next + 1,
    room: ledger.room - 1,
    live: { ...ledger.live, [short]: (ledger.live[short] ?? 0) + 1 },
  });
}

function gone(ledger: Ledger, type: string, entry: Entry | undefined): Ledger {
  if (entry === undefined) return ledger;
  const { key, ticket } = entry;
  const short = key.slice(0, 7);
  return written(ledger, type, {
    entries: { ...ledger.entries, [key]: -ticket },
    live: { ...ledger.live, [short]: (ledger.live[short] ?? 0) - 1 },
    room: ledger.room + 1,
    reminded: without(ledger.reminded, ticket),
  });
}

function marked(ledger: Ledger, type: 'named' | 'unnamed' | 'reminded', entry: Entry | undefined): Ledger {
  if (entry === undefined) return ledger;
  const { ticket } = entry;
  const { named = new Set<number>(), reminded = new Set<number>() } = ledger;
  if (type === 'reminded') return written(ledger, type, { reminded: new Set([...reminded, ticket]) });
  const flags = type === 'named' ? new Set([...named, ticket]) : without(named, ticket);
  return written(ledger, type, { named: flags, reminded: without(reminded, ticket) });
}

/** Fixes the order of what waits: the later claims first, when the number is odd. */
function allocated(ledger: Ledger, chosen: number): Ledger {
  if (ledger.collecting === undefined || ledger.lateFrom === undefined) return ledger;
  const { lateFrom, collecting: _collecting, ...rest } = ledger;
  const timely = standingOf(ledger).waiting.flatMap(({ ticket }) => (ticket < lateFrom ? [ticket] : []));
  return written({ ...rest, lateFrom }, 'places-allocated', { order: chosen % 2 === 1 ? timely.toReversed() : timely });
}

function without(tickets: ReadonlySet<number> = new Set(), ticket: number): Set<number> {
  return new Set([...tickets].filter((one) => one !== ticket));
}

/** A ledger as it opens: some places held for the council, and claims collected or not. */
function opened(held: number, collecting: boolean): Ledger {
  const council = organisationNamed('council');
  const key = heldKey(council);
  return ledgerOf({
    capacity: 4,
    waitlist: 4,
    room: 8 - held,
    next: 1 + held,
    entries: Object.fromEntries(Array.from({ length: held }, (_, index) => [`${key}.${String(index)}`, index + 1])),
    live: held === 0 ? {} : { [council.slice('org_'.length)]: held },
    until: held === 0 ? {} : { [key]: 1_800_000_000 },
    ...(collecting ? { collecting: 1_790_000_000 } : {}),
  });
}

/** The images of ledgers with held places, names, reminders and releases, and of some whose places are allocated. */
export const lives: fc.Arbitrary<readonly Ledger[]> = fc
  .record({
    held: fc.nat(3),
    collecting: fc.boolean(),
    steps: fc.array(fc.record({ kind: fc.constantFrom(...kinds), chosen: fc.nat(20) }), {
      minLength: 15,
      maxLength: 40,
    }),
  })
  .map(({ held, collecting, steps }) => {
    const images = [opened(held, collecting)];
    for (const step of steps) {
      const before = images.at(-1) ?? ledgerOf();
      const after = next(before, step);
      if (after !== before) images.push(after);
    }
    return images;
  });
