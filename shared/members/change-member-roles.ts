import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
import { actorId } from '../context.ts';
import { isOwnWrite } from '../create-once.ts';
import { refusal } from '../errors.ts';
import { defineOperation, expectedVersionOf } from '../operation.ts';
import { findOwnMember } from './find-own-member.ts';
import { memberAnswer, memberAnswerSchema, memberId, rolesInOrder, rolesSchema } from './member.ts';
import { replaceMember } from './replace-member.ts';

/**
 * Gives a member other roles; they count from the next request on. Being an administrator is also known to the
 * organisation, in the same transaction, which keeps it from losing its last one.
 *
 * Refusals: `request.stale`, `member.last-administrator`. Causes member.roles-changed.
 */
export const changeMemberRoles = defineOperation({
  name: 'change-member-roles',
  summary: "Change a member's roles",
  kind: 'change',
  input: z.strictObject({ member: memberId, roles: rolesSchema }),
  output: memberAnswerSchema,
  example: { member: 'mem_0123456789abcdef', roles: ['programme-lead', 'finance'] },
  refusals: ['request.stale', 'member.last-administrator'],
  notFound: 'member.not-found',
  target: findOwnMember,
  async run(context, input, member) {
    const roles = rolesInOrder(input.roles);
    const seen = expectedVersionOf(context);
    const request = requestDigest(context, 'change-member-roles', { member: member.id, roles });
    if (isOwnWrite(member, seen, request)) return memberAnswer(member);
    if (member.status !== 'active') throw refusal('member.not-found');
    if (member.version !== seen) throw refusal('request.stale');
    const change = { ...changeNow(context, 'roles-changed'), request };
    const next = { ...member, roles, version: seen + 1, change };
    return memberAnswer(await replaceMember(context.table, member, next, actorId(context.actor)));
  },
});
