import * as z from 'zod';
import { refusal } from '../errors.ts';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { invitationAnswer } from './invitation.ts';
import { makeInvitation } from './make-invitation.ts';
import { organisationDetails } from './organisation.ts';
import { anyIdentifierTaken } from './organisations-items.ts';

/**
 * Invites an organisation to join: answers a one-time code, good for 14 days, that makes whoever accepts it (signed in)
 * the administrator of the new organisation. The organisation exists from then on, not before; its identifiers are looked
 * at now, and taken when it joins.
 *
 * Refusals: `organisation.identifier-taken`, `request.key-reused`. No event: it is told when it has joined.
 */
export const inviteOrganisation = defineOperation({
  name: 'invite-organisation',
  summary: 'Invite another organisation to join',
  kind: 'create',
  input: z.strictObject(organisationDetails),
  output: z.object({ ...invitationAnswer, ...organisationDetails }),
  example: {
    name: 'London Borough of Redbridge',
    kind: 'local-authority',
    identifiers: [{ scheme: 'gss', value: 'E09000026' }],
  },
  refusals: ['organisation.identifier-taken', 'request.key-reused'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, details, organisation) {
    if (await anyIdentifierTaken(context.table, details.identifiers)) throw refusal('organisation.identifier-taken');
    const invitation = await makeInvitation(context, 'invite-organisation', {
      organisation,
      offer: { kind: 'organisation', details },
      input: details,
    });
    return { ...invitation, ...details };
  },
});
