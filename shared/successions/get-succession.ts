import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { findSuccession } from './find-succession.ts';
import { successionAnswer, successionAnswerSchema } from './succession.ts';

/** By whom an organisation is to be succeeded, or was, and how far that has come: for administrators of the two. */
export const getSuccession = defineOperation({
  name: 'get-succession',
  summary: 'The succession of your organisation, or of one that yours succeeds',
  kind: 'read',
  input: z.strictObject({ organisation: organisationId.describe('The organisation that is to be succeeded') }),
  output: successionAnswerSchema,
  example: { organisation: 'org_0123456' },
  refusals: [],
  notFound: 'succession.not-found',
  target: findSuccession,
  async run(_context, _input, succession) {
    return await Promise.resolve(successionAnswer(succession));
  },
});
