import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { changeSuccession } from './change-succession.ts';
import { findSuccession } from './find-succession.ts';
import { successionAnswer, successionAnswerSchema } from './succession.ts';

/**
 * Takes a succession back before its day, as either of the two, be it accepted or not.
 *
 * Refusals: `request.stale`, `succession.ended`. Causes succession.withdrawn.
 */
export const withdrawSuccession = defineOperation({
  name: 'withdraw-succession',
  summary: 'Take a succession back before its day, as either of the two',
  kind: 'change',
  input: z.strictObject({ organisation: organisationId.describe('The organisation that was to be succeeded') }),
  output: successionAnswerSchema,
  example: { organisation: 'org_0123456' },
  refusals: ['request.stale', 'succession.ended'],
  notFound: 'succession.not-found',
  target: findSuccession,
  async run(context, _input, succession) {
    return successionAnswer(await changeSuccession(context, succession, 'withdrawn', ['proposed', 'accepted']));
  },
});
