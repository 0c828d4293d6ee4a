import * as z from 'zod';
import { roles } from '../context.ts';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import type { Member } from './member.ts';

const standing = z.object({ organisation: z.string(), member: z.string(), roles: z.array(z.enum(roles)) });
const example = { organisation: 'org_0123456', member: 'mem_0123456789abcdef', roles: ['programme-lead' as const] };

const memberJoined = defineEvent({
  type: 'member.joined',
  version: 1,
  readBy: 'list-members',
  summary: 'A person accepted an invitation to an organisation. Told to that organisation.',
  data: standing,
  example,
});

const memberRolesChanged = defineEvent({
  type: 'member.roles-changed',
  version: 1,
  readBy: 'list-members',
  summary: 'A member has other roles. Told to their organisation.',
  data: standing,
  example,
});

const memberRemoved = defineEvent({
  type: 'member.removed',
  version: 1,
  readBy: 'list-members',
  summary: 'A person is a member no longer. Told to the organisation.',
  data: standing.omit({ roles: true }),
  example: { organisation: example.organisation, member: example.member },
});

const memberRestated = defineEvent({
  type: 'member.restated',
  version: 1,
  readBy: 'list-members',
  summary: 'The present state of a member, when what happened could not be told. Told to their organisation.',
  data: standing.extend({ status: z.enum(['active', 'removed']) }),
  example: { ...example, status: 'active' as const },
});

export const memberEvents = [memberJoined, memberRolesChanged, memberRemoved, memberRestated];

/** What happened to a member: ids and roles only. */
export function eventsOfMember(before: Member | undefined, after: Member): readonly Announcement[] {
  if (before?.version === after.version) return [];
  const { organisation, id: member, roles: held } = after;
  switch (after.change.type) {
    case 'joined':
      return [memberJoined.announce({ organisation, member, roles: held }, [organisation])];
    case 'roles-changed':
      return [memberRolesChanged.announce({ organisation, member, roles: held }, [organisation])];
    case 'removed':
      return [memberRemoved.announce({ organisation, member }, [organisation])];
    default:
      return [];
  }
}

/** The present state of a member. */
export function restateMember({ organisation, id, roles: held, status }: Member): readonly Announcement[] {
  return [memberRestated.announce({ organisation, member: id, roles: held, status }, [organisation])];
}
