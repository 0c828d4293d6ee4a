import type { Clock } from '../../shared/clock.ts';
import type { Actor, PersonActor, Role } from '../../shared/context.ts';
import { inviteMember } from '../../shared/members/invite-member.ts';
import { acceptInvitation } from '../../shared/organisations/accept-invitation.ts';
import { foundOrganisation } from '../../shared/organisations/found-organisation.ts';
import { inviteOrganisation } from '../../shared/organisations/invite-organisation.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf } from './context.ts';

/** Somebody who has signed in and acts for no organisation. */
export function signedIn(subject: string): PersonActor {
  return {
    kind: 'person',
    subject,
    name: `Name of ${subject}`,
    email: `${subject}@example.org`,
    membership: undefined,
  };
}

/** The same person, acting for an organisation that they are a member of. */
function actingFor(
  subject: string,
  membership: { readonly organisation: string; readonly member: string; readonly roles: readonly Role[] },
): PersonActor {
  return { ...signedIn(subject), membership };
}

/** The first organisation of a table, and its administrator. */
export async function givenFirstOrganisation(table: Table, clock: Clock): Promise<PersonActor> {
  const founded = await foundOrganisation.perform(
    contextOf(table, clock, { kind: 'operator' }),
    foundOrganisation.example,
  );
  return await givenAccepted(table, clock, 'first-administrator', founded.code);
}

/** An organisation that joins by invitation of an administrator, and its own administrator. */
export async function givenOrganisation(
  table: Table,
  clock: Clock,
  inviter: Actor,
  name: string,
): Promise<PersonActor> {
  const invited = await inviteOrganisation.perform(contextOf(table, clock, inviter), {
    name,
    kind: 'trust',
    identifiers: [],
  });
  return await givenAccepted(table, clock, `administrator-of-${name}`, invited.code ?? '');
}

/** A member of the organisation that an administrator acts for. */
export async function givenMember(
  table: Table,
  clock: Clock,
  given: { readonly administrator: Actor; readonly subject: string; readonly roles: readonly Role[] },
): Promise<PersonActor> {
  const invited = await inviteMember.perform(contextOf(table, clock, given.administrator), { roles: given.roles });
  return await givenAccepted(table, clock, given.subject, invited.code ?? '');
}

async function givenAccepted(table: Table, clock: Clock, subject: string, code: string): Promise<PersonActor> {
  return actingFor(subject, await acceptInvitation.perform(contextOf(table, clock, signedIn(subject)), { code }));
}
