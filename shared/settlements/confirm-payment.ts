import * as z from 'zod';
import { dayOf } from '../clock.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { changePayment, requirePast } from './change-payment.ts';
import { continueSettlement, settlePayment } from './continue-settlement.ts';
import { findPayment, statementsSeenBy } from './find-payment.ts';
import { answerPayment, paymentAnswerSchema } from './settlement-answer.ts';
import { paymentNumber } from './settlement-payment.ts';
import { settlementId } from './settlement.ts';

/**
 * Who is paid confirms that a payment came; also one that who pays has not noted, with the day on which it arrived. A statement is settled once all payments that clear it are confirmed, and
 * the settlement once all of its payments are. Repeating it changes nothing, and goes on where it was cut off.
 *
 * Refusals: `request.invalid` for a day to come; `payment.not-payee`; `payment.not-made` where neither says on which day
 * it was paid; `settlement.withdrawn`; `request.busy`. Causes payment.confirmed, and by it statement.settled and settlement.settled.
 */
export const confirmPayment = defineOperation({
  name: 'confirm-payment',
  summary: 'Confirm that a payment to your organisation came',
  kind: 'act',
  input: z.strictObject({
    settlement: settlementId,
    payment: z.coerce.number().pipe(paymentNumber),
    on: z.iso
      .date()
      .optional()
      .describe('On which day it arrived (Europe/London); needed where who pays has not noted it'),
  }),
  output: paymentAnswerSchema,
  example: { settlement: 'stl_0123456789ab', payment: 1, on: '2027-01-04' },
  refusals: ['payment.not-payee', 'payment.not-made', 'settlement.withdrawn', 'request.busy'],
  notFound: 'payment.not-found',
  target: findPayment,
  async run(context, input, found) {
    if (!found.isPaid) throw refusal('payment.not-payee');
    const { on } = input;
    if (on !== undefined) requirePast(context, on);
    const payment = await changePayment(context, found, 'confirmed', (current) => {
      if (current.status === 'confirmed') return undefined;
      if (current.status === 'owed' && on === undefined) throw refusal('payment.not-made');
      const arrival = on === undefined ? {} : { arrivedOn: on };
      return { status: 'confirmed', ...arrival, confirmedOn: dayOf(context.clock.now()), told: [...found.told] };
    });
    if (found.settlement.isBeingPaid !== true) await continueSettlement(context, input.settlement);
    await settlePayment(context, input.settlement, input.payment);
    return answerPayment(payment, statementsSeenBy(found, 'to'));
  },
});
