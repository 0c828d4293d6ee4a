import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import type { Actor, Role } from '../../../shared/context.ts';
import { newId } from '../../../shared/ids.ts';
import { addPerson } from '../../../shared/people/add-person.ts';
import { findActivePerson, findPeople } from '../../../shared/people/find-people.ts';
import { getPerson } from '../../../shared/people/get-person.ts';
import { listPeople } from '../../../shared/people/list-people.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { contextOf, movableClock, personOf, seededRandom } from '../../support/context.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
const random = seededRandom(1);
const details = {
  ...addPerson.example,
  name: 'Ada Example',
  accessNeeds: 'A seat near the screen',
  managerReference: 'B1',
};
const keyWith = (organisation: string, scope: 'people:read' | 'people:write'): Actor => ({
  kind: 'client',
  key: 'key_0123456789ab',
  organisation,
  scopes: [scope],
});

let database: TestTable;
let table: TestTable['table'];
let relay: StreamRelay;
let trust: string;
beforeAll(async () => {
  database = await createTestTable();
  ({ table } = database);
  relay = streamRelay(database, clock);
});
afterAll(async () => {
  relay.stop();
  await database.remove();
});

/** An organisation of its own for each test: what it has on record is what the test put there. */
const newTrust = () => (trust = newId('org', random));
const as = (roles: readonly Role[] = ['programme-lead'], request = {}) =>
  contextOf(table, clock, personOf(trust, roles), request);
const seeing = (expectedVersion: number, request = {}) => as(undefined, { expectedVersion, ...request });
const add = async (given = {}, request = {}) =>
  await addPerson.perform(as(undefined, request), { ...details, ...given });
const refused = (code: string) => ({ code });
/** Everything that the table holds of a person, the attributes of its indexes too. */
const kept = async (person: string) =>
  await table.get({ pk: `ORGANISATION#${trust}`, sk: `PERSON#${person}` }, z.looseObject({}), { consistent: true });

describe('a person is put on record', () => {
  test('and is found by id and in the list; nothing of it is announced', async () => {
    newTrust();
    const person = await add({ reference: ' e-17 ', email: 'Ada.Example@Example.org' });
    expect(person).toEqual({
      ...details,
      id: expect.stringMatching(/^per_/),
      reference: 'E-17',
      email: 'ada.example@example.org',
      version: 1,
    });
    expect(await getPerson.perform(as(), { person: person.id })).toEqual(person);
    const { accessNeeds: _needs, ...listed } = person;
    expect(await listPeople.perform(as(), {})).toEqual({ items: [listed] });
    expect(await findPeople(table, trust, [person.id, person.id, 'per_0000000000000000'])).toEqual(
      new Map([[person.id, expect.objectContaining({ name: details.name })]]),
    );
    expect(await findActivePerson(table, trust, person.id)).toMatchObject({ name: details.name });
    await updatePerson.perform(seeing(1), { person: person.id, band: '9' });
    await removePerson.perform(seeing(2), { person: person.id });
    expect(await relay.relayAll()).toEqual([]);
  });

  test('once: a repeated request finds them as they are now, another with their reference is refused', async () => {
    newTrust();
    const request = { idempotencyKey: 'once' };
    const { id } = await add({}, request);
    await updatePerson.perform(seeing(1), { person: id, role: 'Matron' });
    expect(await add({}, request)).toMatchObject({ id, role: 'Matron', version: 2 });
    await expect(add()).rejects.toMatchObject(refused('person.already'));
    await expect(add({ name: 'Another' }, request)).rejects.toMatchObject(refused('person.already'));
    expect((await add({ reference: 'E2' }, request)).id).not.toBe(id);
  });

  test('of many requests at once for one reference, one puts them there', async () => {
    newTrust();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, async () => await add()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('with a reference of the organisation’s own: another organisation’s is somebody else', async () => {
    newTrust();
    const { id } = await add();
    newTrust();
    expect((await add()).id).not.toBe(id);
  });

  test.each([
    ['reference', ''],
    ['reference', 'A'.repeat(41)],
    ['reference', '=1+1'],
    ['name', ' '],
    ['name', 'x'.repeat(121)],
    ['email', 'nobody'],
    ['email', `${'x'.repeat(250)}@example.org`],
    ['staffGroup', 'plumbers'],
    ['band', '8e'],
    ['role', 'x'.repeat(121)],
    ['managesPeople', 'yes'],
    ['accessNeeds', 'x'.repeat(501)],
    ['managerReference', '-'],
    ['salary', 1],
  ])('not with %s %j', async (field, value) => {
    await expect(add({ [field]: value })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field }] },
    });
  });
});

describe('a record changes', () => {
  test('on condition of the version seen; what is not given stays, and null takes away', async () => {
    newTrust();
    const { id } = await add();
    const changed = await updatePerson.perform(seeing(1), { person: id, band: '9', accessNeeds: null });
    const { accessNeeds: _needs, ...others } = details;
    expect(changed).toEqual({ ...others, id, band: '9', version: 2 });
    expect(await getPerson.perform(as(), { person: id })).toEqual(changed);
    const late = updatePerson.perform(seeing(1), { person: id, band: '2' });
    await expect(late).rejects.toMatchObject(refused('request.stale'));
    await expect(updatePerson.perform(seeing(2), { person: id, reference: 'E2' })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ field: 'reference' }] },
    });
    await expect(updatePerson.perform(seeing(2), { person: id, name: null })).rejects.toMatchObject(
      refused('request.invalid'),
    );

    const again = seeing(2, { idempotencyKey: 'again' });
    const input = { person: id, managerReference: null, name: undefined };
    const twice = [await updatePerson.perform(again, input), await updatePerson.perform(again, input)];
    expect(twice.map(({ version, managerReference, name }) => [version, managerReference, name])).toEqual([
      [3, undefined, details.name],
      [3, undefined, details.name],
    ]);
  });

  const changeAtOnce = async (given: TestTable['table']) => {
    newTrust();
    const { id } = await add();
    const outcomes = await Promise.allSettled(
      ['A', 'B', 'C', 'D'].map(
        async (name) =>
          await updatePerson.perform({ ...seeing(1), table: given }, { person: id, name, band: undefined }),
      ),
    );
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };
  test('of many changes at once from one version, one is made', async () => {
    expect(await changeAtOnce(table)).toBe(1);
  });
  test('control: without the condition, several would be', async () => {
    expect(await changeAtOnce({ ...table, put: async (item) => await table.put(item) })).toBeGreaterThan(1);
  });
});

describe('a person is taken off the record', () => {
  test('and all that says who they are is erased; the id stays', async () => {
    newTrust();
    const { id } = await add();
    const context = seeing(1);
    const removed = await removePerson.perform(context, { person: id });
    expect(removed).toEqual({ id, status: 'removed', version: 2 });
    expect(await removePerson.perform(context, { person: id })).toEqual(removed);
    const left = await kept(id);
    expect(Object.keys(left ?? {}).sort()).toEqual(
      ['pk', 'sk', 'id', 'organisation', 'status', 'request', 'version', 'written'].sort(),
    );
    const said = JSON.stringify(left);
    expect(Object.values(details).filter((value) => typeof value === 'string' && said.includes(value))).toEqual([]);

    await expect(getPerson.perform(as(), { person: id })).rejects.toMatchObject(refused('person.not-found'));
    await expect(updatePerson.perform(seeing(2), { person: id })).rejects.toMatchObject(refused('person.not-found'));
    await expect(removePerson.perform(seeing(2), { person: id })).rejects.toMatchObject(refused('person.not-found'));
    expect(await listPeople.perform(as(), {})).toEqual({ items: [] });
    expect(await findPeople(table, trust, [id])).toEqual(new Map());
    expect(await findActivePerson(table, trust, id)).toBeUndefined();
  });

  test('not when their record has changed since it was seen', async () => {
    newTrust();
    const { id } = await add();
    await updatePerson.perform(seeing(1), { person: id, band: '9' });
    const late = removePerson.perform(seeing(1), { person: id });
    await expect(late).rejects.toMatchObject(refused('request.stale'));
  });

  test('and comes back with the same id, but not by a late repetition of the first request', async () => {
    newTrust();
    const first = { idempotencyKey: 'first' };
    const { id } = await add({}, first);
    await removePerson.perform(seeing(1), { person: id });
    await expect(add({}, first)).rejects.toMatchObject(refused('person.not-found'));
    const second = { idempotencyKey: 'second' };
    const returning = { name: 'Back Again', returning: true };
    const back = await add(returning, second);
    expect(back).toMatchObject({ id, name: 'Back Again', version: 3 });
    expect(back).not.toHaveProperty('returning');
    expect(await kept(id)).not.toHaveProperty('returning');
    expect(await add(returning, second)).toEqual(back);
    await expect(add({}, first)).rejects.toMatchObject(refused('person.already'));
  });
});

describe('the reference of somebody who was removed', () => {
  test('is nobody else’s: a newcomer would have their places; only who is said to return has it again', async () => {
    newTrust();
    const { id } = await add();
    await removePerson.perform(seeing(1), { person: id });
    await expect(add({ name: 'New Comer' })).rejects.toMatchObject(refused('person.was-removed'));
    await expect(add({ name: 'New Comer', returning: false })).rejects.toMatchObject(refused('person.was-removed'));
    expect(await kept(id)).toMatchObject({ status: 'removed', version: 2 });
    expect(await add({ returning: true })).toMatchObject({ id, version: 3 });
    await expect(add({ returning: true })).rejects.toMatchObject(refused('person.already'));
  });
});

describe('who may know', () => {
  test('another organisation has no such person, whatever it tries', async () => {
    newTrust();
    const person = (await add()).id;
    newTrust();
    const tries = [
      getPerson.perform(as(), { person }),
      updatePerson.perform(seeing(1), { person, band: '9' }),
      removePerson.perform(seeing(1), { person }),
    ];
    for (const tried of tries) await expect(tried).rejects.toMatchObject(refused('person.not-found'));
    expect(await listPeople.perform(as(), {})).toEqual({ items: [] });
    expect(await findPeople(table, trust, [person])).toEqual(new Map());
  });

  test('access needs are for who may change the record: no manager, and no key that only reads', async () => {
    newTrust();
    const { id: person } = await add();
    const needs = async (context: ReturnType<typeof as>) => (await getPerson.perform(context, { person })).accessNeeds;
    expect([await needs(as(['administrator'])), await needs(as(['programme-lead']))]).toEqual([
      details.accessNeeds,
      details.accessNeeds,
    ]);
    expect([await needs(as(['manager'])), await needs(contextOf(table, clock, keyWith(trust, 'people:read')))]).toEqual(
      [undefined, undefined],
    );
    const written = { ...contextOf(table, clock, keyWith(trust, 'people:write')), request: { expectedVersion: 1 } };
    expect(await updatePerson.perform(written, { person, role: 'Matron' })).toMatchObject({ version: 2 });
  });
});

describe('the list', () => {
  test('goes on page by page, each person once, and filters by group, band and whether they manage people', async () => {
    newTrust();
    const given = fc.sample(
      fc.record({
        staffGroup: fc.constantFrom('doctors', 'managers'),
        band: fc.constantFrom('7', 'medical'),
        managesPeople: fc.boolean(),
      }),
      { numRuns: 14, seed: 7 },
    );
    for (const [index, one] of given.entries()) await add({ ...one, reference: `E${String(index)}` });
    const listed = async (filters: Readonly<Record<string, string>>) => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listPeople.perform(as(['manager']), { limit: 4, after, ...filters });
        expect(page.items.length).toBeLessThanOrEqual(4);
        found.push(...page.items.map(({ reference }) => reference));
        after = page.next;
      } while (after !== undefined);
      return found.sort();
    };
    const expected = (keeps: (one: (typeof given)[number]) => boolean) =>
      given.flatMap((one, index) => (keeps(one) ? [`E${String(index)}`] : [])).sort();
    expect(await listed({})).toEqual(expected(() => true));
    expect(await listed({ staffGroup: 'doctors' })).toEqual(expected(({ staffGroup }) => staffGroup === 'doctors'));
    expect(await listed({ band: 'medical', managesPeople: 'false' })).toEqual(
      expected(({ band, managesPeople }) => band === 'medical' && !managesPeople),
    );
    expect(await listed({ managesPeople: 'true' })).toEqual(expected(({ managesPeople }) => managesPeople));
    await expect(listPeople.perform(as(), { after: 'x' })).rejects.toMatchObject(refused('request.invalid'));
  });
});
