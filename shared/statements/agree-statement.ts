import * as z from 'zod';
import { changeNow } from '../change.ts';
import { dayOf } from '../clock.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findFixedLines } from './find-lines.ts';
import { findTold } from '../successions/find-account-holder.ts';
import { findReceivedStatement } from './find-statement.ts';
import { mayBecome } from './statement-states.ts';
import { statementAnswer, statementAnswerSchema, statementHash, statementId, type Statement } from './statement.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 3;

/**
 * The debtor agrees to a statement, by the hash of the lines that it has seen: to those and to nothing else. The lines are
 * read once more and have to give that hash. From then on the statement stays as it is. Agreeing again changes nothing. One that
 * comes to nought is settled by that, since nothing of it is to be paid.
 *
 * Refusals: `statement.hash-differs`, `statement.altered`, `statement.under-dispute`, `request.busy`. Causes statement.agreed.
 */
export const agreeStatement = defineOperation({
  name: 'agree-statement',
  summary: 'Agree to a statement that your organisation has received',
  kind: 'act',
  input: z.strictObject({ statement: statementId, hash: statementHash.describe('The hash of what you agree to') }),
  output: statementAnswerSchema,
  example: { statement: 'sta_0123456789ab', hash: '0123456789abcdef'.repeat(4) },
  refusals: ['statement.hash-differs', 'statement.altered', 'statement.under-dispute', 'request.busy'],
  notFound: 'statement.not-found',
  target: findReceivedStatement,
  async run(context, { hash }, found) {
    const { table, clock } = context;
    if (hash !== found.hash) throw refusal('statement.hash-differs');
    if (mayBecome(found.status, 'agreed')) await findFixedLines(table, found);
    let statement: Statement | undefined = found;
    for (let attempt = 0; attempt < attempts && statement !== undefined; attempt += 1) {
      if (statement.agreedOn !== undefined) return statementAnswer(statement);
      if (!mayBecome(statement.status, 'agreed')) throw refusal('statement.under-dispute');
      const today = dayOf(clock.now());
      const next: Statement = {
        ...statement,
        ...(statement.gross === 0 ? { status: 'settled', settledOn: today } : { status: 'agreed' }),
        agreedOn: today,
        told: await findTold(table, statement),
        version: statement.version + 1,
        change: changeNow(context, 'agreed'),
      };
      if (await replaceStatement(table, next)) return statementAnswer(next);
      statement = await readStatement(table, found.id);
    }
    throw refusal('request.busy');
  },
});
