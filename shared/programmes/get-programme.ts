import * as z from 'zod';
import { organisationOf } from '../context.ts';
import { defineOperation } from '../operation.ts';
import { findVisibleProgramme } from './find-programmes.ts';
import { programmeAnswer, programmeAnswerSchema } from './programme-answer.ts';
import { programmeId } from './programme.ts';

/** Answers a programme to its host and, once it is published, to those it is shared with; to others there is none. */
export const getProgramme = defineOperation({
  name: 'get-programme',
  summary: 'A programme',
  kind: 'read',
  input: z.strictObject({ programme: programmeId }),
  output: programmeAnswerSchema,
  example: { programme: 'prg_0123456789ab' },
  refusals: [],
  notFound: 'programme.not-found',
  target: findVisibleProgramme,
  async run(context, _input, programme) {
    return await Promise.resolve(programmeAnswer(programme, organisationOf(context.actor)));
  },
});
