import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { actingOrganisation } from '../../../shared/operation.ts';
import { inviteMember } from '../../../shared/members/invite-member.ts';
import { readMembership } from '../../../shared/members/members-items.ts';
import { acceptInvitation } from '../../../shared/organisations/accept-invitation.ts';
import { foundOrganisation } from '../../../shared/organisations/found-organisation.ts';
import { getOrganisation } from '../../../shared/organisations/get-organisation.ts';
import { inviteOrganisation } from '../../../shared/organisations/invite-organisation.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation, signedIn } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const anything = z.unknown();
const day = 86_400_000;
const redbridge = {
  name: 'London Borough of Redbridge',
  kind: 'local-authority',
  identifiers: [{ scheme: 'gss', value: ' e09000026 ' }],
};

describe('founding an installation', () => {
  let database: TestTable;
  let relay: StreamRelay;
  const clock = movableClock();
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const found = async (details: unknown = foundOrganisation.example) =>
    await foundOrganisation.perform(contextOf(database.table, clock, { kind: 'operator' }), details);
  const accept = async (subject: string, code: string) =>
    await acceptInvitation.perform(contextOf(database.table, clock, signedIn(subject)), { code });

  test('happens once; its code makes the first administrator, and a lost code can be replaced until then', async () => {
    const first = await found();
    expect((await relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([
      ['organisation.founded', [first.organisation]],
    ]);
    await expect(found({ ...foundOrganisation.example, name: 'Another' })).rejects.toMatchObject({
      code: 'installation.already-founded',
    });
    clock.moveBy(15 * day);
    await expect(accept('ann', first.code)).rejects.toMatchObject({ code: 'invitation.not-found' });
    const second = await found();
    expect(second.organisation).toBe(first.organisation);

    const member = await accept('ann', second.code);
    expect(member).toMatchObject({ organisation: first.organisation, roles: ['administrator'] });
    const told = await relay.relayAll();
    expect(told.map(({ type }) => type).sort()).toEqual(['member.joined', 'organisation.joined']);
    expect(JSON.stringify(told)).not.toMatch(/ann/);
    await expect(found()).rejects.toMatchObject({ code: 'installation.already-founded' });
  });

  test('is for the operator alone', async () => {
    const context = contextOf(database.table, clock, signedIn('ann'));
    await expect(foundOrganisation.perform(context, foundOrganisation.example)).rejects.toMatchObject({
      code: 'actor.not-allowed',
    });
  });
});

describe('inviting and accepting', () => {
  let database: TestTable;
  let relay: StreamRelay;
  let administrator: Awaited<ReturnType<typeof givenFirstOrganisation>>;
  const clock = movableClock();
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    administrator = await givenFirstOrganisation(database.table, clock);
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const accept = async (subject: string, code: string | undefined) =>
    await acceptInvitation.perform(contextOf(database.table, clock, signedIn(subject)), { code });
  const invite = async (input: unknown, idempotencyKey?: string) =>
    await inviteOrganisation.perform(
      contextOf(database.table, clock, administrator, idempotencyKey === undefined ? {} : { idempotencyKey }),
      input,
    );

  test('an organisation joins with its identifiers, once, and all are told', async () => {
    const { code } = await invite(redbridge);
    expect(await relay.relayAll()).toEqual([]);
    const joined = await accept('bola', code);
    const organisation = (await relay.relayAll()).find(({ type }) => type === 'organisation.joined');
    expect(organisation).toMatchObject({
      audience: 'all',
      data: {
        organisation: joined.organisation,
        identifiers: [{ scheme: 'gss', value: 'E09000026' }],
        invitedBy: administrator.membership?.organisation,
      },
    });
    expect(await accept('bola', code)).toEqual(joined);
    await expect(accept('carl', code)).rejects.toMatchObject({ code: 'invitation.not-found' });
    expect(await relay.relayAll()).toEqual([]);

    const shown = await getOrganisation.perform(contextOf(database.table, clock, administrator), {
      organisation: joined.organisation,
    });
    expect(shown).toMatchObject({ name: redbridge.name, status: 'joined' });
    await expect(invite(redbridge)).rejects.toMatchObject({ code: 'organisation.identifier-taken' });
  });

  test('of two organisations invited with one identifier, the first to join has it', async () => {
    const details = { ...redbridge, identifiers: [{ scheme: 'ods', value: 'RAT' }] };
    const [one, other] = [await invite(details), await invite(details)];
    const joining = await Promise.allSettled([accept('dora', one.code), accept('eve', other.code)]);
    expect(joining.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(joining.find((outcome) => outcome.status === 'rejected')).toMatchObject({
      reason: { code: 'organisation.identifier-taken' },
    });
  });

  test('a code used by many at once is used by one', async () => {
    const { code } = await invite({ ...redbridge, identifiers: [] });
    const people = Array.from({ length: 8 }, (_, index) => `racer-${String(index)}`);
    const joining = await Promise.allSettled(people.map(async (person) => await accept(person, code)));
    expect(joining.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a repeated invitation is answered without its code, and the same key for another is refused', async () => {
    const first = await invite({ ...redbridge, identifiers: [] }, 'invite-1');
    const again = await invite({ ...redbridge, identifiers: [] }, 'invite-1');
    expect(again.id).toBe(first.id);
    expect(first.code).toMatch(/^inv_/);
    expect(again.code).toBeUndefined();
    await expect(invite({ ...redbridge, name: 'Another', identifiers: [] }, 'invite-1')).rejects.toMatchObject({
      code: 'request.key-reused',
    });
  });

  test('wrong codes and expired ones are refused alike, and the code is kept nowhere', async () => {
    const { id, code } = await invite({ ...redbridge, identifiers: [] });
    const kept = await database.table.get({ pk: `INVITATION#${id}`, sk: 'INVITATION' }, anything, { consistent: true });
    expect(JSON.stringify(kept)).not.toContain(code?.slice(-32));
    await expect(accept('finn', `${id}_${'0'.repeat(32)}`)).rejects.toMatchObject({ code: 'invitation.not-found' });
    await expect(accept('finn', 'nonsense')).rejects.toMatchObject({ code: 'request.invalid' });
    clock.moveBy(14 * day - 1000);
    expect(await accept('finn', code)).toMatchObject({ roles: ['administrator'] });
    const late = await invite({ ...redbridge, identifiers: [] });
    clock.moveBy(14 * day);
    await expect(accept('gwen', late.code)).rejects.toMatchObject({ code: 'invitation.not-found' });
  });

  test('an invitation counts only while who made it is an administrator', async () => {
    const other = await givenOrganisation(database.table, clock, administrator, 'Wharfside Mutual');
    const organisation = actingOrganisation(contextOf(database.table, clock, other));
    const second = await givenMember(database.table, clock, {
      administrator: other,
      subject: 'second',
      roles: ['administrator'],
    });
    const invited = await inviteMember.perform(contextOf(database.table, clock, second), { roles: ['administrator'] });
    await database.table.update(
      { pk: `ORGANISATION#${organisation}`, sk: 'ORGANISATION' },
      { update: 'DELETE administrators :gone', values: { ':gone': new Set([second.membership?.member]) } },
      anything,
    );
    await expect(accept('backdoor', invited.code)).rejects.toMatchObject({ code: 'invitation.not-found' });
    expect(await readMembership(database.table, organisation, 'backdoor')).toBeUndefined();
  });
});
