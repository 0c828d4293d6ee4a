import * as z from 'zod';
import type { Change } from '../change.ts';
import type { Source } from '../paging.ts';
import { keys, shardOf } from '../table/keys.ts';
import type { Item, Outcome, Table } from '../table/table.ts';
import { apiKeySchema, type ApiKey } from './api-key.ts';

/** The item of an API key. */
export function apiKeyItem(apiKey: Omit<ApiKey, 'pk' | 'sk'>): Item & Pick<ApiKey, 'request'> {
  const key = keys.apiKey(apiKey.id);
  return {
    ...key,
    ...apiKey,
    gsi1pk: keys.apiKeysOf(apiKey.organisation),
    gsi1sk: `${apiKey.createdAt}#${apiKey.id}`,
    gsi2pk: keys.live(shardOf(key.pk)),
    gsi2sk: `${key.sk}#${apiKey.id}`,
  };
}

/** Reads an API key as it is at this moment. */
export async function readApiKey(table: Table, apiKey: string): Promise<ApiKey | undefined> {
  return await table.get(keys.apiKey(apiKey), apiKeySchema, { consistent: true });
}

const listedKeySchema = apiKeySchema.extend({ gsi1sk: z.string() });
export type ListedKey = z.infer<typeof listedKeySchema>;

/** An organisation's API keys, in the order in which they were made. From an index: it may lag a second behind. */
export function apiKeysSource(table: Table, organisation: string): Source<ListedKey> {
  const pk = keys.apiKeysOf(organisation);
  return async (after, limit) => await table.query({ index: 'gsi1', pk, after, limit }, listedKeySchema);
}

/** Revokes a key for good. Refused when it is revoked already. */
export async function writeRevocation(table: Table, apiKey: string, change: Change): Promise<Outcome<ApiKey>> {
  return await table.update(
    keys.apiKey(apiKey),
    {
      update: 'SET revoked = :true, version = version + :one, #change = :change',
      condition: 'revoked = :false',
      names: { '#change': 'change' },
      values: { ':true': true, ':false': false, ':one': 1, ':change': change },
    },
    apiKeySchema,
  );
}

/** Notes on a key that its organisation was succeeded; once, and its version stays, since nothing of it is announced. */
export async function writeKeySuccession(table: Table, apiKey: string, succeededBy: string): Promise<void> {
  await table.update(
    keys.apiKey(apiKey),
    {
      update: 'SET succeededBy = :by',
      condition: 'attribute_exists(pk) AND attribute_not_exists(succeededBy)',
      values: { ':by': succeededBy },
    },
    z.unknown(),
  );
}

/** Writes down that a key was used, unless that was done since `before`. */
export async function writeLastUse(table: Table, apiKey: string, now: Date, before: Date): Promise<void> {
  await table.update(
    keys.apiKey(apiKey),
    {
      update: 'SET lastUsedAt = :now',
      condition: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :before)',
      values: { ':now': now.toISOString(), ':before': before.toISOString() },
    },
    z.unknown(),
  );
}
