import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { idPattern } from '../ids.ts';
import { organisationId } from '../organisations/organisation.ts';

export const nettingId = z
  .string()
  .regex(idPattern('net'), 'This is not the id of a netting agreement')
  .describe('The id of a netting agreement');

/** How many organisations may net with one another. */
export const mostMembers = 200;

/** Proposed until all its members have accepted; then active until fewer than two are left. */
const nettingStatuses = ['proposed', 'active', 'ended'] as const;
export type NettingStatus = (typeof nettingStatuses)[number];
export const nettingStatus = z.enum(nettingStatuses);

/**
 * That organisations settle what they owe one another together: two of them, or a group. Each has to accept it; who
 * leaves it nets with nobody any more, and the others go on among themselves, as they are all still among those whom
 * each accepted.
 */
export const nettingSchema = z.object({
  pk: z.string(),
  sk: z.literal('NETTING'),
  id: nettingId,
  proposer: z.string(),
  /** In the order of their ids; those who left are not among them. */
  members: z.array(z.string()),
  accepted: z.array(z.string()),
  left: z.array(z.string()),
  status: nettingStatus,
  /** The digest of the request that made it. */
  request: z.string(),
  version: z.int(),
  change: changeSchema,
});
export type Netting = z.infer<typeof nettingSchema>;

export const nettingAnswerSchema = z.object({
  id: nettingId,
  proposer: organisationId.describe('Who proposed it'),
  members: z.array(organisationId).describe('Who nets with one another, or is to'),
  accepted: z.array(organisationId).describe('Who of them has accepted'),
  left: z.array(organisationId).describe('Who was a member and has left, or would not become one'),
  status: nettingStatus,
});

/** A netting agreement as those see it who are its members, or were. */
export function nettingAnswer({ id, proposer, members, accepted, left, status }: Netting) {
  return { id, proposer, members, accepted, left, status };
}

type Standing = Pick<Netting, 'members' | 'accepted' | 'left'>;

/** Where an agreement stands when this many are its members and these of them have accepted. */
function statusOf({ members, accepted }: Standing): NettingStatus {
  if (members.length < 2) return 'ended';
  return members.every((member) => accepted.includes(member)) ? 'active' : 'proposed';
}

/** An agreement that some of its members accept; undefined when they have already, or none of these is a member. */
export function acceptedBy(netting: Netting, accepting: readonly string[]) {
  const added = netting.members.filter((member) => accepting.includes(member) && !netting.accepted.includes(member));
  if (added.length === 0) return undefined;
  const { members, left } = netting;
  const standing = { members, left, accepted: [...netting.accepted, ...added].sort() };
  return { ...standing, status: statusOf(standing) };
}

/** An agreement that some of its members leave; undefined when none of these is a member. */
export function leftBy(netting: Netting, leaving: readonly string[]) {
  const gone = netting.members.filter((member) => leaving.includes(member));
  if (gone.length === 0) return undefined;
  const stays = (member: string) => !gone.includes(member);
  const standing = {
    members: netting.members.filter(stays),
    accepted: netting.accepted.filter(stays),
    left: [...netting.left, ...gone].sort(),
  };
  return { ...standing, status: statusOf(standing) };
}
