import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerOwnCost, ownCostAnswerSchema } from './own-cost.ts';
import { readOwnCost, writeOwnCost } from './own-costs-items.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * Takes back what the own organisation stated that a place would cost it without sharing: what sharing saved is told it by
 * the fewest viable places again.
 *
 * Refusals: `request.stale`.
 */
export const withdrawOwnCost = defineOperation({
  name: 'withdraw-own-cost',
  summary: 'Take back what your organisation stated that a place would cost without sharing',
  kind: 'change',
  input: z.strictObject({ cohort: cohortId }),
  output: ownCostAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['request.stale'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, given) {
    const { table } = context;
    const { cohort } = given;
    const organisation = actingOrganisation(context);
    const ownCost = await writeOnceBehind(context, 'withdraw-own-cost', given, {
      read: async () => await readOwnCost(table, organisation, cohort),
      write: async (next) => await writeOwnCost(table, { organisation, cohort, ...next }),
    });
    return answerOwnCost(cohort, ownCost);
  },
});
