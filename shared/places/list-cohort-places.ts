import * as z from 'zod';
import { cohortStates } from '../cohorts/cohort-states.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation, mayPerform } from '../operation.ts';
import { personId } from '../people/person.ts';
import type { Table } from '../table/table.ts';
import { readClaimReasons } from './allocations-items.ts';
import { claimOf, cohortOf, countsOf, placesOf, placeSchema, standingOf, type Ledger } from './ledger.ts';
import { readLedger } from './places-items.ts';

const output = z.object({
  cohort: z.string(),
  status: z.enum(cohortStates),
  capacity: z.int(),
  confirmed: z.int(),
  held: z.int().describe('Those of them that are held for partners, nobody being named on them'),
  free: z.int(),
  waiting: z.int(),
  places: z.array(placeSchema).describe('To the host, every place; to others, their own'),
  claims: z
    .array(
      z.object({
        tickets: z.array(z.int()).describe('The places that were claimed, those that are still there'),
        reason: z.string().optional(),
        people: z.array(personId).optional().describe('Whom you would send, in the order of your preference'),
      }),
    )
    .optional()
    .describe('What you said of your own claims where places are allocated; for who may see your people'),
});

/**
 * The places of a cohort as they are at this moment, read from the ledger itself: the host sees which organisation has
 * which place, every other organisation its own places and the counts, and where places are allocated what it said of its
 * claims itself. At most 180 places: one page.
 */
export const listCohortPlaces = defineOperation({
  name: 'list-cohort-places',
  summary: 'See who has places on a cohort: the host all, others their own and the counts',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, cohort) {
    const organisation = actingOrganisation(context);
    const ledger = await readLedger(context.table, cohort.id, { consistent: true });
    if (ledger === undefined) {
      const { capacity } = cohort;
      return {
        cohort: cohort.id,
        status: 'draft' as const,
        capacity,
        confirmed: 0,
        held: 0,
        free: capacity,
        waiting: 0,
        places: [],
      };
    }
    const places = organisation === cohort.host ? placesOf(ledger) : placesOf(ledger, organisation);
    const { status, capacity } = ledger;
    const answer = { cohort: cohort.id, status, capacity, ...countsOf(ledger), places };
    const tellsClaims = cohort.allocation !== undefined && mayPerform('list-cohort-people', context.actor);
    return tellsClaims ? { ...answer, claims: await claimsOf(context.table, ledger, organisation) } : answer;
  },
});

/** What an organisation said of those of its claims of which something is left, by the tickets that are. */
async function claimsOf(table: Table, ledger: Ledger, organisation: string) {
  const { confirmed, waiting } = standingOf(ledger);
  const own = [...confirmed, ...waiting].filter((entry) => entry.organisation === organisation);
  const claims = Map.groupBy(own, ({ key }) => claimOf(key));
  const said = await readClaimReasons(table, cohortOf(ledger), [...claims.keys()]);
  return [...claims].flatMap(([claim, entries]) => {
    const why = said.get(claim);
    return why === undefined ? [] : [{ tickets: entries.map(({ ticket }) => ticket), ...why }];
  });
}
