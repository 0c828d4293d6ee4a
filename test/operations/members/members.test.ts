import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { PersonActor } from '../../../shared/context.ts';
import { changeMemberRoles } from '../../../shared/members/change-member-roles.ts';
import { getMe } from '../../../shared/members/get-me.ts';
import { inviteMember } from '../../../shared/members/invite-member.ts';
import { listMembers } from '../../../shared/members/list-members.ts';
import { readMembership } from '../../../shared/members/members-items.ts';
import { removeMember } from '../../../shared/members/remove-member.ts';
import { acceptInvitation } from '../../../shared/organisations/accept-invitation.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation, signedIn } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('members', () => {
  let database: TestTable | undefined;
  let table: TestTable['table'];
  let relay: StreamRelay | undefined;
  let first: PersonActor;
  let organisation: string;
  const clock = movableClock();
  const tidy = async () => {
    relay?.stop();
    await database?.remove();
  };
  beforeEach(async () => {
    await tidy();
    database = await createTestTable();
    ({ table } = database);
    relay = streamRelay(database, clock);
    first = await givenFirstOrganisation(table, clock);
    organisation = first.membership?.organisation ?? '';
    await relay.relayAll();
  });
  afterAll(tidy);

  const idOf = (person: PersonActor) => person.membership?.member ?? '';
  const by = (actor: PersonActor, expectedVersion: number) => contextOf(table, clock, actor, { expectedVersion });

  test('a person is invited, joins with their roles, is listed, and finds their organisation', async () => {
    const lead = await givenMember(table, clock, {
      administrator: first,
      subject: 'lee',
      roles: ['finance', 'programme-lead', 'finance'],
    });
    expect(lead.membership?.roles).toEqual(['programme-lead', 'finance']);
    expect(await readMembership(table, organisation, 'lee')).toEqual(lead.membership);
    expect(await readMembership(table, organisation, 'stranger')).toBeUndefined();

    const told = (await relay?.relayAll()) ?? [];
    expect(told.map(({ type, audience, aggregate }) => [type, audience, aggregate])).toEqual([
      ['member.joined', [organisation], idOf(lead)],
    ]);
    expect(JSON.stringify(told)).not.toMatch(/lee/i);

    const { items } = await listMembers.perform(contextOf(table, clock, first), {});
    expect(new Set(items.map(({ email }) => email))).toEqual(
      new Set(['first-administrator@example.org', 'lee@example.org']),
    );
    expect(await getMe.perform(contextOf(table, clock, signedIn('lee')), {})).toMatchObject({
      memberships: [{ organisation, organisationName: expect.stringContaining('Barking'), member: idOf(lead) }],
    });
    expect(await getMe.perform(contextOf(table, clock, signedIn('stranger')), {})).toMatchObject({ memberships: [] });
  });

  test('the list goes on page by page, each member once', async () => {
    for (let index = 0; index < 6; index += 1) {
      await givenMember(table, clock, { administrator: first, subject: `s-${String(index)}`, roles: ['staff'] });
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listMembers.perform(contextOf(table, clock, first), { limit: 3, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  test('who is a member already cannot accept again; the invitation stays good for somebody else', async () => {
    await givenMember(table, clock, { administrator: first, subject: 'lee', roles: ['staff'] });
    const { code } = await inviteMember.perform(contextOf(table, clock, first), { roles: ['finance'] });
    const accept = async (subject: string) =>
      await acceptInvitation.perform(contextOf(table, clock, signedIn(subject)), { code });
    await expect(accept('lee')).rejects.toMatchObject({ code: 'member.already' });
    expect(await accept('max')).toMatchObject({ roles: ['finance'] });
  });

  test('roles change on condition of the version seen, and a repetition finds the same answer', async () => {
    const lead = await givenMember(table, clock, { administrator: first, subject: 'lee', roles: ['staff'] });
    const input = { member: idOf(lead), roles: ['finance'] };
    const changed = await changeMemberRoles.perform(by(first, 1), input);
    expect(changed).toMatchObject({ roles: ['finance'], version: 2 });
    const context = by(first, 1);
    await expect(changeMemberRoles.perform(context, input)).rejects.toMatchObject({ code: 'request.stale' });

    const repeated = contextOf(table, clock, first, { expectedVersion: 2, idempotencyKey: 'same' });
    const answer = await changeMemberRoles.perform(repeated, { ...input, roles: ['manager'] });
    expect(await changeMemberRoles.perform(repeated, { ...input, roles: ['manager'] })).toEqual(answer);
    expect((await readMembership(table, organisation, 'lee'))?.roles).toEqual(['manager']);
    const told = (await relay?.relayAll()) ?? [];
    expect(told.map(({ type, aggregateVersion }) => [type, aggregateVersion])).toEqual([
      ['member.joined', 1],
      ['member.roles-changed', 2],
      ['member.roles-changed', 3],
    ]);
  });

  test('an organisation keeps an administrator, also when two remove each other at once', async () => {
    const alone = by(first, 1);
    await expect(removeMember.perform(alone, { member: idOf(first) })).rejects.toMatchObject({
      code: 'member.last-administrator',
    });
    await expect(
      changeMemberRoles.perform(by(first, 1), { member: idOf(first), roles: ['staff'] }),
    ).rejects.toMatchObject({ code: 'member.last-administrator' });

    const second = await givenMember(table, clock, {
      administrator: first,
      subject: 'second',
      roles: ['administrator'],
    });
    const outcomes = await Promise.allSettled([
      removeMember.perform(by(first, 1), { member: idOf(second) }),
      removeMember.perform(by(second, 1), { member: idOf(first) }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const left = await Promise.all(
      ['first-administrator', 'second'].map(async (subject) => await readMembership(table, organisation, subject)),
    );
    expect(left.filter((member) => member !== undefined)).toHaveLength(1);
  });

  test('control: without the condition on the organisation, both would go', async () => {
    const second = await givenMember(table, clock, {
      administrator: first,
      subject: 'second',
      roles: ['administrator'],
    });
    const unguarded: TestTable['table'] = {
      ...table,
      transact: async (writes) =>
        await table.transact(
          writes.map((write) =>
            'change' in write
              ? { ...write, change: { ...write.change, condition: 'contains(administrators, :member)' } }
              : write,
          ),
        ),
    };
    await removeMember.perform(
      { ...contextOf(unguarded, clock, first), request: { expectedVersion: 1 } },
      { member: idOf(second) },
    );
    await removeMember.perform(
      { ...contextOf(unguarded, clock, first), request: { expectedVersion: 1 } },
      { member: idOf(first) },
    );
    expect(await readMembership(table, organisation, 'first-administrator')).toBeUndefined();
  });

  test('a removed member is none at once, leaves no personal data, is told, and can come back', async () => {
    const lead = await givenMember(table, clock, { administrator: first, subject: 'lee', roles: ['staff'] });
    await relay?.relayAll();
    const context = by(first, 1);
    const removed = await removeMember.perform(context, { member: idOf(lead) });
    expect(removed).toMatchObject({ status: 'removed', version: 2 });
    expect(await removeMember.perform(context, { member: idOf(lead) })).toEqual(removed);
    expect(await readMembership(table, organisation, 'lee')).toBeUndefined();
    expect(await getMe.perform(contextOf(table, clock, signedIn('lee')), {})).toMatchObject({ memberships: [] });
    const kept = await table.get({ pk: `ORGANISATION#${organisation}`, sk: `MEMBER#${idOf(lead)}` }, z.unknown());
    expect(JSON.stringify(kept)).not.toMatch(/lee/i);
    expect((await listMembers.perform(contextOf(table, clock, first), {})).items).toHaveLength(1);
    expect((await relay?.relayAll())?.map(({ type }) => type)).toEqual(['member.removed']);

    const again = await givenMember(table, clock, { administrator: first, subject: 'lee', roles: ['manager'] });
    expect(idOf(again)).toBe(idOf(lead));
    expect((await relay?.relayAll())?.map(({ type, aggregateVersion }) => [type, aggregateVersion])).toEqual([
      ['member.joined', 3],
    ]);
    await expect(removeMember.perform(context, { member: idOf(lead) })).rejects.toMatchObject({
      code: 'request.stale',
    });
  });

  test("another organisation's members are not there", async () => {
    const other = await givenOrganisation(table, clock, first, 'Wharfside Mutual');
    const input = { member: idOf(first) };
    await expect(removeMember.perform(by(other, 1), input)).rejects.toMatchObject({ code: 'member.not-found' });
    await expect(changeMemberRoles.perform(by(other, 1), { ...input, roles: ['staff'] })).rejects.toMatchObject({
      code: 'member.not-found',
    });
    const { items } = await listMembers.perform(contextOf(table, clock, other), {});
    expect(items.map(({ id }) => id)).toEqual([idOf(other)]);
  });
});
