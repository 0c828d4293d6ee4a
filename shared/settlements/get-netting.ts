import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { findNetting } from './find-netting.ts';
import { nettingAnswer, nettingAnswerSchema, nettingId } from './netting.ts';

/** A netting agreement, for the finance of those who are or were its members; to others there is none. */
export const getNetting = defineOperation({
  name: 'get-netting',
  summary: 'A netting agreement',
  kind: 'read',
  input: z.strictObject({ netting: nettingId }),
  output: nettingAnswerSchema,
  example: { netting: 'net_0123456789ab' },
  refusals: [],
  notFound: 'netting.not-found',
  target: findNetting,
  async run(_context, _input, { netting }) {
    return await Promise.resolve(nettingAnswer(netting));
  },
});
