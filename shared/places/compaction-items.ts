import type { Change } from '../change.ts';
import type { Outcome, Table } from '../table/table.ts';
import type { Ledger } from './ledger.ts';
import { writeLedger } from './places-items.ts';

/** What a compaction takes out of a ledger. */
export interface Leftovers {
  readonly tombstones: readonly { readonly key: string; readonly ticket: number }[];
  /** Claims whose date no longer matters, since nothing of them waits or is held; what is confirmed never waits again. */
  readonly claims: readonly string[];
  /** Short ids of organisations that have nothing live here. */
  readonly organisations: readonly string[];
  /** Places that are gone and had lost a name. */
  readonly unnamed: readonly string[];
}

/** Takes leftovers out: each tombstone only while exactly this ticket is given back under its key. */
export async function writeCompaction(
  table: Table,
  cohort: string,
  leftovers: Leftovers,
  change: Change,
): Promise<Outcome<Ledger>> {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = { ':one': 1, ':change': change };
  const conditions = ['attribute_exists(pk)'];
  const removed: string[] = [];
  for (const [index, { key, ticket }] of leftovers.tombstones.entries()) {
    names[`#k${String(index)}`] = key;
    values[`:t${String(index)}`] = -ticket;
    removed.push(`entries.#k${String(index)}`);
    conditions.push(`entries.#k${String(index)} = :t${String(index)}`);
  }
  for (const [index, claim] of leftovers.claims.entries()) {
    names['#until'] = 'until';
    names[`#c${String(index)}`] = claim;
    removed.push(`#until.#c${String(index)}`);
  }
  for (const [index, organisation] of leftovers.organisations.entries()) {
    names['#live'] = 'live';
    names[`#o${String(index)}`] = organisation;
    values[':none'] = 0;
    removed.push(`#live.#o${String(index)}`);
    conditions.push(`#live.#o${String(index)} = :none`);
  }
  for (const [index, ticket] of leftovers.unnamed.entries()) {
    names[`#u${String(index)}`] = ticket;
    removed.push(`unnamed.#u${String(index)}`);
  }
  const update = `SET version = version + :one, change = :change REMOVE ${removed.join(', ')}`;
  return await writeLedger(table, cohort, update, { condition: conditions.join(' AND '), names, values });
}
