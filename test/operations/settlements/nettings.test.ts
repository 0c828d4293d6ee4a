import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor, PersonActor } from '../../../shared/context.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { acceptNetting } from '../../../shared/settlements/accept-netting.ts';
import { getNetting } from '../../../shared/settlements/get-netting.ts';
import { leaveNetting } from '../../../shared/settlements/leave-netting.ts';
import { listNettings } from '../../../shared/settlements/list-nettings.ts';
import { restateNetting } from '../../../shared/settlements/nettings-events.ts';
import { readNetting } from '../../../shared/settlements/nettings-items.ts';
import { proposeNetting } from '../../../shared/settlements/propose-netting.ts';
import { acceptSuccession } from '../../../shared/successions/accept-succession.ts';
import { proposeSuccession } from '../../../shared/successions/propose-succession.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { beginsAt, organisationFor, succeededOn } from '../../support/successions.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let database: TestTable;
let relay: StreamRelay;
let inviter: PersonActor;
let administrators: PersonActor[];
let [one, two, three] = ['', '', ''];
let number = 0;

beforeAll(async () => {
  database = await createTestTable();
  relay = streamRelay(database, clock);
  inviter = await givenFirstOrganisation(database.table, clock);
});
afterAll(async () => {
  relay.stop();
  await database.remove();
});
beforeEach(async () => {
  administrators = [await given(), await given(), await given()];
  [one = '', two = '', three = ''] = administrators.map(organisationFor).sort();
  await relay.relayAll();
});

const given = async () =>
  await givenOrganisation(database.table, clock, inviter, `Organisation ${String((number += 1))}`);
const finance = (organisation: string, request = {}) =>
  contextOf(database.table, clock, personOf(organisation, ['finance']), request);
const propose = async (organisation: string, members: readonly string[], request = {}) =>
  await proposeNetting.perform(finance(organisation, request), { members });
const accept = async (organisation: string, netting: string) =>
  await acceptNetting.perform(finance(organisation), { netting });
const leave = async (organisation: string, netting: string) =>
  await leaveNetting.perform(finance(organisation), { netting });
const get = async (organisation: string, netting: string) =>
  await getNetting.perform(finance(organisation), { netting });
const told = async () => (await relay.relayAll()).map(({ type, audience }) => [type, audience]);

describe('a netting agreement', () => {
  test('is proposed by one, and active once each of the others has accepted; they are told', async () => {
    const { id, ...proposed } = await propose(one, [three, two], { idempotencyKey: 'n1' });
    expect(proposed).toEqual({
      proposer: one,
      members: [one, two, three],
      accepted: [one],
      left: [],
      status: 'proposed',
    });
    expect(await propose(one, [three, two], { idempotencyKey: 'n1' })).toEqual({ id, ...proposed });
    expect(await accept(two, id)).toMatchObject({ status: 'proposed', accepted: [one, two] });
    expect(await accept(two, id)).toMatchObject({ status: 'proposed', accepted: [one, two] });
    expect(await accept(three, id)).toMatchObject({ status: 'active', accepted: [one, two, three] });
    expect(await get(one, id)).toMatchObject({ status: 'active' });
    expect(await told()).toEqual([
      ['netting.proposed', [one, two, three]],
      ['netting.accepted', [two, one]],
      ['netting.accepted', [three, one]],
      ['netting.activated', [one, two, three]],
    ]);
  });

  test('is left by whoever likes; the others go on, and it ends with the last but one', async () => {
    const { id } = await propose(one, [two, three]);
    await accept(two, id);
    await told();
    // Who declines does not hold up those who have accepted.
    expect(await leave(three, id)).toMatchObject({ status: 'active', members: [one, two], left: [three] });
    expect(await leave(three, id)).toMatchObject({ status: 'active', left: [three] });
    await expect(accept(three, id)).rejects.toMatchObject({ code: 'netting.left' });
    expect(await leave(one, id)).toMatchObject({ status: 'ended', members: [two], left: [one, three].sort() });
    await expect(accept(two, id)).rejects.toMatchObject({ code: 'netting.ended' });
    expect(await told()).toEqual([
      ['netting.left', [three, one, two]],
      ['netting.activated', [one, two]],
      ['netting.left', [one, two]],
      ['netting.ended', [two, one, three]],
    ]);
  });

  test('is seen and listed by its members, and is nobody else’s', async () => {
    const { id } = await propose(one, [two]);
    await relay.relayAll();
    const line = { id, proposer: one, members: 2, accepted: 1, status: 'proposed' };
    for (const member of [one, two]) {
      expect((await listNettings.perform(finance(member), {})).items).toEqual([line]);
    }
    expect((await listNettings.perform(finance(three), {})).items).toEqual([]);
    const notFound = { code: 'netting.not-found' };
    await expect(get(three, id)).rejects.toMatchObject(notFound);
    await expect(accept(three, id)).rejects.toMatchObject(notFound);
    await expect(leave(three, id)).rejects.toMatchObject(notFound);
    await expect(get(one, 'net_000000000000')).rejects.toMatchObject(notFound);
    const { items, next } = await listNettings.perform(finance(one), { limit: 1 });
    expect([items.length, next]).toEqual([1, expect.any(String)]);
    expect((await listNettings.perform(finance(one), { after: next })).items).toEqual([]);
    const wrongCursor = listNettings.perform(finance(one), { after: 'x' });
    await expect(wrongCursor).rejects.toMatchObject({ code: 'request.invalid' });
  });

  test('is between two at least, of organisations that take part, and for finance alone', async () => {
    const invalid = { code: 'request.invalid', details: { fields: [{ field: 'members' }] } };
    await expect(propose(one, [one])).rejects.toMatchObject(invalid);
    await expect(propose(one, ['org_zzzzzzz'])).rejects.toMatchObject(invalid);
    const lead = proposeNetting.perform(contextOf(database.table, clock, personOf(one)), { members: [two] });
    await expect(lead).rejects.toMatchObject({ code: 'actor.not-allowed' });
    const { id } = await propose(one, [two], { idempotencyKey: 'n2' });
    await expect(propose(one, [three], { idempotencyKey: 'n2' })).rejects.toMatchObject({ code: 'request.key-reused' });
    expect(await get(two, id)).toMatchObject({ members: [one, two] });
  });

  test('is not lost when all accept at the same moment', async () => {
    const { id } = await propose(one, [two, three]);
    await Promise.all([two, three].map(async (member) => await accept(member, id)));
    expect(await get(one, id)).toMatchObject({ status: 'active', accepted: [one, two, three] });
  });

  test('is told anew to its members', async () => {
    const { id } = await propose(one, [two]);
    const netting = await readNetting(database.table, id);
    if (netting === undefined) throw new Error('There is no agreement');
    expect(restateNetting(netting)).toMatchObject([
      { type: 'netting.restated', audience: [one, two], data: { netting: id, status: 'proposed' } },
    ]);
    expect(restateNetting({ ...netting, members: [] })).toEqual([]);
  });

  test('goes over to whoever succeeds a member', async () => {
    const [old, next] = administrators;
    if (old === undefined || next === undefined) throw new Error('There are no organisations');
    const [from, to] = [organisationFor(old), organisationFor(next)];
    const other = [one, two, three].find((organisation) => organisation !== from && organisation !== to) ?? '';
    const { id } = await propose(other, [from]);
    await expect(accept(to, id)).rejects.toMatchObject({ code: 'netting.not-found' });

    const as = (actor: Actor, request = {}) => contextOf(database.table, clock, actor, request);
    await proposeSuccession.perform(as(old), { successor: to, on: succeededOn });
    await acceptSuccession.perform(as(next, { expectedVersion: 1 }), { organisation: from });
    for (const instant of [beginsAt, '2027-03-31T23:06:00.000Z']) {
      await relay.relayAll();
      clock.moveTo(instant);
      await actOnDeadlines({ table: database.table, epoch: 1, clock }, new Date('2027-04-30T00:00:00Z'));
    }
    expect(await accept(to, id)).toMatchObject({ status: 'active', members: [other, from].sort() });
    expect(await get(from, id)).toMatchObject({ status: 'active' });
  });
});
