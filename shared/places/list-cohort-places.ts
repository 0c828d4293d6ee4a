import * as z from 'zod';
import { cohortStates } from '../cohorts/cohort-states.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { countsOf, placesOf, placeSchema } from './ledger.ts';
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
});

/**
 * The places of a cohort as they are at this moment, read from the ledger itself: the host sees which organisation has
 * which place, every other organisation its own places and the counts. At most 180 places: one page.
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
    return { cohort: cohort.id, status: ledger.status, capacity: ledger.capacity, ...countsOf(ledger), places };
  },
});
