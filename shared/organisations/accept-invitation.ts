import * as z from 'zod';
import { changeNow } from '../change.ts';
import { epochSeconds } from '../clock.ts';
import { roles, type Context, type PersonActor } from '../context.ts';
import { refusal } from '../errors.ts';
import { newId } from '../ids.ts';
import { findMember, memberJoining } from '../members/member-joining.ts';
import { defineOperation, nothingOwned } from '../operation.ts';
import type { TransactionWrite } from '../table/table.ts';
import { administratorAdded } from './administrators.ts';
import { findInvitation } from './find-invitation.ts';
import { codeSchema, type Invitation } from './invitation.ts';
import { invitationUsed } from './invitations-items.ts';
import { anyIdentifierTaken, firstAdministratorSet, organisationMade } from './organisations-items.ts';

const output = z.object({
  organisation: z.string().describe('The organisation that the person belongs to from now on'),
  member: z.string(),
  roles: z.array(z.enum(roles)),
});

/** How often a transaction is tried again that something else has overtaken. */
const attempts = 3;

/**
 * Accepts an invitation by its one-time code, for the signed-in person: they become a member with the roles they were
 * invited with, or the administrator of the organisation that joins by it. One transaction uses up the code, makes the
 * member and, where there is one to make, the organisation with its identifiers.
 *
 * Refusals: `invitation.not-found` (wrong, used by somebody else, expired, or made by who is an administrator no longer),
 * `member.already`, `organisation.identifier-taken`. The same person may repeat it. Causes member.joined, and
 * organisation.joined.
 */
export const acceptInvitation = defineOperation({
  name: 'accept-invitation',
  summary: 'Join an organisation with the one-time code of an invitation',
  kind: 'act',
  input: z.strictObject({ code: codeSchema }),
  output,
  example: { code: 'inv_0123456789ab_0123456789abcdefghjkmnpqrstvwxyz' },
  refusals: ['invitation.not-found', 'member.already', 'organisation.identifier-taken', 'request.busy'],
  notFound: 'invitation.not-found',
  target: nothingOwned,
  async run(context, { code }) {
    const { actor, table } = context;
    if (actor.kind !== 'person') throw refusal('actor.not-allowed');
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const invitation = await findInvitation(context, code);
      if (invitation.usedBy !== undefined) return await answerAgain(context, invitation.usedBy, actor);
      const { writes, answer } = await joining(context, invitation, actor);
      if (await table.transact(writes)) return answer;
    }
    throw refusal('request.busy');
  },
});

/** The answer to a person who has used this invitation before and is still what it made them. */
async function answerAgain(
  context: Context,
  usedBy: { readonly organisation: string; readonly member: string },
  person: PersonActor,
): Promise<z.infer<typeof output>> {
  const member = await findMember(context.table, usedBy.organisation, person.subject);
  if (member?.id !== usedBy.member) throw refusal('invitation.not-found');
  return { organisation: usedBy.organisation, member: member.id, roles: member.roles };
}

/** All that is written when an invitation is accepted. */
async function joining(context: Context, { id, offer, invitedBy }: Invitation, person: PersonActor) {
  const organisation = offer.kind === 'organisation' ? newId('org', context.random) : offer.organisation;
  const change = changeNow(context, 'joined');
  const given = offer.kind === 'member' ? offer.roles : (['administrator'] as const);
  const joins = await memberJoining(context.table, person, { organisation, roles: given, change });
  const { member } = joins;
  const by = { ...change, by: member };
  const beside: TransactionWrite[] = [];
  if (offer.kind === 'founding') beside.push(firstAdministratorSet(organisation, member, by));
  if (offer.kind === 'member' && given.includes('administrator')) {
    beside.push(administratorAdded({ organisation, member, by: invitedBy?.member ?? '', change: by }));
  }
  if (offer.kind === 'organisation') {
    if (await anyIdentifierTaken(context.table, offer.details.identifiers)) {
      throw refusal('organisation.identifier-taken');
    }
    beside.push(
      ...organisationMade({
        id: organisation,
        ...offer.details,
        status: 'joined',
        administrators: new Set([member]),
        invitedBy: invitedBy?.organisation,
        version: 1,
        change: by,
      }),
    );
  }
  const used = invitationUsed(id, { organisation, member }, epochSeconds(context.clock.now()));
  return { writes: [used, joins.write, ...beside], answer: { organisation, member, roles: [...joins.roles] } };
}
