import { changeMemberRoles } from '../../shared/members/change-member-roles.ts';
import { getMe } from '../../shared/members/get-me.ts';
import { inviteMember } from '../../shared/members/invite-member.ts';
import { listMembers } from '../../shared/members/list-members.ts';
import { removeMember } from '../../shared/members/remove-member.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const memberRoutes = [
  route('GET', '/v1/me', getMe),
  route('GET', '/v1/members', listMembers),
  route('POST', '/v1/invitations/members', inviteMember, 201),
  route('PUT', '/v1/members/{member}/roles', changeMemberRoles),
  route('DELETE', '/v1/members/{member}', removeMember),
] as const;

export const handler = apiHandler(memberRoutes);
