import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonActor } from '../../../shared/context.ts';
import { getOrganisation } from '../../../shared/organisations/get-organisation.ts';
import { inviteOrganisation } from '../../../shared/organisations/invite-organisation.ts';
import { listOrganisations } from '../../../shared/organisations/list-organisations.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation, signedIn } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('the directory of organisations', () => {
  let database: TestTable;
  let relay: StreamRelay;
  let first: PersonActor;
  const clock = movableClock();
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    first = await givenFirstOrganisation(database.table, clock);
    for (const name of ['wharfside mutual', 'Eastern Community Co-operative', 'Example Surgery #2']) {
      await givenOrganisation(database.table, clock, first, name);
    }
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const list = async (input: Readonly<Record<string, unknown>> = {}) =>
    await listOrganisations.perform(contextOf(database.table, clock, first), input);

  test('holds who has joined, by name whatever its case, page by page', async () => {
    const { items } = await list();
    expect(items.map(({ name }) => name)).toEqual([
      expect.stringContaining('Barking'),
      'Eastern Community Co-operative',
      'Example Surgery #2',
      'wharfside mutual',
    ]);
    const page = await list({ limit: 3 });
    const rest = await list({ limit: '3', after: page.next });
    expect([...page.items, ...rest.items]).toEqual(items);
    expect(rest.next).toBeUndefined();
    for (const { id, name } of items) {
      const shown = await getOrganisation.perform(contextOf(database.table, clock, first), { organisation: id });
      expect(shown).toMatchObject({ id, name, status: 'joined' });
    }
  });

  test('goes on behind a name as long as names may be, in letters of three bytes', async () => {
    for (const last of ['\u4e00', '\u4e01']) {
      await givenOrganisation(database.table, clock, first, '\u4e00'.repeat(119) + last);
    }
    await relay.relayAll();
    const { items, next } = await list({ limit: 5 });
    expect(items.at(-1)?.name).toBe('\u4e00'.repeat(120));
    expect(next?.length).toBeGreaterThan(400);
    expect((await list({ after: next })).items).toEqual([
      expect.objectContaining({ name: `${'\u4e00'.repeat(119)}\u4e01` }),
    ]);
  });

  test('does not hold who is only invited', async () => {
    const input = { name: 'Larkfield Retail plc', kind: 'company', identifiers: [] };
    await inviteOrganisation.perform(contextOf(database.table, clock, first), input);
    await relay.relayAll();
    expect((await list()).items.map(({ name }) => name)).not.toContain(input.name);
  });

  test('is for members; there is no organisation of an unknown id; limits are bounded', async () => {
    const stranger = contextOf(database.table, clock, signedIn('stranger'));
    await expect(listOrganisations.perform(stranger, {})).rejects.toMatchObject({ code: 'actor.organisation-missing' });
    const unknown = getOrganisation.perform(contextOf(database.table, clock, first), { organisation: 'org_0000000' });
    await expect(unknown).rejects.toMatchObject({ code: 'organisation.not-found' });
    for (const bad of [{ limit: 0 }, { limit: 101 }, { after: 'nonsense' }, { page: 2 }]) {
      await expect(list(bad)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });
});
