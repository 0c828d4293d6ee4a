import type { Table } from '../table/table.ts';
import type { Statement } from './statement.ts';
import { readStatements } from './statements-items.ts';

/** Those statements of these ids that are issued, by id; one of the last second may be missing. */
export async function findIssued(table: Table, ids: readonly string[]): Promise<ReadonlyMap<string, Statement>> {
  const found = await readStatements(table, [...new Set(ids)]);
  return new Map(found.map((statement) => [statement.id, statement]));
}
