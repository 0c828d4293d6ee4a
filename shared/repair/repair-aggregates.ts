import * as z from 'zod';
import type { AggregateDefinition } from '../aggregate.ts';
import { aggregates } from '../aggregates.ts';
import { changeSchema } from '../change.ts';
import { applyView } from '../events/apply-view.ts';
import { enclose } from '../events/envelope.ts';
import { feedOfAll, keepFeed } from '../events/feeds.ts';
import { putPublishedVersion, putRestatement, readHistory, readPublishedVersion } from '../events/history-items.ts';
import { announce, type Publisher } from '../events/publish-change.ts';
import { plainItemSize } from '../table/item-size.ts';
import { shards, type Key } from '../table/keys.ts';
import { putSweep, readItem, readLive, readSweep } from './repair-items.ts';

/** A change that is younger than this may still be on its way through the relay. */
const graceMilliseconds = 10 * 60_000;
const pageSize = 100;
/** How often the sweep runs: each run begins at another shard, so that a large one cannot take all of every run. */
const turnMilliseconds = 15 * 60_000;

export interface Repaired {
  /** How many aggregates were looked at. */
  looked: number;
  /** Those that were told anew because events of theirs were lost. */
  readonly restated: string[];
  /** Those that are larger than their kind should be. */
  readonly large: string[];
  /** Those that could not be looked at or told anew, with why; the next sweep tries them again. */
  readonly failures: { readonly aggregate: string; readonly error: unknown }[];
}

const versionedSchema = z.looseObject({ version: z.int(), change: changeSchema });

/**
 * The repairing sweep: looks at live aggregates, shard by shard (each in turn comes first) from where it stopped the last
 * time, until `until` has come, and compares their versions with what was published. Where a version is missing longer than the relay may take,
 * its views are written anew and its present state is announced as `restated`. It also keeps the ends of quiet feeds.
 * One that fails holds up no other.
 */
export async function repairAggregates(publisher: Publisher, epoch: number, until: Date): Promise<Repaired> {
  const repaired: Repaired = { looked: 0, restated: [], large: [], failures: [] };
  await keepFeed(publisher.table, feedOfAll, publisher.clock.now());
  const first = Math.floor(publisher.clock.now().getTime() / turnMilliseconds) % shards;
  for (let turn = 0; turn < shards; turn += 1) {
    const shard = (first + turn) % shards;
    let after = await readSweep(publisher.table, shard);
    let page: Awaited<ReturnType<typeof readLive>>;
    do {
      page = await readLive(publisher.table, shard, after, pageSize);
      for (const { pk, sk } of page) {
        await repairPartition(publisher, epoch, { pk, sk }, repaired);
      }
      after = page.length < pageSize ? undefined : page.at(-1)?.gsi2sk;
      await putSweep(publisher.table, shard, after);
    } while (after !== undefined && publisher.clock.now() < until);
  }
  return repaired;
}

/** The live aggregate at a key, and those that share its partition without an index entry of their own (a ledger). */
async function repairPartition(publisher: Publisher, epoch: number, key: Key, repaired: Repaired): Promise<void> {
  const [noun, id = ''] = key.pk.split('#');
  const kind = key.sk.split('#')[0];
  const kinds = aggregates.filter(({ noun: its, sk, besides }) => its === noun && (sk === kind || besides === kind));
  for (const definition of kinds) {
    const itemKey = definition.sk === kind ? key : { pk: key.pk, sk: definition.sk };
    const aggregate = `${key.pk} ${itemKey.sk}`;
    try {
      if (itemKey.sk === 'ORGANISATION') await keepFeed(publisher.table, id, publisher.clock.now());
      const item = await readItem(publisher.table, itemKey);
      if (item === undefined) continue;
      repaired.looked += 1;
      if (plainItemSize(item) > (definition.largeFrom ?? Number.POSITIVE_INFINITY)) repaired.large.push(aggregate);
      if (await repairAggregate(publisher, epoch, definition, itemKey, item)) repaired.restated.push(aggregate);
    } catch (error) {
      repaired.failures.push({ aggregate, error });
    }
  }
}

/** Whether the aggregate had to be told anew. */
async function repairAggregate(
  publisher: Publisher,
  epoch: number,
  definition: AggregateDefinition,
  key: Key,
  item: unknown,
): Promise<boolean> {
  const { table, clock } = publisher;
  const { version, change } = versionedSchema.parse(item);
  const known = await readPublishedVersion(table, key, epoch);
  const { published, overtakenAt } = await publishedWithoutGap(publisher, epoch, key, known);
  if (published > known) await putPublishedVersion(table, key, epoch, published);
  const missingSince = Date.parse(overtakenAt ?? change.at);
  if (published >= version || clock.now().getTime() - missingSince < graceMilliseconds) return false;
  for (const view of definition.viewsOf(undefined, item)) await applyView(table, view);
  const facts = { key, epoch, version, at: change.at };
  const events = definition.restate(item).map((announcement) => enclose(announcement, facts));
  await announce(publisher, events);
  await putRestatement(table, facts, events, clock.now());
  await putPublishedVersion(table, key, epoch, version);
  return true;
}

interface PublishedSoFar {
  /** The version up to which history has every one. */
  readonly published: number;
  /**
   * When a later change was made that is published although the one after `published` is not. An aggregate that changes
   * every few minutes is told by this how long one of its changes is missing.
   */
  readonly overtakenAt?: string | undefined;
}

async function publishedWithoutGap(
  publisher: Publisher,
  epoch: number,
  key: Key,
  known: number,
): Promise<PublishedSoFar> {
  let published = known;
  for (;;) {
    const page = await readHistory(publisher.table, key, epoch, published, pageSize);
    for (const { version } of page) {
      if (version !== published + 1) {
        const later = page.filter((one) => one.version > published).flatMap(({ events }) => events);
        return { published, overtakenAt: later[0]?.at };
      }
      published = version;
    }
    if (page.length < pageSize) return { published };
  }
}
