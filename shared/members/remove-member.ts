import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { findOwnMember } from './find-own-member.ts';
import { memberAnswer, memberAnswerSchema, memberId } from './member.ts';
import { replaceMember } from './replace-member.ts';

/**
 * Ends a membership, at once: the person's next request is refused. Their name and address are taken off the item; the
 * id stays. They can be invited again.
 *
 * Refusals: `request.stale`, `member.last-administrator`. Causes member.removed.
 */
export const removeMember = defineOperation({
  name: 'remove-member',
  summary: 'Remove a member from your organisation',
  kind: 'change',
  input: z.strictObject({ member: memberId }),
  output: memberAnswerSchema,
  example: { member: 'mem_0123456789abcdef' },
  refusals: ['request.stale', 'member.last-administrator'],
  notFound: 'member.not-found',
  target: findOwnMember,
  async run(context, _input, member) {
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'remove-member', { member: member.id });
    if (isOwnWrite(member, seen, request)) return memberAnswer(member);
    if (member.status !== 'active') throw refusal('member.not-found');
    if (member.version !== seen) throw refusal('request.stale');
    const { pk, sk, id, organisation } = member;
    const change = { ...changeNow(context, 'removed'), request };
    const next = { pk, sk, id, organisation, status: 'removed' as const, roles: [], version: seen + 1, change };
    return memberAnswer(await replaceMember(context.table, member, next, actorId(context.actor)));
  },
});
