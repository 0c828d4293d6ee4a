import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal, type RefusalCode } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { findReversible } from '../postings/reversal-writes.ts';
import { manyAtOnce } from '../table/many-at-once.ts';
import { dispute, mostDisputed } from './dispute.ts';
import { disputePut, readDisputes } from './disputes-items.ts';
import { findTold } from '../successions/find-account-holder.ts';
import { findReceivedStatement } from './find-statement.ts';
import { mayBecome } from './statement-states.ts';
import { mostRounds, statementAnswer, statementAnswerSchema, statementId, type Statement } from './statement.ts';
import { readStatement, replaceStatement } from './statements-items.ts';

/** How often the write is tried again that another change has overtaken. */
const attempts = 3;
/** How many lines are read at once. */
const atOnce = 10;

const input = z.strictObject({
  statement: statementId,
  lines: z
    .array(
      z.strictObject(dispute).refine(({ code, words }) => code !== 'other' || words !== undefined, {
        path: ['words'],
        message: 'Say in words why',
      }),
    )
    .min(1)
    .max(mostDisputed)
    .refine((lines) => new Set(lines.map(({ posting }) => posting)).size === lines.length, {
      message: 'A line stands here twice',
    })
    .describe('The lines that your organisation does not agree to, each with a reason'),
});
type Input = z.infer<typeof input>;

/**
 * The debtor disputes lines of a statement, up to thirty, each with the code of a reason. The creditor then answers each of
 * them; after that the debtor agrees, or disputes again: five times at most. The statement stays as it is all the while. A repeated
 * request is answered with the statement as it is now.
 *
 * Refusals: `request.invalid` for a line that is not of the statement, and for `other` without words; `statement.agreed`; `statement.under-dispute` while one
 * is unanswered; `statement.rounds-spent`; `request.busy`. Causes statement.disputed.
 */
export const disputeStatement = defineOperation({
  name: 'dispute-statement',
  summary: 'Dispute lines of a statement that your organisation has received',
  kind: 'act',
  input,
  output: statementAnswerSchema,
  example: {
    statement: 'sta_0123456789ab',
    lines: [{ posting: 'pst_0123456789abcdef', code: 'not-our-place', words: 'We gave it back in June' }],
  },
  refusals: ['statement.agreed', 'statement.under-dispute', 'statement.rounds-spent', 'request.busy'],
  notFound: 'statement.not-found',
  target: findReceivedStatement,
  async run(context, given, found) {
    const { table } = context;
    const request = requestDigest(context, 'dispute-statement', given);
    let isChecked = false;
    let statement: Statement | undefined = found;
    for (let attempt = 0; attempt < attempts && statement !== undefined; attempt += 1) {
      // Of any round: a late copy of an earlier request disputes nothing anew.
      const rounds = statement.rounds === 0 ? [] : await readDisputes(table, statement.id);
      if (rounds.some((round) => round.request === request)) return statementAnswer(statement);
      const objection = objectionTo(statement);
      if (objection !== undefined) throw refusal(objection);
      if (!isChecked) await checkLines(context, statement, given);
      isChecked = true;
      const next = await disputed(context, statement, given);
      const round = {
        statement: statement.id,
        round: next.rounds,
        disputedAt: next.change.at,
        lines: given.lines,
        request,
      };
      if (await replaceStatement(table, next, [disputePut(round, 'new')])) return statementAnswer(next);
      statement = await readStatement(table, found.id);
    }
    throw refusal('request.busy');
  },
});

/** Why a statement cannot be disputed as it stands. */
function objectionTo({ status, rounds }: Statement): RefusalCode | undefined {
  if (status === 'agreed' || status === 'settled') return 'statement.agreed';
  if (!mayBecome(status, 'disputed')) return 'statement.under-dispute';
  return rounds >= mostRounds ? 'statement.rounds-spent' : undefined;
}

async function disputed(context: Context, statement: Statement, { lines }: Input): Promise<Statement> {
  const told = lines.map(({ posting, code }) => ({ posting, code }));
  return {
    ...statement,
    status: 'disputed',
    rounds: statement.rounds + 1,
    told: await findTold(context.table, statement),
    version: statement.version + 1,
    change: { ...changeNow(context, 'disputed'), disputed: told },
  };
}

async function checkLines({ table }: Context, statement: Statement, { lines }: Input): Promise<void> {
  const found = await manyAtOnce(
    lines,
    atOnce,
    async ({ posting }) => await findReversible(table, { ...statement, id: posting }),
  );
  const fields = found.flatMap((posting, index) =>
    posting === undefined
      ? [{ field: `lines.${String(index)}.posting`, message: 'This is no line of the statement' }]
      : [],
  );
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields: fields.slice(0, 20) });
}
