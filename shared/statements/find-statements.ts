import { readUpTo } from '../paging.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import type { Statement } from './statement.ts';
import { readStatement, readStatements } from './statements-items.ts';
import { unsettledSortKey, unsettledSource } from './statements-views.ts';

/** The most unsettled statements of one creditor that are looked through. */
const mostOpen = 5000;
/** Of how many creditors they are read at once. */
const atOnce = 8;

/** A statement as it is at this moment; undefined when there is none of this id. */
export async function findStatementById(table: Table, statement: string): Promise<Statement | undefined> {
  return await readStatement(table, statement);
}

/**
 * The statements between some organisations that are agreed and wait to be settled: of no settlement yet, and not of nought.
 * Only of one period where one is given. By id; and whether those are all. Each is looked at as it is at this moment, so that
 * what was agreed just now is among them; one that was also issued within the last seconds may not stand in the lists yet,
 * and is missed. Who takes one for a settlement claims it (`claimForSettlement`), which is decided by the statement itself.
 */
export async function findAgreedStatements(
  table: Table,
  organisations: readonly string[],
  period?: string,
): Promise<{ readonly statements: readonly Statement[]; readonly isAll: boolean }> {
  const among = new Set(organisations);
  const read = await manyAtOnce(
    [...among],
    atOnce,
    async (creditor) => await readUpTo(unsettledSource(table, creditor, 'owed-to-us'), unsettledSortKey, mostOpen),
  );
  const listed = read
    .flatMap(({ rows }) => rows)
    .filter((line) => among.has(line.counterparty) && (period === undefined || period === line.period));
  // However they stand in the lists: those lag behind.
  const found = await readStatements(
    table,
    listed.map(({ statement }) => statement),
  );
  const statements = found
    .filter(({ status, settlement, gross }) => status === 'agreed' && settlement === undefined && gross !== 0)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return { statements, isAll: read.every(({ isAll }) => isAll) };
}
