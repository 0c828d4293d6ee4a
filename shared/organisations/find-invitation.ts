import { timingSafeEqual } from 'node:crypto';
import { epochSeconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { digest } from '../ids.ts';
import { partsOfCode, type Invitation } from './invitation.ts';
import { readInvitation } from './invitations-items.ts';
import { readOrganisation } from './organisations-items.ts';

/**
 * The invitation that a code belongs to. Refuses with `invitation.not-found` when the code is wrong, has expired, or is
 * not used yet and nobody stands behind it any more: the administrator who made it is none now, their organisation was
 * succeeded by another, or the founded organisation has its first administrator.
 */
export async function findInvitation(context: Context, code: string): Promise<Invitation> {
  const { id, secret } = partsOfCode(code);
  const invitation = await readInvitation(context.table, id);
  if (invitation === undefined || !matches(invitation, secret)) throw refusal('invitation.not-found');
  if (invitation.usedBy !== undefined) return invitation;
  const expired = invitation.expires <= epochSeconds(context.clock.now());
  if (expired || !(await standsBehind(context, invitation))) throw refusal('invitation.not-found');
  return invitation;
}

function matches(invitation: Invitation, secret: string): boolean {
  const given = Buffer.from(digest('invitation', invitation.id, secret));
  const kept = Buffer.from(invitation.digest);
  return given.length === kept.length && timingSafeEqual(given, kept);
}

async function standsBehind({ table }: Context, { offer, invitedBy }: Invitation): Promise<boolean> {
  if (offer.kind === 'founding') return (await readOrganisation(table, offer.organisation))?.status === 'founded';
  if (invitedBy === undefined) return false;
  const inviter = await readOrganisation(table, invitedBy.organisation);
  return inviter?.status === 'joined' && inviter.administrators?.has(invitedBy.member) === true;
}
