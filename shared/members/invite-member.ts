import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { invitationAnswer } from '../organisations/invitation.ts';
import { makeInvitation } from '../organisations/make-invitation.ts';
import { rolesInOrder, rolesSchema } from './member.ts';

/**
 * Invites a person to the organisation acted for: answers a one-time code, good for 14 days, that makes whoever accepts
 * it (signed in) a member with these roles. It counts only while the administrator who made it is one.
 *
 * Refusals: `request.key-reused`. No event: it is told when somebody has joined.
 */
export const inviteMember = defineOperation({
  name: 'invite-member',
  summary: 'Invite a person to your organisation',
  kind: 'create',
  input: z.strictObject({ roles: rolesSchema }),
  output: z.object({ ...invitationAnswer, roles: rolesSchema }),
  example: { roles: ['programme-lead'] },
  refusals: ['request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, input, organisation) {
    const roles = rolesInOrder(input.roles);
    const offer = { kind: 'member' as const, organisation, roles };
    return { ...(await makeInvitation(context, 'invite-member', { organisation, offer, input: { roles } })), roles };
  },
});
