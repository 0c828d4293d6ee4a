import * as z from 'zod';
import { answeredFileSchema } from '../answered-file.ts';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { refusal } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { findOrganisations } from '../organisations/find-organisations.ts';
import { writeSheet } from '../sheets/write-sheet.ts';
import type { Table } from '../table/table.ts';
import { readHoldings } from './holdings-items.ts';

/** The most places in one sheet. */
const mostLines = 5000;
/** How many are read at once. */
const atOnce = 100;

const columns = [
  'cohort',
  'programme',
  'title',
  'name',
  'host',
  'hostName',
  'firstDay',
  'lastDay',
  'status',
  'ticket',
  'state',
] as const;

const input = z.strictObject({
  from: z.iso.date().optional().describe('Only cohorts that begin on this day or later'),
  to: z.iso.date().optional().describe('Only cohorts that begin on this day or earlier'),
});
type Days = z.infer<typeof input>;

/**
 * The places of the organisation acted for, across cohorts, for a spreadsheet: a line each. A view: what was done in the
 * last seconds may be missing. Refuses with `request.too-large` above 5,000 places: then ask for those of some days.
 */
export const exportOrganisationPlaces = defineOperation({
  name: 'export-organisation-places',
  summary: 'The places of your organisation across cohorts, for a spreadsheet',
  kind: 'read',
  input,
  output: answeredFileSchema,
  example: { from: '2027-04-01', to: '2028-03-31' },
  refusals: ['request.too-large'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table, clock }, days, organisation) {
    const rows = await readRows(table, organisation, days);
    const day = clock.now().toISOString().slice(0, 10);
    return { name: `places-${organisation}-${day}.csv`, content: writeSheet(columns, rows) };
  },
});

async function readRows(table: Table, organisation: string, days: Days) {
  const rows = [];
  let after: string | undefined;
  do {
    const holdings = await readHoldings(table, organisation, after, atOnce);
    rows.push(...(await tellHoldings(table, holdings, days)));
    if (rows.length > mostLines) {
      throw refusal('request.too-large', `These are more than ${String(mostLines)} places: ask for those of some days`);
    }
    after = holdings.length < atOnce ? undefined : holdings.at(-1)?.sk;
  } while (after !== undefined);
  return rows;
}

/** The lines of what an organisation has, cohort by cohort, on those that begin on these days. */
async function tellHoldings(
  table: Table,
  holdings: Awaited<ReturnType<typeof readHoldings>>,
  { from = '', to = '9999' }: Days,
) {
  const held = holdings.filter(({ confirmed, waiting }) => confirmed.length + waiting.length > 0);
  const cohorts = await findCohorts(
    table,
    held.map(({ cohort }) => cohort),
  );
  const hosts = await findOrganisations(
    table,
    [...cohorts.values()].map(({ host }) => host),
  );
  return held.flatMap(({ cohort, status, confirmed, waiting }) => {
    const plan = cohorts.get(cohort);
    if (plan === undefined || plan.firstDay < from || plan.firstDay > to) return [];
    const { programme, title, name, host, firstDay, lastDay } = plan;
    const hostName = hosts.get(host)?.name;
    const line = { cohort, programme, title, name, host, hostName, firstDay, lastDay, status };
    const placed = (state: string) => (ticket: number) => ({ ...line, ticket, state });
    return [...confirmed.map(placed('confirmed')), ...waiting.map(placed('waiting'))];
  });
}
