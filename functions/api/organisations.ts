import { acceptInvitation } from '../../shared/organisations/accept-invitation.ts';
import { getOrganisation } from '../../shared/organisations/get-organisation.ts';
import { inviteOrganisation } from '../../shared/organisations/invite-organisation.ts';
import { listOrganisations } from '../../shared/organisations/list-organisations.ts';
import { acceptSuccession } from '../../shared/successions/accept-succession.ts';
import { getSuccession } from '../../shared/successions/get-succession.ts';
import { proposeSuccession } from '../../shared/successions/propose-succession.ts';
import { withdrawSuccession } from '../../shared/successions/withdraw-succession.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const organisationRoutes = [
  route('GET', '/v1/organisations', listOrganisations),
  route('GET', '/v1/organisations/{organisation}', getOrganisation),
  route('POST', '/v1/invitations/organisations', inviteOrganisation, 201),
  route('POST', '/v1/invitations/accept', acceptInvitation, 201),
  route('POST', '/v1/successions', proposeSuccession, 201),
  route('GET', '/v1/successions/{organisation}', getSuccession),
  route('POST', '/v1/successions/{organisation}/accept', acceptSuccession),
  route('POST', '/v1/successions/{organisation}/withdraw', withdrawSuccession),
] as const;

export const handler = apiHandler(organisationRoutes);
