import * as z from 'zod';
import { changeNow } from '../change.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findLedger, ledgerArchived } from '../places/cohort-ledger.ts';
import { cohortAnswer, cohortAnswerSchema } from './cohort-answer.ts';
import { isOver } from './cohort-plan.ts';
import { cohortId, type Cohort } from './cohort.ts';
import { openedReplaced } from './cohorts-items.ts';
import { findCurrentPlan } from './find-current-plan.ts';
import { findVisibleCohort } from './find-visible-cohort.ts';

/** How often the transaction is tried again that another change has overtaken. */
const attempts = 3;

/**
 * Archives a cohort that is over, or cancelled (a draft too): it is left out of the lists of cohorts from then on. It can
 * still be read, with its places and its history, and whoever has places there keeps them in their own list. Repeating it
 * changes nothing.
 *
 * Refusals: `cohort.not-over`, `request.busy`. Causes cohort.archived.
 */
export const archiveCohort = defineOperation({
  name: 'archive-cohort',
  summary: 'Leave a cohort that is over or cancelled out of the lists',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId }),
  output: cohortAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: ['cohort.not-over', 'request.busy'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, _input, found) {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const ledger = await findLedger(context.table, found.id);
      const cohort = await findCurrentPlan(context.table, found, ledger);
      if (cohort.archived === true) return cohortAnswer(cohort, ledger, cohort.host);
      const ended = ledger?.status === 'cancelled' || isOver(cohort, context.clock.now());
      if (!cohort.opened || !ended) throw refusal('cohort.not-over');
      const change = changeNow(context, 'archived');
      const next: Cohort = { ...cohort, archived: true, version: cohort.version + 1, change };
      const written = await context.table.transact([openedReplaced(next), ledgerArchived(next, change)]);
      if (written) return cohortAnswer(next, ledger, cohort.host);
    }
    throw refusal('request.busy');
  },
});
