import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventBus } from '../../functions/relay/event-bus.ts';
import { catalogue } from '../../shared/events/catalogue.ts';
import { enclose, type Envelope } from '../../shared/events/envelope.ts';
import { ledgerSchema } from '../../shared/places/ledger.ts';
import { eventsOfLedger, restateLedger } from '../../shared/places/ledger-events.ts';
import { keys } from '../../shared/table/keys.ts';
import { organisationNamed } from '../support/cohorts.ts';
import { detailsOf, startEventBus, type EventBusServer } from '../support/event-bus-server.ts';

let server: EventBusServer;
let client: EventBridgeClient;

beforeEach(async () => {
  server = await startEventBus('cohortium-test');
  client = new EventBridgeClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await server.stop();
});

const put = async (events: readonly Envelope[]) => await eventBus(client, 'cohortium-test').put(events);
const numbered = (count: number): Envelope[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `coh_0123456789ab.1.${String(index + 1)}.place.claimed.1`,
    type: 'place.claimed',
    version: 1,
    at: '2027-01-04T09:00:00.250Z',
    aggregate: 'coh_0123456789ab',
    aggregateVersion: index + 1,
    audience: ['org_0123456'],
    data: { cohort: 'coh_0123456789ab', organisation: 'org_0123456', tickets: [index + 1] },
  }));
const taken = () => detailsOf(server.taken);

describe('events', () => {
  test('go on the bus as they are, under their own type, from cohortium', async () => {
    const [event] = numbered(1);
    await put(numbered(1));
    expect(server.taken).toEqual([
      expect.objectContaining({
        source: 'cohortium',
        'detail-type': 'place.claimed',
        time: '2027-01-04T09:00:00Z',
        detail: event,
      }),
    ]);
  });

  test('go in their order, ten at once and no more', async () => {
    await put(numbered(25));
    expect(server.requests).toEqual([10, 10, 5]);
    expect(taken()).toEqual(numbered(25));
  });

  test('that are none are not sent', async () => {
    await put([]);
    expect(server.requests).toEqual([]);
  });
});

describe('what the bus does not take', () => {
  test('is sent again, and only that', async () => {
    server.failNext([1, 3], [0]);
    await put(numbered(5));
    expect(server.requests).toEqual([5, 2, 1]);
    expect(taken().map(({ aggregateVersion }) => aggregateVersion)).toEqual([1, 3, 5, 4, 2]);
  });

  test('after three times is an error that says why, and those behind it wait', async () => {
    server.failNext([2], [0], [0]);
    await expect(put(numbered(12))).rejects.toThrow('The bus did not take 1 events: ThrottlingException');
    expect(server.requests).toEqual([10, 1, 1]);
    expect(taken()).toHaveLength(9);
  });

  test('when it takes none of them is an error too, although it answers 200', async () => {
    const all = [0, 1, 2];
    server.failNext(all, all, all);
    await expect(put(numbered(3))).rejects.toThrow('The bus did not take 3 events');
    expect(taken()).toEqual([]);
  });

  test('when it fails altogether is an error, whatever it did', async () => {
    server.failNext('fails');
    await expect(put(numbered(3))).rejects.toThrow('Injected');
    server.failNext('takes it but does not say so');
    await expect(put(numbered(3))).rejects.toThrow('Injected');
    expect(taken()).toEqual(numbered(3));
  });

  test('of another name is an error', async () => {
    await expect(eventBus(client, 'another').put(numbered(1))).rejects.toThrow('ResourceNotFoundException');
  });
});

describe('the limits of the bus', () => {
  /** All entries of a request together. */
  const mostBytes = 256 * 1024;
  const entryOf = (size: number) => ({
    EventBusName: 'cohortium-test',
    Source: 's',
    DetailType: 't',
    Detail: JSON.stringify({ filler: 'x'.repeat(size) }),
  });

  test('are held by this test: one byte more, or one entry more, is refused', async () => {
    const fits = mostBytes - 2 - JSON.stringify({ filler: '' }).length;
    await client.send(new PutEventsCommand({ Entries: [entryOf(fits)] }));
    await expect(client.send(new PutEventsCommand({ Entries: [entryOf(fits + 1)] }))).rejects.toThrow('Total size');
    const eleven = Array.from({ length: 11 }, () => entryOf(1));
    await expect(client.send(new PutEventsCommand({ Entries: eleven }))).rejects.toThrow();
  });

  test('are far from the largest ledger there may be, however it changes or is restated', async () => {
    const facts = {
      key: keys.ledger('coh_0123456789ab'),
      epoch: 9_999,
      version: 9_999_999,
      at: '2027-01-04T09:00:00.250Z',
    };
    const before = ledgerSchema.parse({
      ...keys.ledger('coh_0123456789ab'),
      status: 'open',
      capacity: 200,
      waitlist: 0,
      room: 0,
      next: 9_999_999,
      version: 9_999_998,
      host: organisationNamed('host'),
      listed: 'ALL#2027-09-14',
      live: {},
      until: {},
      entries: {},
      change: { type: 'opened', by: 'cohortium', at: facts.at },
    });
    const partners = Array.from({ length: 20 }, (_, index) => organisationNamed(`partner ${String(index)}`));
    const entriesOf = (holders: number) =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, index) => {
          const holder = organisationNamed(`holder ${String(index % holders)}`).slice('org_'.length);
          return [`${holder}${String(index).padStart(8, '0')}.0`, 9_999_000 + index] as const;
        }),
      );
    for (const holders of [1, 10, 200]) {
      const entries = entriesOf(holders);
      const live = Object.fromEntries(Object.keys(entries).map((key) => [key.slice(0, 7), 1]));
      const change = { type: 'capacity-changed', by: 'cohortium', at: facts.at, audience: partners };
      const after = { ...before, entries, live, version: facts.version, change };
      const events = [...eventsOfLedger(before, after), ...restateLedger(after)].map((told) => enclose(told, facts));
      expect(events.length).toBeGreaterThan(holders);
      const largest = Math.max(...events.map((event) => Buffer.byteLength(JSON.stringify(event))));
      expect(largest).toBeLessThan(mostBytes / 10 / 4);
      await put(events);
    }
  });

  test('are far from every event of the catalogue', async () => {
    const facts = { key: keys.cohort('coh_0123456789ab'), epoch: 1, version: 1, at: '2027-01-04T09:00:00.250Z' };
    await put(
      catalogue.map(({ type, version, example }) => enclose({ type, version, audience: 'all', data: example }, facts)),
    );
    expect(new Set(server.taken.map((event) => event['detail-type']))).toEqual(
      new Set(catalogue.map(({ type }) => type)),
    );
  });
});
