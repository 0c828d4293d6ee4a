import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findStatement } from './find-statement.ts';
import { statementAnswer, statementAnswerSchema, statementId } from './statement.ts';

/** A statement as it is at this moment, for both of its organisations. To others there is none. */
export const getStatement = defineOperation({
  name: 'get-statement',
  summary: 'A statement between your organisation and another',
  kind: 'read',
  input: z.strictObject({ statement: statementId }),
  output: statementAnswerSchema,
  example: { statement: 'sta_0123456789ab' },
  refusals: [],
  notFound: 'statement.not-found',
  target: findStatement,
  async run(_context, _input, statement) {
    return await Promise.resolve(statementAnswer(statement));
  },
});
