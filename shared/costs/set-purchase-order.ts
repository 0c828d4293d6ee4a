import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findClaimedOrders } from '../places/find-claimed-orders.ts';
import { answerOrder, orderAnswerSchema } from './buying-answer.ts';
import { readOrder, writeOrder } from './buying-items.ts';
import { orderDetails } from './buying-rules.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * Sets by which purchase order the own organisation orders its places on a cohort, claimed, held or given to its applicants, and to which
 * of its cost centres it books them; both anew, and what is not given is taken away. `If-Match: "0"` sets them for the first time.
 *
 * The purchase order counts instead of those that came with claims: where the organisation's own rules ask for one, and on statements
 * that are issued from then on. One that was issued keeps what it says. The cost centre is in the organisation's own journal.
 *
 * Refusals: `request.stale`.
 */
export const setPurchaseOrder = defineOperation({
  name: 'set-purchase-order',
  summary: 'Set by which purchase order, and for which cost centre, your organisation orders on a cohort',
  kind: 'change',
  input: z.strictObject({ cohort: cohortId, ...orderDetails }),
  output: orderAnswerSchema,
  example: { cohort: 'coh_0123456789ab', purchaseOrder: 'PO-20417', costCentre: 'C4711' },
  refusals: ['request.stale'],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, given) {
    const { table } = context;
    const { cohort, purchaseOrder, costCentre } = given;
    const organisation = actingOrganisation(context);
    const order = await writeOnceBehind(context, 'set-purchase-order', given, {
      read: async () => await readOrder(table, organisation, cohort),
      write: async (next) => await writeOrder(table, { organisation, cohort, purchaseOrder, costCentre, ...next }),
    });
    return answerOrder(cohort, order, await findClaimedOrders(table, cohort, organisation));
  },
});
