import { epochSeconds } from '../clock.ts';
import { actorId, type Context } from '../context.ts';
import { createOnce } from '../create-once.ts';
import { digest, idOfRequest, newSecret } from '../ids.ts';
import { idempotencyKeyOf } from '../operation.ts';
import { requestDigest } from '../change.ts';
import { invitationDays, invitationSchema, type Invitation, type Offer } from './invitation.ts';
import { invitationItem } from './invitations-items.ts';

/** A new invitation, not yet written, and its code. Only a digest of the code is in the invitation. */
export function newInvitation(
  context: Context,
  facts: Pick<Invitation, 'id' | 'offer' | 'invitedBy' | 'request'>,
): { readonly invitation: Invitation; readonly code: string } {
  const secret = newSecret(context.random);
  const expires = epochSeconds(context.clock.now()) + invitationDays * 86_400;
  return {
    invitation: { ...facts, digest: digest('invitation', facts.id, secret), expires },
    code: `${facts.id}_${secret}`,
  };
}

/**
 * Makes the invitation that a request of an administrator asks for, once. A repeated request is answered without the
 * code, which is kept nowhere. Refuses with `request.key-reused`.
 */
export async function makeInvitation(
  context: Context,
  operation: 'invite-organisation' | 'invite-member',
  given: { readonly organisation: string; readonly offer: Offer; readonly input: unknown },
): Promise<{ readonly id: string; readonly code: string | undefined; readonly expiresAt: string }> {
  const by = actorId(context.actor);
  const { invitation, code } = newInvitation(context, {
    id: idOfRequest('inv', by, operation, idempotencyKeyOf(context)),
    offer: given.offer,
    invitedBy: { organisation: given.organisation, member: by },
    request: requestDigest(context, operation, given.input),
  });
  const made = await createOnce(context.table, invitationItem(invitation), invitationSchema);
  return {
    id: made.id,
    // Ours when the digest is: also after our own write was sent twice because its acknowledgement was lost.
    code: made.digest === invitation.digest ? code : undefined,
    expiresAt: new Date(made.expires * 1000).toISOString(),
  };
}
