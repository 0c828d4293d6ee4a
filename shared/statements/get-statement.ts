import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { disputeAnswer, disputeAnswerSchema } from './dispute.ts';
import { readDisputes } from './disputes-items.ts';
import { findStatement } from './find-statement.ts';
import { statementAnswer, statementAnswerSchema, statementId } from './statement.ts';

/** A statement as it is at this moment and what was disputed of it, for both of its organisations. To others there is none. */
export const getStatement = defineOperation({
  name: 'get-statement',
  summary: 'A statement between your organisation and another, and what was disputed of it',
  kind: 'read',
  input: z.strictObject({ statement: statementId }),
  output: statementAnswerSchema.extend({
    disputes: z.array(disputeAnswerSchema).describe('What was disputed, round by round, and what was answered'),
  }),
  example: { statement: 'sta_0123456789ab' },
  refusals: [],
  notFound: 'statement.not-found',
  target: findStatement,
  async run({ table }, _input, statement) {
    const disputes = statement.rounds === 0 ? [] : await readDisputes(table, statement.id);
    return { ...statementAnswer(statement), disputes: disputes.map(disputeAnswer) };
  },
});
