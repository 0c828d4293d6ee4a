import { expect } from '@jest/globals';
import type { Clock } from '../../shared/clock.ts';
import type { Context } from '../../shared/context.ts';
import type { NewPosting } from '../../shared/postings/posting.ts';
import { readOwedTo } from '../../shared/postings/postings-items.ts';
import { agreeStatement } from '../../shared/statements/agree-statement.ts';
import { answerDispute } from '../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../shared/statements/dispute-statement.ts';
import { listStatementLines } from '../../shared/statements/list-statement-lines.ts';
import { organisationNamed } from './cohorts.ts';
import { openStatements } from './statements.ts';

type Request = Partial<Context['request']>;
type Stated = { readonly id: string; readonly creditor: string; readonly hash: string };

/** A line is right, and stays. */
export const upheld = (posting: string) => ({ posting, outcome: 'upheld', words: 'It was attended' });
/** A line is wrong, and is reversed: all of it, unless it is said how much `remains`. */
export const corrected = (posting: string, effectiveOn = '2027-09-30', remains?: number) => ({
  posting,
  outcome: 'corrected',
  words: 'You are right',
  reversal: { effectiveOn, ...(remains === undefined ? {} : { remains }) },
});
/** A refusal for what was given in these fields. */
export const fieldsOf = (...fields: string[]) => ({
  code: 'request.invalid',
  details: { fields: fields.map((field) => expect.objectContaining({ field })) },
});

/** A table with statements of September 2027 to "trust", and what the two organisations say of their lines. */
export async function openDisputes(clock: Clock) {
  const at = await openStatements(clock);
  const trust = organisationNamed('trust');
  let hosts = 0;
  return {
    ...at,
    /** A statement of so many lines by an organisation that has stated nothing else, and its lines. */
    given: async (count = 2, facts: Partial<NewPosting> = {}) => {
      const creditor = organisationNamed(`host ${String((hosts += 1))}`);
      const statement = await at.given(...Array.from({ length: count }, () => ({ creditor, ...facts })));
      const { items } = await listStatementLines.perform(at.as(creditor), { statement: statement.id, limit: 100 });
      await at.told();
      const lines = items.map(({ id }) => id);
      const [first = '', second = '', third = ''] = lines;
      return { ...statement, items, all: lines, first, second, third };
    },
    dispute: async ({ id }: Stated, postings: readonly string[], request: Request = {}, by = trust) =>
      await disputeStatement.perform(at.as(by, request), {
        statement: id,
        lines: postings.map((posting) => ({ posting, code: 'not-our-place', words: 'We gave it back' })),
      }),
    answer: async (
      { id, creditor }: Stated,
      answers: readonly object[],
      request: Request = {},
      by: string = creditor,
    ) => await answerDispute.perform(at.as(by, request), { statement: id, answers }),
    agree: async ({ id, hash }: Stated) => await agreeStatement.perform(at.as(trust), { statement: id, hash }),
    /** What a creditor is owed for October, while September is closed. */
    owedInOctober: async (creditor: string) => {
      const [owed] = await readOwedTo(at.table, creditor, '2027-10', 10);
      return owed && { net: owed.net, vat: owed.vat, postings: owed.postings };
    },
  };
}
export type DisputesTable = Awaited<ReturnType<typeof openDisputes>>;
