import * as z from 'zod';
import { changeSchema } from '../change.ts';
import { roles, type Role } from '../context.ts';
import { idOfRequest, idPattern } from '../ids.ts';

export const memberId = z
  .string()
  .regex(idPattern('mem'), 'This is not the id of a member')
  .describe('The id of a member');

export const rolesSchema = z.array(z.enum(roles)).min(1).max(roles.length).describe('What the member may do there');

/**
 * A person at an organisation. Of who was removed only the id stays, so that the removal is announced and a person who
 * comes back has the same id.
 */
export const memberSchema = z.object({
  pk: z.string(),
  sk: z.string().startsWith('MEMBER#'),
  id: memberId,
  organisation: z.string(),
  status: z.enum(['active', 'removed']),
  roles: z.array(z.enum(roles)),
  /** The identity provider's name for the person. */
  subject: z.string().optional(),
  /** Personal data: shown to the organisation's administrators and the person only, never in an event. */
  name: z.string().optional(),
  email: z.string().optional(),
  /** The organisation that has succeeded theirs, of which they are a member as well from then on. */
  succeededBy: z.string().optional(),
  version: z.int(),
  change: changeSchema,
});
export type Member = z.infer<typeof memberSchema>;

/** A member as the organisation's administrators see them. */
export const memberAnswerSchema = z.object({
  id: memberId,
  name: z.string().optional(),
  email: z.string().optional(),
  status: z.enum(['active', 'removed']),
  roles: z.array(z.enum(roles)),
  version: z.int().describe('To be given as If-Match when the member is changed or removed'),
});

export function memberAnswer({ id, name, email, status, roles: held, version }: Member) {
  return { id, name, email, status, roles: held, version };
}

/** The id of a person's membership of an organisation: the same each time they join. */
export function memberIdOf(organisation: string, subject: string): string {
  return idOfRequest('mem', organisation, subject);
}

/** Each role once, in the order of the list of roles. */
export function rolesInOrder(given: readonly Role[]): Role[] {
  return roles.filter((role) => given.includes(role));
}
