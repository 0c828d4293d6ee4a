import * as z from 'zod';
import { refusal } from '../errors.ts';
import { actingOrganisation, defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { changeSuccession } from './change-succession.ts';
import { findOfferedSuccession } from './find-succession.ts';
import { isStanding, successionAnswer, successionAnswerSchema } from './succession.ts';
import { readSuccession } from './successions-items.ts';

/**
 * Accepts, as the successor, that an organisation is succeeded by the one acted for: on the day, its places and people pass.
 * No two can accept each other, nor more in a circle: a proposal comes before what accepts it, and whoever accepts has none
 * of their own at that moment.
 *
 * Refusals: `request.stale`, `succession.ended`, `succession.in-circle` when the organisation acted for is, or is to be,
 * succeeded itself. Causes succession.accepted.
 */
export const acceptSuccession = defineOperation({
  name: 'accept-succession',
  summary: 'Accept that your organisation succeeds another',
  kind: 'change',
  input: z.strictObject({ organisation: organisationId.describe('The organisation that is to be succeeded') }),
  output: successionAnswerSchema,
  example: { organisation: 'org_0123456' },
  refusals: ['request.stale', 'succession.ended', 'succession.in-circle'],
  notFound: 'succession.not-found',
  target: findOfferedSuccession,
  async run(context, _input, succession) {
    const own = await readSuccession(context.table, actingOrganisation(context));
    if (isStanding(own, context.clock.now())) throw refusal('succession.in-circle');
    return successionAnswer(await changeSuccession(context, succession, 'accepted', ['proposed']));
  },
});
