import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { checkApiKey } from '../../../shared/api-keys/check-api-key.ts';
import { createApiKey } from '../../../shared/api-keys/create-api-key.ts';
import { listApiKeys } from '../../../shared/api-keys/list-api-keys.ts';
import { revokeApiKey } from '../../../shared/api-keys/revoke-api-key.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const hour = 3_600_000;
const input = { name: 'Learning management system', scopes: ['places:write', 'programmes:read'], days: 30 };

describe('API keys', () => {
  let database: TestTable;
  let relay: StreamRelay;
  const clock = movableClock();
  const administrator = personOf('org_aaaaaaa', ['administrator']);
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const create = async (given: unknown = input, request = {}) =>
    await createApiKey.perform(contextOf(database.table, clock, administrator, request), given);
  const check = async (token: string | undefined) => await checkApiKey(database.table, clock, token ?? '');
  const listed = async (id: string) => {
    const { items } = await listApiKeys.perform(contextOf(database.table, clock, administrator), { limit: 100 });
    return items.find((key) => key.id === id);
  };

  test('a key works with its token alone; the token is shown once and kept nowhere', async () => {
    const { id, token } = await create(input, { idempotencyKey: 'once' });
    expect(token).toMatch(/^ck_/);
    expect(await check(token)).toEqual({
      kind: 'client',
      key: id,
      organisation: 'org_aaaaaaa',
      scopes: ['programmes:read', 'places:write'],
    });
    const wrong = `${token?.slice(0, -1) ?? ''}${token?.endsWith('0') === true ? '1' : '0'}`;
    expect(await check(wrong)).toBeUndefined();
    expect(await check(`ck_${'0'.repeat(12)}_${'0'.repeat(32)}`)).toBeUndefined();
    expect(await check('nonsense')).toBeUndefined();

    const secret = token?.slice(-32) ?? '';
    const kept = await database.table.get({ pk: `API-KEY#${id}`, sk: 'API-KEY' }, z.unknown());
    expect(JSON.stringify(kept)).not.toContain(secret);
    const again = await create(input, { idempotencyKey: 'once' });
    expect(again).toMatchObject({ id, name: input.name });
    expect(again.token).toBeUndefined();
    await expect(create({ ...input, days: 31 }, { idempotencyKey: 'once' })).rejects.toMatchObject({
      code: 'request.key-reused',
    });

    const told = await relay.relayAll();
    expect(told.map(({ type, audience }) => [type, audience])).toEqual([['api-key.created', ['org_aaaaaaa']]]);
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  test('an answer that was lost on the way to us still carries the token', async () => {
    const twice: TestTable['table'] = {
      ...database.table,
      put: async (item, onlyIf) => {
        await database.table.put(item, onlyIf);
        return await database.table.put(item, onlyIf);
      },
    };
    const { token } = await createApiKey.perform(contextOf(twice, clock, administrator), input);
    expect(await check(token)).toBeDefined();
  });

  test('a revoked key and an expired one work no longer', async () => {
    const [revoked, expired] = [await create(), await create({ ...input, days: 1 })];
    await relay.relayAll();
    const revoke = async () =>
      await revokeApiKey.perform(contextOf(database.table, clock, administrator), { key: revoked.id });
    expect(await revoke()).toMatchObject({ status: 'revoked' });
    expect(await revoke()).toMatchObject({ status: 'revoked' });
    expect(await check(revoked.token)).toBeUndefined();
    expect((await relay.relayAll()).map(({ type }) => type)).toEqual(['api-key.revoked']);

    clock.moveBy(24 * hour - 1);
    expect(await check(expired.token)).toBeDefined();
    clock.moveBy(1);
    expect(await check(expired.token)).toBeUndefined();
    expect(await listed(expired.id)).toMatchObject({ status: 'expired' });
  });

  test('the last use is written down once an hour, and is not announced', async () => {
    const { id, token } = await create();
    await relay.relayAll();
    const begun = clock.now().toISOString();
    await check(token);
    clock.moveBy(hour - 1);
    await check(token);
    expect(await listed(id)).toMatchObject({ lastUsedAt: begun });
    clock.moveBy(2);
    await check(token);
    expect(await listed(id)).toMatchObject({ lastUsedAt: clock.now().toISOString() });
    expect(await relay.relayAll()).toEqual([]);
    const revoked = await revokeApiKey.perform(contextOf(database.table, clock, administrator), { key: id });
    expect(revoked.lastUsedAt).toBeDefined();
    expect((await relay.relayAll()).map(({ aggregateVersion }) => aggregateVersion)).toEqual([2]);
  });

  test("another organisation's keys are not there, and only administrators make any", async () => {
    const { id } = await create();
    const outsider = contextOf(database.table, clock, personOf('org_bbbbbbb', ['administrator']));
    await expect(revokeApiKey.perform(outsider, { key: id })).rejects.toMatchObject({ code: 'api-key.not-found' });
    expect(await listApiKeys.perform(outsider, {})).toEqual({ items: [] });
    const lead = contextOf(database.table, clock, personOf('org_aaaaaaa', ['programme-lead']));
    await expect(createApiKey.perform(lead, input)).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });

  test('the list goes on page by page, oldest first; a cursor of another list is refused', async () => {
    const context = contextOf(database.table, clock, administrator);
    const { items: all } = await listApiKeys.perform(context, { limit: 100 });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listApiKeys.perform(context, { limit: 2, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(all.map(({ id }) => id));
    for (const bad of ['UFJPR1JBTU1FI3ByZ18x', '%%%', 'a']) {
      await expect(listApiKeys.perform(context, { after: bad })).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });
});
