import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor, Role } from '../../../shared/context.ts';
import { newId } from '../../../shared/ids.ts';
import { addPerson } from '../../../shared/people/add-person.ts';
import { getOwnPerson } from '../../../shared/people/get-own-person.ts';
import { readPeopleAt } from '../../../shared/people/people-items.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { updateOwnPerson } from '../../../shared/people/update-own-person.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { contextOf, movableClock, personOf, seededRandom } from '../../support/context.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
const random = seededRandom(2);

describe('one’s own record', () => {
  let database: TestTable;
  let trust: string;
  beforeAll(async () => {
    database = await createTestTable();
  });
  afterAll(async () => {
    await database.remove();
  });

  const signedIn = (email: string | undefined, roles: readonly Role[] = ['staff'], organisation = trust): Actor => {
    const actor = personOf(organisation, roles);
    return actor.kind === 'person' ? { ...actor, email } : actor;
  };
  const contextFor = (actor: Actor, request = {}) => contextOf(database.table, clock, actor, request);
  const lead = (request = {}) => contextFor(personOf(trust), request);
  const given = async (email: string, reference = 'E1') => {
    if (reference === 'E1') trust = newId('org', random);
    const needs = { accessNeeds: 'A hearing loop' };
    return await addPerson.perform(lead(), { ...addPerson.example, ...needs, email, reference });
  };
  const own = async (actor: Actor) => await getOwnPerson.perform(contextFor(actor), {});
  const missing = { code: 'person.not-found' };

  test('is found by the address that one has signed in with, whatever its case, and shown whole', async () => {
    const person = await given('Sam@Example.org');
    expect(await own(signedIn('sam@EXAMPLE.org'))).toEqual(person);
    expect(person.accessNeeds).toBe('A hearing loop');
  });

  test('is nobody else’s, nor at another organisation, nor anybody’s whose address is not verified', async () => {
    await given('sam@example.org');
    await expect(own(signedIn('kim@example.org'))).rejects.toMatchObject(missing);
    await expect(own(signedIn(undefined))).rejects.toMatchObject(missing);
    const elsewhere = signedIn('sam@example.org', ['administrator'], newId('org', random));
    await expect(own(elsewhere)).rejects.toMatchObject(missing);
    const key: Actor = { kind: 'client', key: 'key_0123456789ab', organisation: trust, scopes: ['people:read'] };
    await expect(own(key)).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });

  test('is not told when two records have the address: one of them is somebody else’s', async () => {
    await given('sam@example.org');
    const other = await given('sam@example.org', 'E2');
    const several = { code: 'person.not-unique' };
    await expect(own(signedIn('sam@example.org'))).rejects.toMatchObject(several);
    const changing = contextFor(signedIn('sam@example.org'), { expectedVersion: 1 });
    await expect(updateOwnPerson.perform(changing, { role: 'Mine' })).rejects.toMatchObject(several);
    const mended = { person: other.id, email: 'kim@example.org' };
    await updatePerson.perform(lead({ expectedVersion: 1 }), mended);
    expect(await own(signedIn('sam@example.org'))).toMatchObject({ reference: 'E1' });
    expect(await own(signedIn('kim@example.org'))).toMatchObject({ reference: 'E2' });
  });

  test('is found no more under an address that it does not have any longer, nor after a removal', async () => {
    const { id } = await given('sam@example.org');
    await updatePerson.perform(lead({ expectedVersion: 1 }), { person: id, email: 'new@example.org' });
    await expect(own(signedIn('sam@example.org'))).rejects.toMatchObject(missing);
    expect(await own(signedIn('new@example.org'))).toMatchObject({ id });
    await removePerson.perform(lead({ expectedVersion: 2 }), { person: id });
    await expect(own(signedIn('new@example.org'))).rejects.toMatchObject(missing);
    expect(await readPeopleAt(database.table, trust, 'new@example.org')).toEqual([]);
  });

  test('is not opened by an index that lags behind a change of the address', async () => {
    const { id } = await given('sam@example.org');
    await updatePerson.perform(lead({ expectedVersion: 1 }), { person: id, email: 'new@example.org' });
    // What the index answered a moment before the change.
    const lagging: TestTable['table'] = {
      ...database.table,
      query: async (options, schema) =>
        options.index === 'gsi1' ? [schema.parse({ id })] : await database.table.query(options, schema),
    };
    const asked = (email: string) => getOwnPerson.perform({ ...contextFor(signedIn(email)), table: lagging }, {});
    await expect(asked('sam@example.org')).rejects.toMatchObject(missing);
    expect(await asked('new@example.org')).toMatchObject({ id });
  });

  test('may be changed in what one knows best, on condition of the version, and in nothing else', async () => {
    const person = await given('sam@example.org');
    const change = async (input: object, expectedVersion: number, request = {}) =>
      await updateOwnPerson.perform(contextFor(signedIn('sam@example.org'), { expectedVersion, ...request }), input);
    const same = { idempotencyKey: 'same' };
    const changed = await change({ role: 'Ward sister', accessNeeds: null }, 1, same);
    const { accessNeeds: _needs, ...others } = person;
    expect(changed).toEqual({ ...others, role: 'Ward sister', version: 2 });
    expect(await change({ role: 'Ward sister', accessNeeds: null }, 1, same)).toEqual(changed);
    await expect(change({ role: 'Late' }, 1)).rejects.toMatchObject({ code: 'request.stale' });
    for (const field of ['band', 'staffGroup', 'managesPeople', 'leadsCommissioning', 'email', 'name', 'person']) {
      await expect(change({ [field]: 'x' }, 2)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });
});
