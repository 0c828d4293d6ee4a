import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ClientActor } from '../context.ts';
import { digest } from '../ids.ts';
import type { Table } from '../table/table.ts';
import { partsOfToken, statusOf } from './api-key.ts';
import { readApiKey, writeLastUse } from './api-keys-items.ts';

/** How often at most the last use of a key is written down. */
const useEvery = 3_600_000;

/**
 * Who a partner's system is, by its token; undefined when the token is not one of ours, wrong, expired or revoked. Secrets
 * are compared by their digests in constant time. The last use is written down at most once an hour.
 */
export async function checkApiKey(table: Table, clock: Clock, token: string): Promise<ClientActor | undefined> {
  const parts = partsOfToken(token);
  if (parts === undefined) return undefined;
  const given = Buffer.from(digest('api-key', parts.id, parts.secret));
  const key = await readApiKey(table, parts.id);
  // Compared with something also when there is no such key, so that the time taken does not tell.
  const kept = Buffer.from(key?.digest ?? digest('api-key', 'none'));
  const same = given.length === kept.length && timingSafeEqual(given, kept);
  const now = clock.now();
  if (key === undefined || !same || statusOf(key, now) !== 'active') return undefined;
  const hourAgo = new Date(now.getTime() - useEvery);
  if (key.lastUsedAt === undefined || new Date(key.lastUsedAt) < hourAgo) {
    await writeLastUse(table, key.id, now, hourAgo);
  }
  const { id, organisation, scopes, succeededBy } = key;
  return { kind: 'client', key: id, organisation, scopes, ...(succeededBy === undefined ? {} : { succeededBy }) };
}
