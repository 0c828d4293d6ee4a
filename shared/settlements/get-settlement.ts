import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findSettlement } from './find-settlement.ts';
import { answerSettlement, settlementAnswerSchema } from './settlement-answer.ts';
import { settlementId } from './settlement.ts';

/**
 * A settlement as it concerns the organisation acted for: what it owes and is owed, unsimplified; what it pays and
 * receives, with the statements of its own that each payment clears; and how far the payments are.
 */
export const getSettlement = defineOperation({
  name: 'get-settlement',
  summary: 'A settlement: your debts, your payments, and what each clears',
  kind: 'read',
  input: z.strictObject({ settlement: settlementId }),
  output: settlementAnswerSchema,
  example: { settlement: 'stl_0123456789ab' },
  refusals: [],
  notFound: 'settlement.not-found',
  target: findSettlement,
  async run({ table }, _input, { settlement, actsFor }) {
    return await answerSettlement(table, settlement, actsFor);
  },
});
