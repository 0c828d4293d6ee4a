import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findVisibleCohort } from '../cohorts/find-visible-cohort.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { findClaimedOrders } from '../places/find-claimed-orders.ts';
import { answerOrder, orderAnswerSchema } from './buying-answer.ts';
import { readOrder } from './buying-items.ts';

/** By which purchase order, and for which of its cost centres, the own organisation orders its places on a cohort. */
export const getPurchaseOrder = defineOperation({
  name: 'get-purchase-order',
  summary: 'By which purchase order, and for which cost centre, your organisation orders on a cohort',
  kind: 'read',
  input: z.strictObject({ cohort: cohortId }),
  output: orderAnswerSchema,
  example: { cohort: 'coh_0123456789ab' },
  refusals: [],
  notFound: 'cohort.not-found',
  target: findVisibleCohort,
  async run(context, { cohort }) {
    const { table } = context;
    const organisation = actingOrganisation(context);
    const [order, claimed] = await Promise.all([
      readOrder(table, organisation, cohort),
      findClaimedOrders(table, cohort, organisation),
    ]);
    return answerOrder(cohort, order, claimed);
  },
});
