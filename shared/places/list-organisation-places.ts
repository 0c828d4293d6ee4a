import * as z from 'zod';
import { findCohorts } from '../cohorts/find-cohorts.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { cohortStatuses } from './ledger.ts';
import { readHoldings } from './holdings-items.ts';

const input = z.strictObject(pageInput);
const output = pageOf(
  z.object({
    cohort: z.string(),
    programme: z.string(),
    host: z.string(),
    title: z.string(),
    name: z.string(),
    firstDay: z.iso.date(),
    lastDay: z.iso.date(),
    status: z.enum(cohortStatuses),
    confirmed: z.array(z.int()).describe('Tickets of places that are confirmed'),
    waiting: z.array(z.int()).describe('Tickets that wait'),
  }),
);

/** The places of the organisation acted for, across cohorts. A view: what was done in the last seconds may be missing. */
export const listOrganisationPlaces = defineOperation({
  name: 'list-organisation-places',
  summary: 'See the places of your organisation across cohorts',
  kind: 'read',
  input,
  output,
  example: { limit: 50 },
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, { limit, after }, organisation) {
    const page = await readPage({
      sources: [async (from, wanted) => await readHoldings(context.table, organisation, from, wanted)],
      sortKey: ({ sk }) => sk,
      answer: (holding) => (holding.confirmed.length + holding.waiting.length === 0 ? undefined : holding),
      after: sortKeyAfter(after, /^COHORT#coh_[0-9a-z]{12}$/),
      limit,
    });
    const cohorts = await findCohorts(
      context.table,
      page.items.map(({ cohort }) => cohort),
    );
    const items = page.items.flatMap(({ cohort: id, status, confirmed, waiting }) => {
      const cohort = cohorts.get(id);
      if (cohort === undefined) return [];
      const { programme, host, title, name, firstDay, lastDay } = cohort;
      return [{ cohort: id, programme, host, title, name, firstDay, lastDay, status, confirmed, waiting }];
    });
    return page.next === undefined ? { items } : { items, next: page.next };
  },
});
