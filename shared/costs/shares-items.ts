import { readRecordedChanges, type RecordedChanges } from '../events/recorded-changes.ts';
import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table, type TransactionWrite } from '../table/table.ts';
import { sharesSchema, type Shares } from './shares.ts';

export type NewShares = Omit<Shares, 'pk' | 'sk'>;

/** How the cost of a cohort is shared, as it is at this moment; undefined while nothing was worked out. */
export async function readShares(table: Table, cohort: string): Promise<Shares | undefined> {
  return await table.get(keys.shares(cohort), sharesSchema, { consistent: true });
}

/** All recorded changes of what says what a cohort costs and who has places on it, in the order in which they were made. */
export async function readCostRecords(table: Table, cohort: string): Promise<RecordedChanges> {
  return await readRecordedChanges(table, keys.cohort(cohort).pk, ['COHORT', 'LEDGER', 'COSTS', 'PLACE']);
}

/** The write of shares, refused unless they are of the version before. */
export function sharesWritten(shares: NewShares): Extract<TransactionWrite, { put: unknown }> {
  const seen = shares.version - 1;
  const onlyIf: Condition =
    seen === 0
      ? absent
      : { condition: '#version = :seen', names: { '#version': 'version' }, values: { ':seen': seen } };
  return { put: { ...shares, ...keys.shares(shares.cohort) }, onlyIf };
}
