import * as z from 'zod';
import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { continueSettlement } from './continue-settlement.ts';
import { findSettlement } from './find-settlement.ts';
import { answerSettlement, settlementAnswerSchema } from './settlement-answer.ts';
import { isBinding, settlementId, type Settlement } from './settlement.ts';
import { readSettlement, replaceSettlement } from './settlements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 3;

/**
 * Withdraws a settlement, by who proposed it or any organisation that it concerns, as long as no payment of it is made or
 * confirmed: its statements are free to be settled otherwise, and nothing of it is to be paid. Repeating it changes
 * nothing, and goes on where it was cut off; so does the clock.
 *
 * 1. The settlement is withdrawn, by one conditional write: from then on no payment of it can be made.
 * 2. Its statements are given back, a thousand at most.
 *
 * Refusals: `settlement.being-paid`, `settlement.settled`, `request.busy`. Causes settlement.withdrawn.
 */
export const withdrawSettlement = defineOperation({
  name: 'withdraw-settlement',
  summary: 'Withdraw a settlement of which no payment is made yet',
  kind: 'act',
  input: z.strictObject({ settlement: settlementId }),
  output: settlementAnswerSchema,
  example: { settlement: 'stl_0123456789ab' },
  refusals: ['settlement.being-paid', 'settlement.settled', 'request.busy'],
  notFound: 'settlement.not-found',
  target: findSettlement,
  async run(context, _input, { settlement: found, actsFor }) {
    const withdrawn = await withdraw(context, found);
    const settlement = (await continueSettlement(context, found.id)) ?? withdrawn;
    return await answerSettlement(context.table, settlement, actsFor);
  },
});

async function withdraw(context: Context, found: Settlement): Promise<Settlement> {
  let settlement: Settlement | undefined = found;
  for (let attempt = 0; attempt < attempts && settlement !== undefined; attempt += 1) {
    if (settlement.status === 'withdrawn') return settlement;
    if (isBinding(settlement)) {
      throw refusal(
        settlement.status === 'open' && settlement.isBeingPaid ? 'settlement.being-paid' : 'settlement.settled',
      );
    }
    const change = changeNow(context, 'withdrawn');
    const next: Settlement = { ...settlement, status: 'withdrawn', version: settlement.version + 1, change };
    if (await replaceSettlement(context.table, next)) return next;
    settlement = await readSettlement(context.table, found.id);
  }
  throw refusal('request.busy');
}
