import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { dayOf } from '../clock.ts';
import { actorId, type Context } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { idOfRequest } from '../ids.ts';
import { defineOperation, idempotencyKeyOf, ownOrganisation } from '../operation.ts';
import { period } from '../postings/period.ts';
import { statementId } from '../statements/statement.ts';
import { continueSettlement } from './continue-settlement.ts';
import type { Debt } from './debt-graph.ts';
import { findDebtsToNet, findOwnDebts } from './debts-to-settle.ts';
import { fewestPayments } from './fewest-payments.ts';
import { nettingId } from './netting.ts';
import { positionsOf } from './payment.ts';
import { answerSettlement, settlementAnswerSchema } from './settlement-answer.ts';
import { canBeKept, clearedByPayments } from './settlement-payment.ts';
import { mostOwnDebts, settlementSchema } from './settlement.ts';
import { readSettlement, settlementItem } from './settlements-items.ts';

const input = z.strictObject({
  statements: z
    .array(statementId)
    .min(1)
    .max(mostOwnDebts)
    .optional()
    .describe('Gross: agreed statements of your own, each of which is paid by itself'),
  netting: nettingId
    .optional()
    .describe('Netted: the agreement under which all members settle what they owe one another'),
  through: period.optional().describe('With `netting`: up to which month'),
});
type Input = z.infer<typeof input>;

/**
 * Proposes how agreed statements are paid. Gross, each of some statements of one's own by one payment, from debtor to
 * creditor, and by a credit note the other way. Or netted, under an active agreement: all agreed statements among its
 * members up to a month, in the fewest payments; one that was issued and agreed within the last seconds may be missed, and
 * waits for the next. A statement is in one settlement at most. A repeated request goes on
 * with what the first one began.
 *
 * 1. What is owed is read, and the payments are worked out and written down.
 * 2. The statements are taken, one by one, and the payments put beside it; then the settlement is open.
 *
 * Refusals: `request.invalid` when neither or both are asked for; `statement.not-found`, `settlement.not-agreed`,
 * `settlement.taken`; `netting.not-found`, `netting.not-active`; `settlement.nothing-owed`, `settlement.too-large`;
 * `settlement.overtaken` when another settlement took one of the statements meanwhile; `request.key-reused`,
 * `request.busy`. Causes settlement.proposed.
 */
export const proposeSettlement = defineOperation({
  name: 'propose-settlement',
  summary: 'Propose how agreed statements are paid: each, or netted in the fewest payments',
  kind: 'create',
  input,
  output: settlementAnswerSchema,
  example: { netting: 'net_0123456789ab', through: '2027-09' },
  refusals: [
    'statement.not-found',
    'settlement.not-agreed',
    'settlement.taken',
    'netting.not-found',
    'netting.not-active',
    'settlement.nothing-owed',
    'settlement.too-large',
    'settlement.overtaken',
    'request.key-reused',
    'request.busy',
  ],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, given, organisation) {
    const id = idOfRequest('stl', actorId(context.actor), 'propose-settlement', idempotencyKeyOf(context));
    const request = requestDigest(context, 'propose-settlement', given);
    const before = await readSettlement(context.table, id);
    if (before === undefined) await begin(context, given, { id, request, proposer: organisation });
    else if (before.request !== request) throw refusal('request.key-reused');
    const settlement = await continueSettlement(context, id);
    if (settlement === undefined) throw refusal('request.busy');
    if (settlement.status === 'abandoned') throw refusal('settlement.overtaken');
    return await answerSettlement(context.table, settlement, [organisation]);
  },
});

/** Works out and writes down what is to be done: from here on anybody can go on with it. */
async function begin(
  context: Context,
  given: Input,
  made: { readonly id: string; readonly request: string; readonly proposer: string },
): Promise<void> {
  const { debts, ...kind } = await debtsFor(context, given);
  const { payments, atLeast } = kind.kind === 'gross' ? payEach(debts) : netted(debts);
  // Before anything is written: what could not be written down later is not begun.
  if (!canBeKept(clearedByPayments({ kind: kind.kind, debts, payments }))) throw refusal('settlement.too-large');
  const item = settlementItem({
    ...made,
    ...kind,
    proposedOn: dayOf(context.clock.now()),
    debts,
    payments,
    atLeast,
    status: 'preparing',
    version: 1,
    change: changeNow(context, 'begun'),
  });
  await createOnce(context.table, item, settlementSchema);
}

async function debtsFor(context: Context, { statements, netting, through }: Input) {
  if (statements !== undefined && netting === undefined && through === undefined) {
    return { kind: 'gross' as const, debts: await findOwnDebts(context, statements) };
  }
  if (statements === undefined && netting !== undefined && through !== undefined) {
    return { kind: 'netted' as const, netting, through, debts: await findDebtsToNet(context, netting, through) };
  }
  const message = 'Either statements, or a netting agreement and a month';
  throw refusal('request.invalid', undefined, { fields: [{ field: 'statements', message }] });
}

/** One payment for each debt; none where one organisation has come to act for both. */
function payEach(debts: readonly Debt[]) {
  const payments = debts.filter(({ from, to }) => from !== to).map(({ from, to, pence }) => ({ from, to, pence }));
  return { payments, atLeast: payments.length };
}

function netted(debts: readonly Debt[]) {
  const owed = new Set(debts.map(({ from, to }) => `${from} ${to}`));
  const plan = fewestPayments(positionsOf(debts), (debtor, creditor) => owed.has(`${debtor} ${creditor}`));
  return { payments: [...plan.payments], atLeast: plan.atLeast };
}
