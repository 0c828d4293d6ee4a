import type { Context } from '../context.ts';
import { findOwnPerson } from './find-people.ts';
import type { ActivePerson } from './person.ts';

/** Whether the actor acts for a whole organisation: a lead, an administrator, or the organisation's own system. */
export function isLead({ actor }: Pick<Context, 'actor'>): boolean {
  if (actor.kind !== 'person') return true;
  const roles = actor.membership?.roles ?? [];
  return roles.includes('programme-lead') || roles.includes('administrator');
}

/**
 * Whether the person who is signed in is the line manager of another, by what their organisation has on record. Refuses
 * with `person.not-unique` when their own record cannot be told.
 */
export async function isManagerOf(context: Context, { managerReference }: ActivePerson): Promise<boolean> {
  const own = await findOwnPerson(context);
  return managerReference !== undefined && own?.subject.reference === managerReference;
}
