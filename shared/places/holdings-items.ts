import * as z from 'zod';
import { keys } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { cohortStatuses } from './ledger.ts';

const holdingSchema = z
  .object({
    sk: z.string(),
    status: z.enum(cohortStatuses),
    /** Of the cohort; absent on lines of before it was kept there. */
    firstDay: z.iso.date().optional(),
    confirmed: z.array(z.int()),
    waiting: z.array(z.int()),
  })
  .transform((holding) => ({ ...holding, cohort: holding.sk.slice('COHORT#'.length) }));

/** What an organisation has, cohort by cohort, behind a sort key (a view). */
export async function readHoldings(table: Table, organisation: string, after: string | undefined, limit: number) {
  return await table.query({ ...keys.placesOf(organisation), after, limit }, holdingSchema);
}
