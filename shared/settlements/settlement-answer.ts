import * as z from 'zod';
import { nettingId } from './netting.ts';
import {
  paymentNumber,
  paymentReference,
  paymentStatus,
  isCleared,
  type SettlementPayment,
} from './settlement-payment.ts';
import {
  isBinding,
  organisationsOf,
  settlementId,
  settlementKind,
  shownStatus,
  shownStatusOf,
  type Settlement,
} from './settlement.ts';
import { readPayments } from './settlements-items.ts';
import type { Table } from '../table/table.ts';

const pence = z.int().describe('Pence (GBP)');
const together = z
  .array(z.int())
  .optional()
  .describe('The numbers of other payments which have to be made too, since each pays whom another one owes');

export const paymentAnswerSchema = z.object({
  number: paymentNumber,
  from: z.string().describe('Who pays'),
  to: z.string().describe('Who is paid'),
  pence,
  status: paymentStatus,
  madeOn: z.iso.date().optional().describe('On which day it was made, as who pays says'),
  reference: paymentReference.optional(),
  arrivedOn: z.iso.date().optional().describe('On which day it arrived, where who is paid says so'),
  confirmedOn: z.iso.date().optional().describe('On which day who is paid confirmed it'),
  clears: z
    .array(z.object({ statement: z.string(), pence, together }))
    .describe('The statements of yours that it clears'),
  ofOthers: z
    .int()
    .describe('How many statements between others it clears besides, on the way from who pays to who is paid'),
});

/**
 * A settlement as one of its organisations sees it: its own debts and payments, and of the others only how many there
 * are.
 */
export const settlementAnswerSchema = z.object({
  id: settlementId,
  kind: settlementKind,
  netting: nettingId.optional().describe('The agreement under which it is'),
  through: z.string().optional().describe('Up to which month'),
  proposedOn: z.iso.date(),
  status: shownStatus,
  debts: z
    .array(
      z.object({
        statement: z.string(),
        from: z.string().describe('Who owes it'),
        to: z.string().describe('To whom'),
        pence,
        setOff: z.int().describe('How much of it is set off against others, without a payment'),
        payments: z
          .array(z.object({ payment: paymentNumber, pence, together, status: paymentStatus }))
          .describe('The payments that clear the rest, also those between others'),
        settled: z
          .boolean()
          .describe('Whether all of those are confirmed; without any, whether the first payment is made'),
      }),
    )
    .describe('What you owe and are owed by each statement, unsimplified'),
  payments: z.array(paymentAnswerSchema).describe('What you pay and receive; what is not confirmed stays owed'),
  position: z
    .object({ owes: pence, isOwed: pence, pays: pence, receives: pence })
    .describe('Unsimplified and as it is paid: the difference is the same'),
  plan: z
    .object({ organisations: z.int(), payments: z.int(), atLeast: z.int() })
    .describe('Of the whole: how many organisations and payments, and how few payments there could be at best'),
});

/**
 * A settlement and its payments at this moment, as it concerns these organisations: one, and those that it has
 * succeeded.
 */
export async function answerSettlement(table: Table, settlement: Settlement, own: readonly string[]) {
  const payments = await readPayments(table, settlement.id);
  const { id, kind, netting, through, proposedOn, atLeast } = settlement;
  const isOwn = ({ from, to }: { readonly from: string; readonly to: string }) =>
    own.includes(from) || own.includes(to);
  const debts = settlement.debts.filter(isOwn);
  const paid = payments.filter(isOwn);
  const ids = new Set(debts.map(({ statement }) => statement));
  return {
    id,
    kind,
    ...(netting !== undefined && { netting }),
    ...(through !== undefined && { through }),
    proposedOn,
    status: shownStatusOf(settlement) ?? 'open',
    debts: debts.map((debt) => {
      const answer = answerDebt(debt, payments);
      return { ...answer, settled: answer.settled && isBinding(settlement) };
    }),
    payments: paid.map((payment) => answerPayment(payment, ids)),
    position: {
      owes: sumOf(debts.filter(({ from }) => own.includes(from))),
      isOwed: sumOf(debts.filter(({ to }) => own.includes(to))),
      pays: sumOf(paid.filter(({ from }) => own.includes(from))),
      receives: sumOf(paid.filter(({ to }) => own.includes(to))),
    },
    plan: { organisations: organisationsOf(settlement).length, payments: payments.length, atLeast },
  };
}

function sumOf(amounts: readonly { readonly pence: number }[]): number {
  return amounts.reduce((sum, each) => sum + each.pence, 0);
}

function answerDebt(debt: Settlement['debts'][number], all: readonly SettlementPayment[]) {
  const { statement } = debt;
  const payments = all.flatMap(({ number, status, clears }) =>
    clears
      .filter((each) => each.statement === statement)
      .map(({ statement: _statement, ...part }) => ({ payment: number, status, ...part })),
  );
  // What several payments clear together stands at each of them, and counts once.
  const cleared = payments.filter(({ payment, together: others = [] }) => others.every((other) => payment < other));
  return { ...debt, setOff: debt.pence - sumOf(cleared), payments, settled: isCleared(statement, all) };
}

/**
 * A payment as who pays and who is paid see it. Of the statements between others that it clears they learn how many
 * there are.
 */
export function answerPayment(payment: SettlementPayment, own: ReadonlySet<string>) {
  const { number, from, to, pence: amount, status, madeOn, reference, arrivedOn, confirmedOn, clears } = payment;
  const others = new Set(clears.map(({ statement }) => statement).filter((statement) => !own.has(statement)));
  return {
    number,
    from,
    to,
    pence: amount,
    status,
    ...(madeOn !== undefined && { madeOn }),
    ...(reference !== undefined && { reference }),
    ...(arrivedOn !== undefined && { arrivedOn }),
    ...(confirmedOn !== undefined && { confirmedOn }),
    clears: clears.filter(({ statement }) => own.has(statement)),
    ofOthers: others.size,
  };
}
