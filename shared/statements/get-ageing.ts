import * as z from 'zod';
import { dayOf } from '../clock.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { readUpTo } from '../paging.ts';
import type { Side } from '../postings/side.ts';
import type { Table } from '../table/table.ts';
import { ageingOf } from './ageing.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { unsettledSortKey, unsettledSource } from './statements-views.ts';

/** The most unsettled statements of one side that are looked through. */
const mostOpen = 5000;

const amount = z.int().describe('Pence (GBP); credit notes are taken off');
const aged = {
  notDue: amount,
  days1To30: amount,
  days31To60: amount,
  days61To90: amount,
  over90Days: amount,
  total: amount,
};
const ageingSchema = z.object({
  counterparties: z.array(z.object({ organisation: z.string(), ...aged })),
  all: z.object(aged),
});

/**
 * What of the statements of the organisation acted for is not settled, on both sides, by the other organisation and by how long
 * ago it was due (days in Europe/London). What is disputed is open too. A view: a change of the last seconds may be missing. Refuses
 * with `request.too-large` above 5,000 open statements on one side.
 */
export const getAgeing = defineOperation({
  name: 'get-ageing',
  summary: 'What your organisation is owed and owes, by how long ago it was due',
  kind: 'read',
  input: z.strictObject({ predecessor }),
  output: z.object({ asOf: z.iso.date(), owedToUs: ageingSchema, owedByUs: ageingSchema }),
  example: {},
  refusals: ['request.too-large'],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table, clock }, _input, organisation) {
    const asOf = dayOf(clock.now());
    const of = async (side: Side) => ageingOf(await findOpen(table, organisation, side), asOf);
    const [owedToUs, owedByUs] = await Promise.all([of('owed-to-us'), of('owed-by-us')]);
    return { asOf, owedToUs, owedByUs };
  },
});

async function findOpen(table: Table, organisation: string, side: Side) {
  const { rows, isAll } = await readUpTo(unsettledSource(table, organisation, side), unsettledSortKey, mostOpen);
  if (!isAll) throw refusal('request.too-large', `These are more than ${String(mostOpen)} open statements`);
  return rows;
}
