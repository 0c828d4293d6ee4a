import type { Change } from '../change.ts';
import type { Outcome, Table } from '../table/table.ts';
import { claimOf, shortId, standingOf, type Entry, type Ledger } from './ledger.ts';
import { writeLedger } from './places-items.ts';

/** How many places one write passes on: an expression has at most 4 KB. */
const mostAtOnce = 30;

/** Places that one write passes on: from one organisation to another, each under its old key and its new one. */
export interface PassedPart {
  readonly from: string;
  readonly to: string;
  readonly entries: readonly { readonly key: string; readonly newKey: string; readonly ticket: number }[];
  /** The claims of those places, and which of them have nothing else left. */
  readonly claims: readonly { readonly claim: string; readonly newClaim: string; readonly isWhole: boolean }[];
}

/**
 * The next places of an organisation that pass to its successor, lowest tickets first, at most thirty; none when it has
 * nothing left. A passed key names the organisation that it came from behind the one that has it, so that it can be neither
 * a claim of the successor's own nor one that came from somewhere else, and what is held stays held until its own date.
 */
export function nextPart(ledger: Ledger, from: string, to: string): PassedPart | undefined {
  const { confirmed, waiting } = standingOf(ledger);
  const own = [...confirmed, ...waiting].filter(({ organisation }) => organisation === from);
  if (own.length === 0) return undefined;
  const part = own.toSorted((one, other) => one.ticket - other.ticket).slice(0, mostAtOnce);
  const passed = new Set(part.map(({ ticket }) => ticket));
  const left = new Set(own.filter(({ ticket }) => !passed.has(ticket)).map(({ key }) => claimOf(key)));
  const claims = [...new Set(part.map(({ key }) => claimOf(key)))].map((claim) => {
    return { claim, newClaim: passedClaim(claim, from, to), isWhole: !left.has(claim) };
  });
  return { from, to, entries: part.map((entry) => renamed(entry, from, to)), claims };
}

function renamed({ key, ticket }: Entry, from: string, to: string) {
  const claim = claimOf(key);
  return { key, ticket, newKey: `${passedClaim(claim, from, to)}${key.slice(claim.length)}` };
}

/** The longest of what stands behind the organisation in a claim key of its own; longer, it names where it came from. */
const longestOwn = 8;

function passedClaim(claim: string, from: string, to: string): string {
  const rest = claim.slice(shortId(from).length);
  return `${shortId(to)}${rest.length > longestOwn ? '' : shortId(from)}${rest}`;
}

/**
 * Passes places on in one write: each only while it is live under exactly this key. Tickets, the order and names stay, and so
 * does who holds a place and who waits; neither the limit an organisation nor the bounds of the ledger count.
 */
export async function writePassed(
  table: Table,
  cohort: string,
  ledger: Ledger,
  { from, to, entries, claims }: PassedPart,
  change: Change,
): Promise<Outcome<Ledger>> {
  const names: Record<string, string> = { '#live': 'live', '#from': shortId(from), '#to': shortId(to) };
  const values: Record<string, unknown> = { ':one': 1, ':zero': 0, ':change': change, ':passed': entries.length };
  const sets = [
    'version = version + :one',
    'change = :change',
    '#live.#from = #live.#from - :passed',
    '#live.#to = if_not_exists(#live.#to, :zero) + :passed',
  ];
  const removed: string[] = [];
  const conditions = ['attribute_exists(pk)'];
  for (const [index, { key, newKey, ticket }] of entries.entries()) {
    const number = String(index);
    Object.assign(names, { [`#k${number}`]: key, [`#n${number}`]: newKey });
    values[`:t${number}`] = ticket;
    sets.push(`entries.#n${number} = :t${number}`);
    removed.push(`entries.#k${number}`);
    conditions.push(`entries.#k${number} = :t${number}`, `attribute_not_exists(entries.#n${number})`);
  }
  for (const [index, { claim, newClaim, isWhole }] of claims.entries()) {
    const until = ledger.until[claim];
    if (until === undefined) continue;
    const number = String(index);
    Object.assign(names, { '#until': 'until', [`#u${number}`]: newClaim });
    values[`:u${number}`] = until;
    sets.push(`#until.#u${number} = :u${number}`);
    if (!isWhole) continue;
    names[`#c${number}`] = claim;
    removed.push(`#until.#c${number}`);
  }
  // A successor was told nothing of what the other was reminded of: it is due anew, with all that is due on the cohort.
  if (entries.some(({ ticket }) => ledger.reminded?.has(ticket) === true)) {
    sets.push('dueSince = version + :one');
    removed.push('reminded');
  }
  const update = `SET ${sets.join(', ')} REMOVE ${removed.join(', ')}`;
  return await writeLedger(table, cohort, update, { condition: conditions.join(' AND '), names, values });
}
