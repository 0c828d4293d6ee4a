import type { Change } from '../change.ts';
import type { PersonActor, Role } from '../context.ts';
import { refusal } from '../errors.ts';
import { absent, type Table, type TransactionWrite } from '../table/table.ts';
import { memberIdOf, rolesInOrder, type Member } from './member.ts';
import { memberItem, readMember } from './members-items.ts';

/** Somebody who is joining an organisation, and the write that makes them a member. */
export interface Joining {
  readonly member: string;
  readonly roles: readonly Role[];
  readonly write: TransactionWrite;
}

/**
 * The write with which a person joins an organisation, for the first time or again. Refused when their membership has
 * changed since it was read here. Refuses with `member.already` who is a member.
 */
export async function memberJoining(
  table: Table,
  person: PersonActor,
  given: { readonly organisation: string; readonly roles: readonly Role[]; readonly change: Change },
): Promise<Joining> {
  const { organisation } = given;
  const id = memberIdOf(organisation, person.subject);
  const before = await readMember(table, organisation, id);
  if (before?.status === 'active') throw refusal('member.already');
  const held = rolesInOrder(given.roles);
  const put = memberItem({
    id,
    organisation,
    status: 'active',
    roles: held,
    subject: person.subject,
    name: person.name,
    email: person.email,
    version: (before?.version ?? 0) + 1,
    change: { ...given.change, type: 'joined', by: id },
  });
  return { member: id, roles: held, write: { put, onlyIf: before === undefined ? absent : unchanged(before) } };
}

/** A person's membership of an organisation at this moment; undefined when they are none or were removed. */
export async function findMember(table: Table, organisation: string, subject: string): Promise<Member | undefined> {
  const member = await readMember(table, organisation, memberIdOf(organisation, subject));
  return member?.status === 'active' ? member : undefined;
}

function unchanged(member: Member) {
  return { condition: 'version = :seen', values: { ':seen': member.version } };
}
