import { refusal } from '../errors.ts';
import { readUpTo } from '../paging.ts';
import { periodPostingsSource } from '../postings/period-postings.ts';
import type { Table } from '../table/table.ts';
import { hashOfLines } from './statement-hash.ts';
import { lineOf, type StatementLine } from './statement-line.ts';
import { mostLines, type Statement } from './statement.ts';

type Partition = Pick<Statement, 'creditor' | 'debtor' | 'period'>;

/** The lines that a statement for a period has or would have, at most 10,000, by their ids; and whether those are all. */
export async function findLines(table: Table, partition: Partition) {
  const { rows, isAll } = await readUpTo(periodPostingsSource(table, partition), ({ id }) => id, mostLines);
  return { lines: rows.map(lineOf), isAll };
}

/**
 * All lines of a statement, by their ids. Refuses with `statement.altered` when they are not those that it was issued with, by
 * its hash.
 */
export async function findFixedLines(
  table: Table,
  statement: Partition & Pick<Statement, 'hash'>,
): Promise<readonly StatementLine[]> {
  const { lines, isAll } = await findLines(table, statement);
  if (!isAll || hashOfLines(lines) !== statement.hash) throw refusal('statement.altered');
  return lines;
}
