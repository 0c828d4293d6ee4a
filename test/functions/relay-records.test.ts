import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { relayRecords, type StreamRecord } from '../../functions/relay/relay-records.ts';
import { createApiKey } from '../../shared/api-keys/create-api-key.ts';
import { checkApiKey } from '../../shared/api-keys/check-api-key.ts';
import type { Envelope } from '../../shared/events/envelope.ts';
import { openFeeds, readFeed } from '../../shared/events/feeds.ts';
import { readHistory } from '../../shared/events/history-items.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import { keys } from '../../shared/table/keys.ts';
import { mortalPublisher } from '../soak/mortal-publisher.ts';
import { givenCohort, organisationNamed } from '../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../support/context.ts';
import { placesOn } from '../support/places.ts';
import { openStream, type TestStream } from '../support/stream.ts';
import { createTestTable, type TestTable } from '../support/table.ts';

const clock = movableClock();
const trust = organisationNamed('trust');
const council = organisationNamed('council');
let made: TestTable;
let stream: TestStream;

beforeAll(async () => {
  made = await createTestTable();
  stream = await openStream(made.client, made.streamArn);
});
afterAll(async () => {
  stream.close();
  await made.remove();
});

type Stored = Awaited<ReturnType<TestStream['next']>>[number];
/** What was written to the table since the last time, as its stream tells it. */
async function written(): Promise<Stored[]> {
  const mark = `MARK#${crypto.randomUUID()}`;
  await made.table.put({ pk: mark, sk: 'MARK' });
  const records: Stored[] = [];
  while (!records.some(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === mark)) records.push(...(await stream.next()));
  return records.filter(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S !== mark);
}
const changes = async () => (await written()).filter(({ dynamodb }) => dynamodb?.NewImage?.['change'] !== undefined);

/** A relay as one Lambda has it, and what it has put on the bus. */
function relayOf() {
  const told: Envelope[] = [];
  const bus = {
    put: async (events: readonly Envelope[]) => {
      told.push(...events);
      await Promise.resolve();
    },
  };
  const publisher: Publisher = { table: made.table, feeds: openFeeds(made.table), bus, clock };
  return {
    told,
    publisher,
    relay: async (records: readonly StreamRecord[]) => await relayRecords(publisher, 1, records),
  };
}
const idsOf = (events: readonly Pick<Envelope, 'id'>[]) => events.map(({ id }) => id).sort();
const sequenceOf = (record: Stored | undefined) => record?.dynamodb?.SequenceNumber ?? '';
const failedIn = (batch: Awaited<ReturnType<typeof relayRecords>>) =>
  batch.failures.map(({ sequenceNumber }) => sequenceNumber);

/** A cohort on which the trust claims twice and gives one back: four changes of its ledger, its plan not counted. */
async function givenStory() {
  const places = placesOn(made.table, clock);
  const cohort = await givenCohort(made.table, clock, { capacity: 1 });
  await places.claim(cohort, trust);
  await places.claim(cohort, council);
  await places.giveBack(cohort, trust, [1]);
  const records = (await changes()).filter(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S === 'LEDGER');
  expect(records).toHaveLength(4);
  const at = (version: number, type: string, ticket?: number) =>
    `${cohort.id}.1.${String(version)}.${type}${ticket === undefined ? '' : `.${String(ticket)}`}`;
  const ids = [
    at(1, 'cohort.opened'),
    at(2, 'place.claimed', 1),
    at(2, 'place.confirmed', 1),
    at(3, 'place.claimed', 2),
    at(3, 'place.waiting', 2),
    at(4, 'place.given-back', 1),
    at(4, 'place.confirmed', 2),
  ].sort();
  return { cohort, records, ids };
}
const historyOf = async (cohort: string) =>
  (await readHistory(made.table, keys.ledger(cohort), 1, 0, 100)).flatMap(({ events }) => events);
const feedOf = async (feed: string, about: string) =>
  (await readFeed(made.table, feed, 0, 1000, clock.now()))
    .flatMap(({ events }) => events)
    .filter(({ id }) => id.startsWith(about));
const viewSchema = z.object({ confirmed: z.array(z.int()), waiting: z.array(z.int()) });
const viewOf = async (organisation: string, cohort: string) =>
  await made.table.get(keys.organisationPlaces(organisation, cohort), viewSchema, { consistent: true });

/** Sees that all of a story was told, to everybody, and nothing else. */
async function expectAllTold({ cohort, ids }: Awaited<ReturnType<typeof givenStory>>): Promise<void> {
  expect(idsOf(await historyOf(cohort.id))).toEqual(ids);
  const toTrust = ids.filter((id) => /\.(?:place\.claimed|place\.confirmed|place\.given-back)\.1$/.test(id));
  expect([...new Set(idsOf(await feedOf(trust, cohort.id)))]).toEqual(toTrust);
  expect([...new Set(idsOf(await feedOf(cohort.host, cohort.id)))]).toEqual(ids.filter((id) => !id.includes('opened')));
  expect(await viewOf(trust, cohort.id)).toEqual({ confirmed: [], waiting: [] });
  expect(await viewOf(council, cohort.id)).toEqual({ confirmed: [2], waiting: [] });
}

/** An image with something else in it. */
const withImage = (record: Stored | undefined, changed: Record<string, unknown>): StreamRecord => ({
  dynamodb: { ...record?.dynamodb, NewImage: { ...record?.dynamodb?.NewImage, ...changed } },
});

test('a batch is told once, in the order of its changes', async () => {
  const story = await givenStory();
  const { told, relay } = relayOf();
  expect(await relay(story.records)).toEqual({ published: 4, failures: [] });
  expect(told.map(({ aggregateVersion }) => aggregateVersion)).toEqual([1, 2, 2, 3, 3, 4, 4]);
  expect(idsOf(told)).toEqual(story.ids);
  await expectAllTold(story);
});

describe('a record that cannot be published', () => {
  test.each<readonly [string, Record<string, unknown>]>([
    ['whose image is not of its kind', { capacity: { S: 'many' } }],
    ['whose image lacks something', { entries: { NULL: true } }],
    ['whose version cannot be read', { version: { S: 'two' } }],
    ['that says nothing of its change', { change: { M: {} } }],
    ['that is no image', { version: 7 }],
  ])('%s fails with what comes behind it of the same aggregate, and holds up no other', async (_what, changed) => {
    const [ill, well] = [await givenStory(), await givenStory()];
    const poison = withImage(ill.records[1], changed);
    const batch = [ill.records[0], well.records[0], poison, well.records[1], ...ill.records.slice(2)].flatMap(
      (record) => (record === undefined ? [] : [record]),
    );
    const { told, relay } = relayOf();
    const relayed = await relay([...batch, ...well.records.slice(2)]);
    expect(failedIn(relayed)).toEqual(ill.records.slice(1).map(sequenceOf));
    expect(relayed.published).toBe(5);
    expect(told.filter(({ aggregate }) => aggregate === ill.cohort.id).map(({ type }) => type)).toEqual([
      'cohort.opened',
    ]);
    await expectAllTold(well);

    // Once it can be published, all is told, and nothing twice.
    await relay(ill.records);
    await expectAllTold(ill);
    expect(idsOf(told)).toEqual([...ill.ids, ...well.ids].sort());
  });

  test('is passed over once it is given up, and the rest goes on', async () => {
    const story = await givenStory();
    const { told, relay } = relayOf();
    await relay(story.records.slice(0, 1));
    expect((await relay(story.records.slice(2))).failures).toEqual([]);
    expect(idsOf(told)).toEqual(story.ids.filter((id) => !id.includes('.1.2.')));
    // Brought back from where it was kept, it is told, and its old image changes no view.
    expect((await relay(story.records.slice(1, 2))).failures).toEqual([]);
    await expectAllTold(story);
  });
});

describe('what comes twice or out of order', () => {
  test('is told once by another relay too', async () => {
    const story = await givenStory();
    const [one, other] = [relayOf(), relayOf()];
    await one.relay(story.records);
    expect(await other.relay([...story.records, ...story.records])).toMatchObject({ failures: [] });
    expect(other.told).toEqual([]);
    expect(idsOf(await feedOf(council, story.cohort.id))).toHaveLength(3);
  });

  test('within one batch is told under the same ids', async () => {
    const story = await givenStory();
    const { told, relay } = relayOf();
    const [, claim] = story.records;
    await relay([...story.records.slice(0, 2), ...(claim === undefined ? [] : [claim]), ...story.records.slice(2)]);
    expect([...new Set(idsOf(told))]).toEqual(story.ids);
    await expectAllTold(story);
  });

  test('told from the newest to the oldest, gives the same events and the same views', async () => {
    const story = await givenStory();
    const { told, relay } = relayOf();
    for (const record of [...story.records].reverse()) expect((await relay([record])).failures).toEqual([]);
    expect(idsOf(told)).toEqual(story.ids);
    await expectAllTold(story);
  });
});

test('killed at any moment and done again, it tells the same and loses nothing', async () => {
  let moment = 0;
  for (let survived = false; !survived; moment += 1) {
    const story = await givenStory();
    const dying = relayOf();
    await dying.relay(story.records.slice(0, 3));
    let left = moment;
    // Two chances to die at each thing it does for the promotion: before it, and after.
    const { publisher } = mortalPublisher(dying.publisher, openFeeds, 1, () => ((left -= 1) < 0 ? 0 : 1));
    const batch = await relayRecords(publisher, 1, story.records.slice(3)).catch(() => undefined);
    survived = left >= 0;
    expect(batch === undefined || batch.failures.length > 0).toBe(!survived);
    const again = relayOf();
    expect((await again.relay(story.records)).failures).toEqual([]);
    expect([...new Set(idsOf([...dying.told, ...again.told]))]).toEqual(story.ids);
    await expectAllTold(story);
  }
  expect(moment).toBeGreaterThan(20);
});

describe('what is no change is not told', () => {
  test('what is derived, what is put beside an aggregate, and what is taken away', async () => {
    const story = await givenStory();
    await relayOf().relay(story.records);
    await made.table.put({ pk: 'FEED#old', sk: '0000000001', position: 1, events: [] });
    await made.table.delete({ pk: 'FEED#old', sk: '0000000001' });
    await made.table.delete(keys.ledger(story.cohort.id));
    const records = await written();
    const sortKeys = records.map(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S?.split('#')[0] ?? '');
    const kinds = new Set(sortKeys.map((kind) => kind.replace(/^\d{10}$/, 'position')));
    expect(kinds).toEqual(new Set(['COHORT', 'HISTORY', 'DUE', '2027-09-07', 'position', 'LEDGER']));
    expect(new Set(records.map(({ eventName }) => eventName))).toEqual(new Set(['INSERT', 'MODIFY', 'REMOVE']));
    const { told, relay } = relayOf();
    expect((await relay(records)).failures).toEqual([]);
    expect(told).toEqual([]);
    expect(await written()).toEqual([]);
  });

  test('that an API key was used', async () => {
    const { token = '', id } = await createApiKey.perform(
      contextOf(made.table, clock, personOf(trust, ['administrator'])),
      {
        name: 'A system',
        scopes: ['places:read'],
      },
    );
    const { told, relay } = relayOf();
    expect(await checkApiKey(made.table, clock, token)).toMatchObject({ key: id });
    const [creation, use] = await changes();
    expect(use?.dynamodb?.NewImage).toHaveProperty('lastUsedAt');
    // Also before the change itself: it must not be taken for told.
    for (const record of [use, creation, use]) {
      expect((await relay(record === undefined ? [] : [record])).failures).toEqual([]);
    }
    expect(told.map(({ type }) => type)).toEqual(['api-key.created']);
  });
});
