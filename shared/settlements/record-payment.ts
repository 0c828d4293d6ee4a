import * as z from 'zod';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { changePayment, requirePast } from './change-payment.ts';
import { continueSettlement } from './continue-settlement.ts';
import { findPayment, statementsSeenBy } from './find-payment.ts';
import { answerPayment, paymentAnswerSchema } from './settlement-answer.ts';
import { paymentNumber, paymentReference } from './settlement-payment.ts';
import { settlementId } from './settlement.ts';

/**
 * Who pays notes that a payment was made: on which day (Europe/London), and under which reference. Until it is
 * confirmed this can be corrected by noting it again; the same again changes nothing. It stays owed until who is paid
 * confirms it.
 *
 * The first payment of a settlement also settles what is set off by it, and from then on it cannot be withdrawn.
 *
 * Refusals: `request.invalid` for a day to come; `payment.not-payer`; `payment.already-confirmed`;
 * `settlement.withdrawn`; `request.busy`. Causes payment.made, and by it statement.settled of what is set off.
 */
export const recordPayment = defineOperation({
  name: 'record-payment',
  summary: 'Note that your organisation has made a payment',
  kind: 'act',
  input: z.strictObject({
    settlement: settlementId,
    payment: z.coerce.number().pipe(paymentNumber),
    on: z.iso.date().describe('On which day it was made (Europe/London)'),
    reference: paymentReference,
  }),
  output: paymentAnswerSchema,
  example: { settlement: 'stl_0123456789ab', payment: 1, on: '2027-01-04', reference: 'BACS 204177' },
  refusals: ['payment.not-payer', 'payment.already-confirmed', 'settlement.withdrawn', 'request.busy'],
  notFound: 'payment.not-found',
  target: findPayment,
  async run(context, { settlement, on, reference }, found) {
    if (!found.pays) throw refusal('payment.not-payer');
    requirePast(context, on);
    const payment = await changePayment(context, found, 'made', (current) => {
      if (current.status !== 'owed' && current.madeOn === on && current.reference === reference) return undefined;
      if (current.status === 'confirmed') throw refusal('payment.already-confirmed');
      return { status: 'made', madeOn: on, reference, told: [...found.told] };
    });
    if (found.settlement.isBeingPaid !== true) await continueSettlement(context, settlement);
    return answerPayment(payment, statementsSeenBy(found, 'from'));
  },
});
