import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { pageInput, pageOf, readPage, sortKeyAfter } from '../paging.ts';
import { periodPostingsSource } from '../postings/period-postings.ts';
import { findStatement } from './find-statement.ts';
import { lineOf, statementLineSchema } from './statement-line.ts';
import { statementId } from './statement.ts';

/**
 * The lines of a statement, by their ids: each with the cohort, the reason, the event that caused it, the places by their
 * tickets, and the day for which it counts. All pages together are what the statement's hash is made of.
 */
export const listStatementLines = defineOperation({
  name: 'list-statement-lines',
  summary: 'The lines of a statement, with what caused them',
  kind: 'read',
  input: z.strictObject({ statement: statementId, ...pageInput }),
  output: pageOf(statementLineSchema),
  example: { statement: 'sta_0123456789ab', limit: 50 },
  refusals: [],
  notFound: 'statement.not-found',
  target: findStatement,
  async run({ table }, { limit, after }, statement) {
    return await readPage({
      sources: [periodPostingsSource(table, statement)],
      sortKey: ({ id }) => id,
      answer: lineOf,
      after: sortKeyAfter(after, /^pst_[0-9a-z]{16}$/),
      limit,
    });
  },
});
