import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { answerOwnCost, ownCostAnswerSchema, ownCostDetails } from './own-cost.ts';
import { readOwnCost, writeOwnCost } from './own-costs-items.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * States what a place on a cohort would cost the own organisation without sharing, in place of what it stated before;
 * `If-Match: "0"` states it for the first time. What sharing saved is then told it by that figure, and not by the fewest viable
 * places. Nobody else sees it, the host neither.
 *
 * Refusals: `request.stale`.
 */
export const stateOwnCost = defineOperation({
  name: 'state-own-cost',
  summary: 'State what a place would cost your organisation without sharing',
  kind: 'change',
  input: z.strictObject({ cohort: cohortId, ...ownCostDetails }),
  output: ownCostAnswerSchema,
  example: { cohort: 'coh_0123456789ab', aPlace: 245_000, how: 'What we paid for one in 2025/26' },
  refusals: ['request.stale'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, given) {
    const { table } = context;
    const { cohort, ...stated } = given;
    const organisation = actingOrganisation(context);
    const ownCost = await writeOnceBehind(context, 'state-own-cost', given, {
      read: async () => await readOwnCost(table, organisation, cohort),
      write: async (next) => await writeOwnCost(table, { organisation, cohort, stated, ...next }),
    });
    return answerOwnCost(cohort, ownCost);
  },
});
