import { readUpTo } from '../paging.ts';
import type { Table } from '../table/table.ts';
import type { Reversal } from './reversal.ts';
import { readReversalsOfCohort } from './reversals-items.ts';

/** The most reversals of one cohort that are added up. */
const mostReversals = 2000;

/** What reversals came to, in pence, with what stays owed all the same: below nought what was taken back. The treatment is that of the latest of them. */
export type Reversed = Pick<Reversal, 'net' | 'vat' | 'treatment'>;

/**
 * What was reversed of the postings of a cohort, by debtor, as it is at this moment; whoever it comes to nought for, a
 * reversal having been reversed itself, is not among them. It reads 2,000 reversals at most; `isAll` says whether those
 * are all.
 */
export async function findReversed(
  table: Table,
  cohort: string,
): Promise<{ readonly byDebtor: ReadonlyMap<string, Reversed>; readonly isAll: boolean }> {
  const { rows, isAll } = await readUpTo(
    async (after, limit) => await readReversalsOfCohort(table, cohort, limit, after),
    ({ sk }) => sk,
    mostReversals,
  );
  const sums = [...Map.groupBy(rows, ({ debtor }) => debtor)].map(([debtor, some]) => [debtor, sumOf(some)] as const);
  return { byDebtor: new Map(sums.filter(([, { net, vat }]) => net !== 0 || vat !== 0)), isAll };
}

function sumOf(reversals: readonly Reversal[]): Reversed {
  const latest = [...reversals].sort((one, other) => (one.change.at < other.change.at ? -1 : 1)).at(-1);
  return {
    net: reversals.reduce((sum, { net, remains }) => sum + net + (remains?.net ?? 0), 0),
    vat: reversals.reduce((sum, { vat, remains }) => sum + vat + (remains?.vat ?? 0), 0),
    treatment: latest?.treatment ?? 'to-be-confirmed',
  };
}
