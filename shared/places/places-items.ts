import * as z from 'zod';
import type { Change } from '../change.ts';
import { digest } from '../ids.ts';
import { keys } from '../table/keys.ts';
import type { Outcome, Table } from '../table/table.ts';
import type { ClaimedPart } from './claimed-places.ts';
import { ledgerSchema, mostEntries, shortId, type Entry, type Ledger } from './ledger.ts';

/** Reads a cohort's ledger; undefined while the cohort is a draft. */
export async function readLedger(
  table: Table,
  cohort: string,
  options: { consistent?: boolean } = {},
): Promise<Ledger | undefined> {
  return await table.get(keys.ledger(cohort), ledgerSchema, options);
}

/** The ledgers of several cohorts; those of drafts are left out. */
export async function readLedgers(table: Table, cohorts: readonly string[]): Promise<Ledger[]> {
  return await table.getMany(
    cohorts.map((cohort) => keys.ledger(cohort)),
    ledgerSchema,
  );
}

/**
 * The claim key of the first place of a request; the others follow with their number behind the dot. It begins with the
 * organisation, so a place is known as its holder's, and is the same each time the request is sent.
 */
export function claimKey(organisation: string, actor: string, idempotencyKey: string): string {
  return `${shortId(organisation)}${digest(actor, 'claim-place', idempotencyKey).slice(0, 8)}`;
}

export interface ClaimWrite {
  readonly cohort: string;
  /** The version of the plan by which it is claimed. */
  readonly planned: number;
  readonly organisation: string;
  /** As `claimKey` makes it. */
  readonly key: string;
  readonly quantity: number;
  /** How many live entries the organisation may have with these. */
  readonly limit: number;
  /** All of them confirmed at once, or none at all. */
  readonly allOrNothing: boolean;
  readonly waitlist: number;
  /** The second at which those that wait lapse. */
  readonly until: number | undefined;
  /** Only what the claim changed comes back, not the whole ledger. */
  readonly brief: boolean;
  /** Also on a closed cohort: for places that its host gives itself. */
  readonly alsoClosed?: boolean;
  readonly change: Change;
}

const claimedSchema = z.union([ledgerSchema, ledgerSchema.pick({ room: true, entries: true, version: true })]);

/** What became of a claim: what it changed, and the whole ledger unless it was to be brief; or the ledger that refused it. */
export type ClaimOutcome =
  | { readonly applied: true; readonly changed: ClaimedPart; readonly whole: Ledger | undefined }
  | { readonly applied: false; readonly whole: Ledger | undefined };

/**
 * Claims in one write. The tickets are given by the write itself (`next`, `next + 1`, ...), so claims never have to read
 * the ledger first and none is turned away because another came at the same moment.
 * Refused (with the ledger that refused it) when the cohort is neither open nor closed and to be claimed from all the same,
 * the room is too little, the organisation's limit
 * would be passed, the ledger has too many entries, any of the keys is there already, or it knows another plan.
 */
export async function writeClaim(table: Table, claim: ClaimWrite): Promise<ClaimOutcome> {
  const names: Record<string, string> = {
    '#status': 'status',
    '#next': 'next',
    '#live': 'live',
    '#o': shortId(claim.organisation),
  };
  const values: Record<string, unknown> = {
    ':open': 'open',
    ':q': claim.quantity,
    ':zero': 0,
    ':one': 1,
    ':change': claim.change,
    ':most': claim.limit - claim.quantity,
    ':entries': mostEntries - claim.quantity,
    ':planned': claim.planned,
  };
  if (claim.alsoClosed === true) values[':closed'] = 'closed';
  const sets = ['#next = #next + :q', 'room = room - :q', 'version = version + :one', 'change = :change'];
  sets.push('#live.#o = if_not_exists(#live.#o, :zero) + :q');
  const conditions = [
    claim.alsoClosed === true ? '#status IN (:open, :closed)' : '#status = :open',
    'size(entries) <= :entries',
    '(attribute_not_exists(planned) OR planned = :planned)',
    // More at once than the limit is too many also for one who has nothing yet.
    claim.quantity > claim.limit ? '#live.#o <= :most' : '(attribute_not_exists(#live.#o) OR #live.#o <= :most)',
  ];
  if (claim.allOrNothing) {
    // Free places are what is left of the room when the waiting list is empty.
    conditions.push('waitlist = :waitlist', 'room >= :free', 'attribute_not_exists(collecting)');
    Object.assign(values, { ':waitlist': claim.waitlist, ':free': claim.waitlist + claim.quantity });
  } else {
    conditions.push('room >= :q');
  }
  if (claim.until !== undefined) {
    sets.push('#until.#claim = :until');
    Object.assign(names, { '#until': 'until', '#claim': claim.key });
    values[':until'] = claim.until;
  }
  for (let i = 0; i < claim.quantity; i += 1) {
    const number = String(i);
    names[`#k${number}`] = `${claim.key}.${number}`;
    values[`:n${number}`] = i;
    sets.push(`entries.#k${number} = #next + :n${number}`);
    conditions.push(`attribute_not_exists(entries.#k${number})`);
  }
  const condition = conditions.join(' AND ');
  const write = { update: `SET ${sets.join(', ')}`, condition, names, values, brief: claim.brief };
  const { applied, item } = await table.update(keys.ledger(claim.cohort), write, claimedSchema);
  const whole = item !== undefined && 'status' in item ? item : undefined;
  return applied ? { applied, whole, changed: item } : { applied, whole };
}

/**
 * Marks the key of a place that was never claimed as given back, under a ticket of its own: a claim that is on its way finds
 * it there, and is refused. False when the place was claimed meanwhile, or the key is marked already.
 */
export async function writeForgone(table: Table, cohort: string, key: string, change: Change): Promise<boolean> {
  const update = 'SET entries.#k = :zero - #next, #next = #next + :one, version = version + :one, change = :change';
  const { applied } = await writeLedger(table, cohort, update, {
    condition: 'attribute_exists(pk) AND attribute_not_exists(entries.#k)',
    names: { '#k': key, '#next': 'next' },
    values: { ':zero': 0, ':one': 1, ':change': change },
  });
  return applied;
}

/** What else has to be so for places to be given back, and what is remembered of it. */
export interface GiveBackCondition {
  /** The ledger is of this version still: for waits, which could be confirmed meanwhile. */
  readonly version?: number;
  /**
   * Each of the holders was reminded when the ledger was of this version, and nobody was named since: for what is released
   * without their doing.
   */
  readonly remindedBy?: number;
  /** What the ledger knows of lapsed waits from now on, as it follows from the version that is held to. */
  readonly lapsed?: Ledger['lapsed'];
}

/** Gives tickets back: each only while it is live under exactly this key and has no named person. */
export async function writeGiveBack(
  table: Table,
  cohort: string,
  entries: readonly Entry[],
  change: Change,
  { version, remindedBy, lapsed }: GiveBackCondition = {},
): Promise<Outcome<Ledger>> {
  const names: Record<string, string> = { '#live': 'live', '#status': 'status' };
  const values: Record<string, unknown> = {
    ':one': 1,
    ':change': change,
    ':given': entries.length,
    ':cancelled': 'cancelled',
  };
  const sets = ['room = room + :given', 'version = version + :one', 'change = :change'];
  const conditions = ['#status <> :cancelled'];
  const perOrganisation = Map.groupBy(entries, ({ organisation }) => shortId(organisation));
  for (const [index, [organisation, held]] of [...perOrganisation].entries()) {
    names[`#o${String(index)}`] = organisation;
    values[`:o${String(index)}`] = held.length;
    sets.push(`#live.#o${String(index)} = #live.#o${String(index)} - :o${String(index)}`);
  }
  for (const [index, { key, ticket }] of entries.entries()) {
    const number = String(index);
    names[`#k${number}`] = key;
    Object.assign(values, { [`:t${number}`]: ticket, [`:back${number}`]: -ticket });
    sets.push(`entries.#k${number} = :back${number}`);
    conditions.push(`entries.#k${number} = :t${number}`, `NOT contains(named, :t${number})`);
    if (remindedBy === undefined) continue;
    names[`#u${number}`] = String(ticket);
    conditions.push(`contains(reminded, :t${number})`);
    conditions.push(`(attribute_not_exists(unnamed.#u${number}) OR unnamed.#u${number} < :reminded)`);
  }
  if (remindedBy !== undefined) {
    conditions.push('(attribute_not_exists(dueSince) OR dueSince <= :reminded)');
    values[':reminded'] = remindedBy;
  }
  if (version !== undefined) {
    conditions.push('version = :version');
    values[':version'] = version;
  }
  if (lapsed !== undefined) {
    sets.push('lapsed = :lapsed');
    values[':lapsed'] = lapsed;
  }
  values[':gone'] = new Set(entries.map(({ ticket }) => ticket));
  return await writeLedger(table, cohort, `SET ${sets.join(', ')} DELETE reminded :gone`, {
    condition: conditions.join(' AND '),
    names,
    values,
  });
}

/**
 * Raises or lowers the capacity from the one seen; lowering only while nobody who holds a place would lose it. That it is
 * the one seen is told by how often it was changed, so that a duplicate which arrives late, when the capacity has been
 * changed and changed back, is refused too.
 */
export async function writeCapacity(
  table: Table,
  ledger: Ledger,
  cohort: string,
  capacity: number,
  change: Change,
): Promise<Outcome<Ledger>> {
  const lowered = ledger.capacity - capacity;
  const names = { '#status': 'status', '#capacity': 'capacity' };
  const values: Record<string, unknown> = {
    ':capacity': capacity,
    ':resized': (ledger.resized ?? 0) + 1,
    ':up': -lowered,
    ':one': 1,
    ':change': change,
    ':cancelled': 'cancelled',
  };
  let condition = '#status <> :cancelled';
  if (ledger.resized === undefined) condition += ' AND attribute_not_exists(resized)';
  else {
    condition += ' AND resized = :seen';
    values[':seen'] = ledger.resized;
  }
  if (lowered > 0) {
    condition += ` AND waitlist = :waitlist AND room >= :kept AND attribute_${ledger.collecting === undefined ? 'not_' : ''}exists(collecting)`;
    // While claims are collected nobody but those places are held for has one; then nobody may lose the place in line.
    const kept = ledger.collecting === undefined ? ledger.waitlist + lowered : lowered;
    Object.assign(values, { ':waitlist': ledger.waitlist, ':kept': kept });
  }
  const update =
    'SET #capacity = :capacity, resized = :resized, room = room + :up, version = version + :one, change = :change';
  return await writeLedger(table, cohort, update, { condition, names, values });
}

/** Closes or cancels: only from one of the given states. */
export async function writeStatus(
  table: Table,
  cohort: string,
  status: 'closed' | 'cancelled',
  from: readonly Ledger['status'][],
  change: Change,
): Promise<Outcome<Ledger>> {
  const values: Record<string, unknown> = { ':status': status, ':one': 1, ':change': change };
  const allowed = from.map((state, index) => {
    values[`:from${String(index)}`] = state;
    return `#status = :from${String(index)}`;
  });
  const update = 'SET #status = :status, version = version + :one, change = :change';
  return await writeLedger(table, cohort, update, {
    condition: `(${allowed.join(' OR ')})`,
    names: { '#status': 'status' },
    values,
  });
}

export interface LedgerCondition {
  readonly condition: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** One conditional write of a ledger; refused with the ledger that refused it. */
export async function writeLedger(
  table: Table,
  cohort: string,
  update: string,
  condition: LedgerCondition,
): Promise<Outcome<Ledger>> {
  return await table.update(keys.ledger(cohort), { update, ...condition }, ledgerSchema);
}
