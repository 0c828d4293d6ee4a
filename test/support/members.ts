import { changeByItself } from '../../shared/change.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Role } from '../../shared/context.ts';
import { memberIdOf } from '../../shared/members/member.ts';
import { memberItem } from '../../shared/members/members-items.ts';
import { organisationMade } from '../../shared/organisations/organisations-items.ts';
import type { Table } from '../../shared/table/table.ts';

/** Puts an organisation that has joined into the table. `administrators` are the ids of its members. */
export async function givenOrganisation(
  table: Table,
  clock: Clock,
  id: string,
  administrators: readonly string[],
): Promise<void> {
  const made = await table.transact(
    organisationMade({
      id,
      name: `Organisation ${id}`,
      kind: 'trust',
      identifiers: [{ scheme: 'local', value: id.toUpperCase().replace('_', '-') }],
      status: 'joined',
      administrators: new Set(administrators),
      version: 1,
      change: changeByItself('organisation.joined', clock.now()),
    }),
  );
  if (!made) throw new Error(`The organisation ${id} is there already`);
}

/** Puts a member into the table, and gives their id. */
export async function givenMember(
  table: Table,
  clock: Clock,
  organisation: string,
  subject: string,
  roles: readonly Role[],
): Promise<string> {
  const id = memberIdOf(organisation, subject);
  const change = changeByItself('joined', clock.now());
  await table.put(memberItem({ id, organisation, subject, status: 'active', roles: [...roles], version: 1, change }));
  return id;
}
