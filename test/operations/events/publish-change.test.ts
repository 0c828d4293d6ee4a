import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { marshall } from '@aws-sdk/util-dynamodb';
import { relayRecords } from '../../../functions/relay/relay-records.ts';
import type { Envelope } from '../../../shared/events/envelope.ts';
import { openFeeds, readFeed } from '../../../shared/events/feeds.ts';
import { putHistory, readHistory } from '../../../shared/events/history-items.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import type { Ledger } from '../../../shared/places/ledger.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { mortalPublisher } from '../../soak/mortal-publisher.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { recordingPublisher } from '../../support/publishing.ts';

const clock = movableClock();
const host = organisationNamed('host');
const epoch = 1;
let at: PlacesTable;

beforeAll(async () => {
  at = await openPlaces(clock);
});
afterAll(async () => {
  await at.close();
});

/** A change of a ledger as the stream tells it. */
const recordOf = (before: Ledger | undefined, after: Ledger) => ({
  dynamodb: {
    SequenceNumber: `${after.pk} ${String(after.version)}`,
    NewImage: marshall(after, { removeUndefinedValues: true }),
    OldImage: before === undefined ? undefined : marshall(before, { removeUndefinedValues: true }),
  },
});
let given = 0;
/** A give-back that promotes: the giver, the next in line, the two images, and what is to be announced. */
async function givenPromotion() {
  given += 1;
  const [giver, next] = [organisationNamed(`giver-${String(given)}`), organisationNamed(`next-${String(given)}`)];
  const cohort = await at.given({ lastDay: '2199-12-31', capacity: 1, waitlist: 2 });
  await at.claim(cohort, giver);
  await at.claim(cohort, next);
  const before = await at.ledger(cohort);
  await at.giveBack(cohort, giver, [1]);
  const after = await at.ledger(cohort);
  const ids = [`${cohort.id}.1.4.place.given-back.1`, `${cohort.id}.1.4.place.confirmed.2`];
  return { giver, next, cohort, before, after, ids };
}
type Promotion = Awaited<ReturnType<typeof givenPromotion>>;

const feedOf = async (organisation: string) =>
  (await readFeed(at.table, organisation, undefined, 200, clock.now())).flatMap(({ events }) => events);
const historyOf = async ({ cohort }: Promotion, after = 0) =>
  await readHistory(at.table, keys.ledger(cohort.id), epoch, after, 100);
const standsIn = async (organisation: string) =>
  (await listOrganisationPlaces.perform(at.as(organisation), {})).items.map(({ confirmed, waiting }) => ({
    confirmed,
    waiting,
  }));

/** What of a promotion has not been told to whom it concerns, by bus or feed, or does not show in a view. */
async function missing({ giver, next, ids }: Promotion, told: readonly Envelope[]): Promise<string[]> {
  const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
  const heard = [
    { who: 'bus', wanted: ids, got: idsOf(told) },
    { who: 'giver', wanted: ids.slice(0, 1), got: idsOf(await feedOf(giver)) },
    { who: 'next', wanted: ids.slice(1), got: idsOf(await feedOf(next)) },
    { who: 'host', wanted: ids, got: idsOf(await feedOf(host)) },
  ];
  const untold = heard.flatMap(({ who, wanted, got }) =>
    wanted.filter((id) => !got.includes(id)).map((id) => `${who}: ${id}`),
  );
  const views = JSON.stringify([await standsIn(giver), await standsIn(next)]);
  return views === JSON.stringify([[], [{ confirmed: [2], waiting: [] }]]) ? untold : [...untold, views];
}

describe('a change that is published', () => {
  test('is in views, feeds and history and on the bus, under ids that say what it was', async () => {
    const promotion = await givenPromotion();
    const publisher = recordingPublisher(at.table, clock);
    const records = [recordOf(promotion.before, promotion.after)];
    expect(await relayRecords(publisher, epoch, records)).toEqual({ published: 1, failures: [] });
    expect(await missing(promotion, publisher.told)).toEqual([]);
    expect(publisher.told.map(({ id }) => id)).toEqual(promotion.ids);
    expect(await historyOf(promotion)).toMatchObject([{ version: 4, events: publisher.told }]);
    const again = recordingPublisher(at.table, clock);
    await relayRecords(again, epoch, records);
    expect(again.told).toEqual([]);
  });

  test('and killed at any step of it, is done again under the same ids, and nothing is lost; history comes last', async () => {
    let deaths = 0;
    let receipts = 0;
    for (let step = 0; ; step += 1) {
      const promotion = await givenPromotion();
      const records = [recordOf(promotion.before, promotion.after)];
      const told = recordingPublisher(at.table, clock);
      let steps = 0;
      const mortal = mortalPublisher(told, openFeeds, 2, () => (steps++ === step ? 0 : 1));
      await relayRecords(mortal.publisher, epoch, records).catch(() => undefined);
      if (!mortal.dead) break;
      deaths += 1;
      const isReceipted = (await historyOf(promotion)).length > 0;
      if (isReceipted) expect(await missing(promotion, told.told)).toEqual([]);
      receipts += isReceipted ? 1 : 0;
      const again = { ...recordingPublisher(at.table, clock), bus: told.bus };
      expect((await relayRecords(again, epoch, records)).failures).toEqual([]);
      expect(await missing(promotion, told.told)).toEqual([]);
      expect(new Set(told.told.map(({ id }) => id))).toEqual(new Set(promotion.ids));
      expect(await historyOf(promotion)).toHaveLength(1);
    }
    expect(deaths).toBeGreaterThan(15);
    // Only who dies behind the very last write has left a receipt.
    expect(receipts).toBe(1);
  });

  test('control: a receipt that is written first loses what was to follow it', async () => {
    const promotion = await givenPromotion();
    const facts = { key: keys.ledger(promotion.cohort.id), epoch, version: 4, at: promotion.after.change.at };
    await putHistory(at.table, facts, [], clock.now());
    const publisher = recordingPublisher(at.table, clock);
    await relayRecords(publisher, epoch, [recordOf(promotion.before, promotion.after)]);
    expect(await missing(promotion, publisher.told)).not.toEqual([]);
  });

  test('where the bus fails, is not taken for published', async () => {
    const promotion = await givenPromotion();
    const failing = {
      ...recordingPublisher(at.table, clock),
      bus: { put: async () => await Promise.reject(new Error('The bus took none')) },
    };
    const record = recordOf(promotion.before, promotion.after);
    const { published, failures } = await relayRecords(failing, epoch, [record]);
    expect(published).toBe(0);
    expect(failures.map(({ sequenceNumber }) => sequenceNumber)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await historyOf(promotion)).toEqual([]);
  });
});

describe('images that come late, twice or in the wrong order', () => {
  /** Publishes the images of a cohort's ledger in this order, on this table, and gives what the views say then. */
  async function viewsAfter(order: readonly number[], table: Table) {
    given += 1;
    const organisation = organisationNamed(`views-${String(given)}`);
    const cohort = await at.given({ capacity: 2, waitlist: 5 });
    const images = [await at.ledger(cohort)];
    for (let i = 0; i < 3; i += 1) {
      await at.claim(cohort, organisation);
      images.push(await at.ledger(cohort));
    }
    await at.giveBack(cohort, organisation, [1, 2, 3]);
    images.push(await at.ledger(cohort));
    await at.claim(cohort, organisation);
    images.push(await at.ledger(cohort));
    const publisher = recordingPublisher(table, clock);
    for (const index of order) {
      const after = images[index];
      if (after !== undefined) await relayRecords(publisher, epoch, [recordOf(images[index - 1], after)]);
    }
    return await standsIn(organisation);
  }
  const newest = [{ confirmed: [4], waiting: [] }];

  test.each([
    ['in order', [0, 1, 2, 3, 4, 5]],
    ['backwards', [5, 4, 3, 2, 1, 0]],
    ['the last but one at the end', [0, 1, 2, 3, 5, 4]],
    ['an old one again', [0, 1, 2, 3, 4, 5, 3, 1]],
  ])('leave the newest in the views: %s', async (_how, order) => {
    expect(await viewsAfter(order, at.table)).toEqual(newest);
  });

  test('control: without the guard of a view, an older image overwrites it', async () => {
    const careless: Table = {
      ...at.table,
      update: async (key, change, schema) => await at.table.update(key, { ...change, condition: undefined }, schema),
    };
    expect(await viewsAfter([5, 4, 3, 2, 1, 0], careless)).not.toEqual(newest);
  });

  test('leave history as it was first written, one item a version, for good', async () => {
    const promotion = await givenPromotion();
    const record = recordOf(promotion.before, promotion.after);
    await relayRecords(recordingPublisher(at.table, clock), epoch, [record]);
    const first = await historyOf(promotion);
    const facts = { key: keys.ledger(promotion.cohort.id), epoch, version: 4, at: promotion.after.change.at };
    await putHistory(at.table, facts, [], clock.now());
    clock.moveBy(400 * 86_400_000);
    expect(await historyOf(promotion)).toEqual(first);
    expect(first[0]).not.toHaveProperty('expires');
  });
});

test('what one aggregate cannot publish holds up itself alone', async () => {
  const [broken, sound] = [await givenPromotion(), await givenPromotion()];
  const unreadable = recordOf(broken.before, broken.after);
  const publisher = recordingPublisher(at.table, clock);
  const { published, failures } = await relayRecords(publisher, epoch, [
    { dynamodb: { ...unreadable.dynamodb, NewImage: { ...unreadable.dynamodb.NewImage, capacity: { S: 'ten' } } } },
    recordOf(sound.before, sound.after),
  ]);
  expect(published).toBe(1);
  expect(failures).toHaveLength(1);
  expect(publisher.told.map(({ id }) => id)).toEqual(sound.ids);
});
