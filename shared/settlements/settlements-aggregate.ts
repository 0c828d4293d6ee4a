import { defineAggregate } from '../aggregate.ts';
import { settlementPaymentSchema } from './settlement-payment.ts';
import { settlementSchema } from './settlement.ts';
import { eventsOfPayment, eventsOfSettlement, restatePayment, restateSettlement } from './settlements-events.ts';
import { viewsOfPayment, viewsOfSettlement } from './settlements-views.ts';

/** How the relay and the sweep know a settlement. */
export const settlementAggregate = defineAggregate({
  noun: 'SETTLEMENT',
  sk: 'SETTLEMENT',
  schema: settlementSchema,
  eventsOf: eventsOfSettlement,
  viewsOf: viewsOfSettlement,
  restate: restateSettlement,
});

/** How they know a payment of one; it stands beside its settlement. */
export const paymentAggregate = defineAggregate({
  noun: 'SETTLEMENT',
  sk: 'PAYMENT',
  schema: settlementPaymentSchema,
  eventsOf: eventsOfPayment,
  viewsOf: viewsOfPayment,
  restate: restatePayment,
});
