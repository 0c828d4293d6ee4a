import type { Context } from '../context.ts';
import { actingOrganisation, type Target } from '../operation.ts';
import type { Member } from './member.ts';
import { readMember } from './members-items.ts';

/** The member of the organisation acted for that an operation is about; one who was removed is found as well. */
export async function findOwnMember(
  context: Context,
  input: { readonly member: string },
): Promise<Target<Member> | undefined> {
  const member = await readMember(context.table, actingOrganisation(context), input.member);
  return member === undefined ? undefined : { relation: 'own', subject: member };
}
