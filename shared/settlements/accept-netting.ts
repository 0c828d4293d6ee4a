import * as z from 'zod';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { changeNetting } from './change-netting.ts';
import { findNetting } from './find-netting.ts';
import { acceptedBy, nettingAnswer, nettingAnswerSchema, nettingId } from './netting.ts';

/**
 * Accepts a netting agreement for the organisation acted for, and for those members that it has succeeded. Once all
 * have accepted, it is active. Repeating it changes nothing.
 *
 * Refusals: `netting.ended`, `netting.left` after having left it; `request.busy`. Causes netting.accepted, with the
 * last member netting.activated.
 */
export const acceptNetting = defineOperation({
  name: 'accept-netting',
  summary: 'Accept a netting agreement',
  kind: 'act',
  input: z.strictObject({ netting: nettingId }),
  output: nettingAnswerSchema,
  example: { netting: 'net_0123456789ab' },
  refusals: ['netting.ended', 'netting.left', 'request.busy'],
  notFound: 'netting.not-found',
  target: findNetting,
  async run(context, _input, { netting, actsFor }) {
    const next = await changeNetting(context, netting, 'accepted', (current) => {
      if (current.status === 'ended') throw refusal('netting.ended');
      if (!current.members.some((member) => actsFor.includes(member))) throw refusal('netting.left');
      return acceptedBy(current, actsFor);
    });
    return nettingAnswer(next);
  },
});
