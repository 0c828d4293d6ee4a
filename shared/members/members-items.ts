import * as z from 'zod';
import { roles, type Membership } from '../context.ts';
import type { Source } from '../paging.ts';
import { keys, shardOf } from '../table/keys.ts';
import type { Item, Table } from '../table/table.ts';
import { memberIdOf, memberSchema, type Member } from './member.ts';

/** The item of a member; one who was removed can no longer be found by the person. */
export function memberItem(member: Omit<Member, 'pk' | 'sk'>): Item {
  const key = keys.member(member.organisation, member.id);
  const found =
    member.subject === undefined
      ? {}
      : { gsi1pk: keys.membershipsOf(member.subject), gsi1sk: `ORGANISATION#${member.organisation}` };
  return {
    ...member,
    ...key,
    ...found,
    gsi2pk: keys.live(shardOf(key.pk)),
    gsi2sk: `${key.sk}#${member.organisation}`,
  };
}

/** Reads a member as they are at this moment, also one who was removed. */
export async function readMember(table: Table, organisation: string, member: string): Promise<Member | undefined> {
  return await table.get(keys.member(organisation, member), memberSchema, { consistent: true });
}

/** What a person may do at an organisation at this moment; undefined for who is no member. Read at every request. */
export async function readMembership(
  table: Table,
  organisation: string,
  subject: string,
): Promise<Membership | undefined> {
  const member = await readMember(table, organisation, memberIdOf(organisation, subject));
  if (member?.status !== 'active') return undefined;
  const { id, roles: held, succeededBy } = member;
  return { organisation, member: id, roles: held, ...(succeededBy === undefined ? {} : { succeededBy }) };
}

/** An organisation's members by id, removed ones too. */
export function membersSource(table: Table, organisation: string): Source<Member> {
  return async (after, limit) => await table.query({ ...keys.membersOf(organisation), after, limit }, memberSchema);
}

const membershipSchema = z.object({ organisation: z.string(), id: z.string(), roles: z.array(z.enum(roles)) });

/** The organisations that a person belongs to, at most a hundred. From an index: it may lag a second behind. */
export async function readMembershipsOf(table: Table, subject: string) {
  return await table.query({ index: 'gsi1', pk: keys.membershipsOf(subject), limit: 100 }, membershipSchema);
}
