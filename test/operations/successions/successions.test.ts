import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PersonActor } from '../../../shared/context.ts';
import { actOnDeadlines } from '../../../shared/deadlines/act-on-deadlines.ts';
import { acceptSuccession } from '../../../shared/successions/accept-succession.ts';
import { findHeir } from '../../../shared/successions/find-succession.ts';
import { getSuccession } from '../../../shared/successions/get-succession.ts';
import { proposeSuccession } from '../../../shared/successions/propose-succession.ts';
import { restateSuccession } from '../../../shared/successions/successions-events.ts';
import { readSuccession } from '../../../shared/successions/successions-items.ts';
import { withdrawSuccession } from '../../../shared/successions/withdraw-succession.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { organisationFor } from '../../support/successions.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let database: TestTable;
let relay: StreamRelay;
let inviter: PersonActor;
let old: PersonActor;
let next: PersonActor;
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
  [old, next] = [await given(), await given()];
  await relay.relayAll();
});

const given = async () =>
  await givenOrganisation(database.table, clock, inviter, `Organisation ${String((number += 1))}`);
const as = (actor: PersonActor, request = {}) => contextOf(database.table, clock, actor, request);
const on = (days: number) => new Date(clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const propose = async (who: PersonActor, to: PersonActor, day = on(30), request = {}) =>
  await proposeSuccession.perform(as(who, request), { successor: organisationFor(to), on: day });
const accept = async (who: PersonActor, of: PersonActor, expectedVersion = 1) =>
  await acceptSuccession.perform(as(who, { expectedVersion }), { organisation: organisationFor(of) });
const withdraw = async (who: PersonActor, of: PersonActor, expectedVersion = 1) =>
  await withdrawSuccession.perform(as(who, { expectedVersion }), { organisation: organisationFor(of) });
const get = async (who: PersonActor, of: PersonActor) =>
  await getSuccession.perform(as(who), { organisation: organisationFor(of) });
const told = async () => (await relay.relayAll()).map(({ type, audience }) => [type, audience]);

describe('a succession', () => {
  test('is proposed by the one and accepted by the other; both see it, and are told', async () => {
    const day = on(30);
    const proposed = await propose(old, next, day, { idempotencyKey: 'p1' });
    const facts = { organisation: organisationFor(old), successor: organisationFor(next), on: day };
    expect(proposed).toEqual({ ...facts, status: 'proposed', version: 1 });
    expect(await propose(old, next, day, { idempotencyKey: 'p1' })).toEqual(proposed);
    expect(await accept(next, old)).toEqual({ ...facts, status: 'accepted', version: 2 });
    for (const who of [old, next]) expect(await get(who, old)).toMatchObject({ status: 'accepted' });
    const both = [organisationFor(old), organisationFor(next)];
    expect(await told()).toEqual([
      ['succession.proposed', both],
      ['succession.accepted', both],
    ]);
  });

  test.each(['old', 'next'])('is withdrawn by either before its day (%s), and can be proposed anew', async (who) => {
    await propose(old, next);
    await accept(next, old);
    const later = on(20);
    expect(await withdraw(who === 'old' ? old : next, old, 2)).toMatchObject({ status: 'withdrawn', version: 3 });
    expect((await told()).at(-1)?.[0]).toBe('succession.withdrawn');
    await expect(accept(next, old, 3)).rejects.toMatchObject({ code: 'succession.ended' });
    expect(await propose(old, next, later)).toMatchObject({ status: 'proposed', on: later, version: 4 });
  });

  test('is nobody else’s to see, and the successor’s alone to accept', async () => {
    await propose(old, next);
    const stranger = await given();
    await expect(get(stranger, old)).rejects.toMatchObject({ code: 'succession.not-found' });
    await expect(withdraw(stranger, old)).rejects.toMatchObject({ code: 'succession.not-found' });
    await expect(accept(old, old)).rejects.toMatchObject({ code: 'succession.not-found' });
    await expect(get(old, next)).rejects.toMatchObject({ code: 'succession.not-found' });
  });

  test('is refused with itself, with nobody, for a day that has come, and more than two years ahead', async () => {
    const invalid = { code: 'request.invalid' };
    await expect(propose(old, old)).rejects.toMatchObject(invalid);
    await expect(propose(old, next, on(0))).rejects.toMatchObject(invalid);
    await expect(propose(old, next, on(732))).rejects.toMatchObject(invalid);
    expect(await propose(old, next, on(1))).toMatchObject({ status: 'proposed' });
    const nobody = { successor: 'org_zzzzzzz', on: on(30) };
    await expect(proposeSuccession.perform(as(next), nobody)).rejects.toMatchObject({ code: 'organisation.not-found' });
  });

  test('is one at most, and never a circle', async () => {
    const third = await given();
    await propose(old, next);
    await expect(propose(old, third)).rejects.toMatchObject({ code: 'succession.already' });
    // That the other is about to be succeeded is not told to who proposes; they cannot accept it.
    await propose(next, old);
    await expect(accept(old, next)).rejects.toMatchObject({ code: 'succession.in-circle' });
    await withdraw(next, next);
    // The successor is to be succeeded itself before it has accepted.
    await propose(next, third);
    await expect(accept(next, old)).rejects.toMatchObject({ code: 'succession.in-circle' });
    await withdraw(third, next, 3);
    expect(await accept(next, old)).toMatchObject({ status: 'accepted' });
    // And one that has accepted may well be succeeded: both then come to the third.
    await propose(next, third);
    await accept(third, next, 5);
    await propose(third, old);
    await expect(accept(old, third)).rejects.toMatchObject({ code: 'succession.in-circle' });
  });

  test('is of the version that was seen', async () => {
    await propose(old, next);
    await expect(accept(next, old, 7)).rejects.toMatchObject({ code: 'request.stale' });
    await expect(withdraw(old, old, 7)).rejects.toMatchObject({ code: 'request.stale' });
  });

  test('that nobody accepted in time comes to nothing, and makes way for another', async () => {
    await propose(old, next, on(1));
    clock.moveBy(2 * 86_400_000);
    await expect(accept(next, old)).rejects.toMatchObject({ code: 'succession.ended' });
    await expect(withdraw(old, old)).rejects.toMatchObject({ code: 'succession.ended' });
    expect(await propose(old, next)).toMatchObject({ status: 'proposed', version: 2 });
  });

  test('of one whose successor was succeeded meanwhile leads to the last of them', async () => {
    const third = await given();
    await propose(old, next, on(5));
    await accept(next, old);
    await propose(next, third, on(3));
    await accept(third, next);
    await relay.relayAll();
    for (const minutes of [6 * 1440, 6]) {
      clock.moveBy(minutes * 60_000);
      const until = new Date(clock.now().getTime() + 60_000);
      expect(await actOnDeadlines({ table: database.table, epoch: 1, clock }, until)).toMatchObject({ failures: [] });
      await relay.relayAll();
    }
    expect((await readSuccession(database.table, organisationFor(old)))?.status).toBe('done');
    expect(await findHeir(database.table, organisationFor(next))).toBe(organisationFor(third));
    await expect(propose(await given(), old)).rejects.toMatchObject({ code: 'succession.in-circle' });
  });

  test('is told anew to the two', async () => {
    await propose(old, next);
    const succession = await readSuccession(database.table, organisationFor(old));
    if (succession === undefined) throw new Error('There is no succession');
    const { organisation, successor, on: day, status } = succession;
    expect(restateSuccession(succession)).toMatchObject([
      {
        type: 'succession.restated',
        audience: [organisation, successor],
        data: { organisation, successor, on: day, status },
      },
    ]);
  });
});
