import * as z from 'zod';
import { defineOperation } from '../operation.ts';
import { changeNetting } from './change-netting.ts';
import { findNetting } from './find-netting.ts';
import { leftBy, nettingAnswer, nettingAnswerSchema, nettingId } from './netting.ts';

/**
 * Leaves a netting agreement, or declines to become a member. What was settled under it before stays to be paid. The
 * others go on without it, while they are two or more. Repeating it changes nothing.
 *
 * Refusals: `request.busy`. Causes netting.left; netting.activated when all who stay had accepted; netting.ended when
 * fewer than two are left.
 */
export const leaveNetting = defineOperation({
  name: 'leave-netting',
  summary: 'Leave a netting agreement, or decline to become a member',
  kind: 'act',
  input: z.strictObject({ netting: nettingId }),
  output: nettingAnswerSchema,
  example: { netting: 'net_0123456789ab' },
  refusals: ['request.busy'],
  notFound: 'netting.not-found',
  target: findNetting,
  async run(context, _input, { netting, actsFor }) {
    return nettingAnswer(await changeNetting(context, netting, 'left', (current) => leftBy(current, actsFor)));
  },
});
