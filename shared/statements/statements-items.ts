import * as z from 'zod';
import { keys, shardOf } from '../table/keys.ts';
import { absent, type Condition, type Item, type Table, type TransactionWrite } from '../table/table.ts';
import { statementSchema, type Statement } from './statement.ts';

type Unkeyed = Omit<Statement, 'pk' | 'sk'>;

function statementItem(statement: Unkeyed): Item {
  const key = keys.statement(statement.id);
  return { ...statement, ...key, gsi2pk: keys.live(shardOf(key.pk)), gsi2sk: `${key.sk}#${statement.id}` };
}

/** Reads a statement as it is at this moment. */
export async function readStatement(table: Table, statement: string): Promise<Statement | undefined> {
  return await table.get(keys.statement(statement), statementSchema, { consistent: true });
}

/** Reads several statements as they are at this moment, in no particular order. */
export async function readStatements(table: Table, statements: readonly string[]): Promise<Statement[]> {
  return await table.getMany(
    statements.map((statement) => keys.statement(statement)),
    statementSchema,
    { consistent: true },
  );
}

/** The two series of numbers that an organisation gives: of its invoices, and of its credit notes. */
export type Series = 'invoices' | 'creditNotes';

const numbersSchema = z.object({ invoices: z.int().optional(), creditNotes: z.int().optional() });

/** The last number that an organisation has given in one of its series; 0 before the first. */
export async function readLastNumber(table: Table, organisation: string, series: Series): Promise<number> {
  const numbers = await table.get(keys.statementNumbers(organisation), numbersSchema, { consistent: true });
  return numbers?.[series] ?? 0;
}

/**
 * Puts a statement and takes its number, both or neither: so a number is given once and none is left out. False when the
 * statement is there already, or when another has taken the number meanwhile.
 */
export async function putStatement(
  table: Table,
  statement: Unkeyed,
  taken: { readonly series: Series; readonly number: number },
): Promise<boolean> {
  const { series, number } = taken;
  const isFree = number === 1 ? 'attribute_not_exists(#series)' : '#series = :before';
  const values = { ':number': number, ...(number === 1 ? {} : { ':before': number - 1 }) };
  return await table.transact([
    { put: statementItem(statement), onlyIf: absent },
    {
      key: keys.statementNumbers(statement.issuer),
      change: { update: 'SET #series = :number', condition: isFree, names: { '#series': series }, values },
    },
  ]);
}

/**
 * Writes what a statement is from now on, if it still is of the version before; and what belongs to that, all of it or
 * nothing.
 */
export async function replaceStatement(
  table: Table,
  next: Unkeyed,
  together: readonly TransactionWrite[] = [],
): Promise<boolean> {
  const unchanged: Condition = { condition: 'version = :before', values: { ':before': next.version - 1 } };
  const put = statementItem(next);
  if (together.length === 0) return await table.put(put, unchanged);
  return await table.transact([{ put, onlyIf: unchanged }, ...together]);
}
