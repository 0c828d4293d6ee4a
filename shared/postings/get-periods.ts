import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findAccountHolder } from '../successions/find-account-holder.ts';
import { predecessor } from '../successions/predecessor.ts';
import { answerPeriods, periodsAnswerSchema } from './periods-answer.ts';
import { readPeriods } from './postings-items.ts';

/** Up to which month the organisation acted for has closed what it is owed, by whom and when, as it is at this moment. */
export const getPeriods = defineOperation({
  name: 'get-periods',
  summary: 'Up to which month you have closed what you are owed',
  kind: 'read',
  input: z.strictObject({ predecessor }),
  output: periodsAnswerSchema,
  example: {},
  refusals: [],
  notFound: 'organisation.not-found',
  target: findAccountHolder,
  async run({ table }, _input, organisation) {
    return await answerPeriods(table, organisation, await readPeriods(table, organisation));
  },
});
