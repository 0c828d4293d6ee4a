import { readUpTo } from '../paging.ts';
import type { Table } from '../table/table.ts';
import { readHoldings } from './holdings-items.ts';

/** The most cohorts of one organisation that are looked through, and that are answered. */
const mostLookedThrough = 2000;
const mostCohorts = 500;

/**
 * The cohorts on which an organisation has, or had, places or a place in line, and whose first day lies from one day up to
 * another (both counted): at most 500, of at most 2,000. `incomplete` says that there are more. A view: it may lag some
 * seconds behind a change, and what the organisation has there is the ledger's to say.
 */
export async function findHeldCohorts(
  table: Table,
  organisation: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<{ readonly cohorts: readonly string[]; readonly incomplete: boolean }> {
  const lines = await readUpTo(
    async (after, limit) => await readHoldings(table, organisation, after, limit),
    ({ sk }) => sk,
    mostLookedThrough,
  );
  const cohorts = lines.rows
    .filter(({ firstDay = from }) => from <= firstDay && firstDay <= to)
    .map(({ cohort }) => cohort);
  return { cohorts: cohorts.slice(0, mostCohorts), incomplete: !lines.isAll || cohorts.length > mostCohorts };
}
