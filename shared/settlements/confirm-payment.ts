import * as z from 'zod';
import { dayOf } from '../clock.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { changePayment } from './change-payment.ts';
import { settlePayment } from './continue-settlement.ts';
import { findPayment, statementsSeenBy } from './find-payment.ts';
import { answerPayment, paymentAnswerSchema } from './settlement-answer.ts';
import { paymentNumber } from './settlement-payment.ts';
import { settlementId } from './settlement.ts';

/**
 * Who is paid confirms that a payment came. A statement is settled once all payments that clear it are confirmed, and
 * the settlement once all of its payments are. Repeating it changes nothing, and goes on where it was cut off.
 *
 * Refusals: `payment.not-payee`; `payment.not-made` before who pays has noted it; `request.busy`. Causes
 * payment.confirmed, and by it statement.settled and settlement.settled.
 */
export const confirmPayment = defineOperation({
  name: 'confirm-payment',
  summary: 'Confirm that a payment to your organisation came',
  kind: 'act',
  input: z.strictObject({ settlement: settlementId, payment: z.coerce.number().pipe(paymentNumber) }),
  output: paymentAnswerSchema,
  example: { settlement: 'stl_0123456789ab', payment: 1 },
  refusals: ['payment.not-payee', 'payment.not-made', 'request.busy'],
  notFound: 'payment.not-found',
  target: findPayment,
  async run(context, input, found) {
    if (!found.isPaid) throw refusal('payment.not-payee');
    const payment = await changePayment(context, found.payment, 'confirmed', (current) => {
      if (current.status === 'confirmed') return undefined;
      if (current.status === 'owed') throw refusal('payment.not-made');
      return { status: 'confirmed', confirmedOn: dayOf(context.clock.now()), told: [...found.told] };
    });
    await settlePayment(context, input.settlement, input.payment);
    return answerPayment(payment, statementsSeenBy(found, 'to'));
  },
});
