import { z } from 'zod';
import type { AggregateDefinition } from '../aggregate.ts';
import { aggregates } from '../aggregates.ts';
import { changeSchema } from '../change.ts';
import { applyView } from '../events/apply-view.ts';
import { enclose } from '../events/envelope.ts';
import { feedOfAll, keepFeed } from '../events/feeds.ts';
import { putPublishedVersion, putRestatement, readHistory, readPublishedVersion } from '../events/history-items.ts';
import { announce, type Publisher } from '../events/publish-change.ts';
import { shards, type Key } from '../table/keys.ts';
import { putSweep, readItem, readLive, readSweep } from './repair-items.ts';

/** A change that is younger than this may still be on its way through the relay. */
const graceMilliseconds = 10 * 60_000;
const pageSize = 100;

export interface Repaired {
  readonly looked: number;
  /** Aggregates that were told anew because events of theirs were lost. */
  readonly restated: readonly string[];
}

const versionedSchema = z.looseObject({ version: z.int(), change: changeSchema });

/**
 * The repairing sweep: looks at live aggregates, shard by shard from where it stopped the last time, until `until` has
 * come, and compares their versions with what was published. Where a version is missing longer than the relay may take,
 * its views are written anew and its present state is announced as `restated`. It also keeps the ends of quiet feeds.
 */
export async function repairAggregates(publisher: Publisher, epoch: number, until: Date): Promise<Repaired> {
  let looked = 0;
  const restated: string[] = [];
  await keepFeed(publisher.table, feedOfAll, publisher.clock.now());
  for (let shard = 0; shard < shards; shard += 1) {
    let after = await readSweep(publisher.table, shard);
    let page: Awaited<ReturnType<typeof readLive>>;
    do {
      page = await readLive(publisher.table, shard, after, pageSize);
      for (const { pk, sk } of page) {
        looked += 1;
        restated.push(...(await repairPartition(publisher, epoch, { pk, sk })));
      }
      after = page.length < pageSize ? undefined : page.at(-1)?.gsi2sk;
      await putSweep(publisher.table, shard, after);
    } while (after !== undefined && publisher.clock.now() < until);
  }
  return { looked, restated };
}

/** The live aggregate at a key, and those that share its partition without an index entry of their own (a ledger). */
async function repairPartition(publisher: Publisher, epoch: number, key: Key): Promise<string[]> {
  const [noun, id = ''] = key.pk.split('#');
  const kind = key.sk.split('#')[0];
  if (key.sk === 'ORGANISATION') await keepFeed(publisher.table, id, publisher.clock.now());
  const kinds = aggregates.filter(({ noun: its, sk, besides }) => its === noun && (sk === kind || besides === kind));
  const restated: string[] = [];
  for (const definition of kinds) {
    const itemKey = definition.sk === kind ? key : { pk: key.pk, sk: definition.sk };
    if (await repairAggregate(publisher, epoch, definition, itemKey)) restated.push(`${key.pk} ${itemKey.sk}`);
  }
  return restated;
}

/** Whether the aggregate had to be told anew. */
async function repairAggregate(
  publisher: Publisher,
  epoch: number,
  definition: AggregateDefinition,
  key: Key,
): Promise<boolean> {
  const { table, clock } = publisher;
  const item = await readItem(table, key);
  if (item === undefined) return false;
  const { version, change } = versionedSchema.parse(item);
  const known = await readPublishedVersion(table, key, epoch);
  const published = await publishedWithoutGap(publisher, epoch, key, known);
  if (published > known) await putPublishedVersion(table, key, epoch, published);
  if (published >= version || clock.now().getTime() - Date.parse(change.at) < graceMilliseconds) return false;
  for (const view of definition.viewsOf(undefined, item)) await applyView(table, view);
  const facts = { key, epoch, version, at: change.at };
  const events = definition.restate(item).map((announcement) => enclose(announcement, facts));
  await announce(publisher, events);
  await putRestatement(table, facts, events);
  await putPublishedVersion(table, key, epoch, version);
  return true;
}

/** The version up to which history has every one. */
async function publishedWithoutGap(publisher: Publisher, epoch: number, key: Key, known: number): Promise<number> {
  let last = known;
  for (;;) {
    const page = await readHistory(publisher.table, key, epoch, last, pageSize);
    for (const { version } of page) {
      if (version !== last + 1) return last;
      last = version;
    }
    if (page.length < pageSize) return last;
  }
}
