import { acceptInvitation } from '../../shared/organisations/accept-invitation.ts';
import { getOrganisation } from '../../shared/organisations/get-organisation.ts';
import { inviteOrganisation } from '../../shared/organisations/invite-organisation.ts';
import { listOrganisations } from '../../shared/organisations/list-organisations.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const organisationRoutes = [
  route('GET', '/v1/organisations', listOrganisations),
  route('GET', '/v1/organisations/{organisation}', getOrganisation),
  route('POST', '/v1/invitations/organisations', inviteOrganisation, 201),
  route('POST', '/v1/invitations/accept', acceptInvitation, 201),
] as const;

export const handler = apiHandler(organisationRoutes);
