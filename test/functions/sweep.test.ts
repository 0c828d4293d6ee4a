import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { organisationNamed } from '../support/cohorts.ts';
import { movableClock } from '../support/context.ts';
import { detailsOf, startEventBus, type EventBusServer } from '../support/event-bus-server.ts';
import { openPlaces, type PlacesTable } from '../support/places.ts';
import { databaseCredentials } from '../support/table.ts';

const day = 86_400_000;
const trust = organisationNamed('trust');
const council = organisationNamed('council');
/** The Lambda goes by the real time: what is to be due is done three days ago. */
const clock = movableClock(new Date(Date.now() - 3 * day).toISOString());

let at: PlacesTable;
let bus: EventBusServer;
let handler: (event: unknown) => Promise<void>;
let lines: string[];

beforeAll(async () => {
  bus = await startEventBus('cohortium-test');
  Object.assign(process.env, {
    BUS_NAME: 'cohortium-test',
    EPOCH: '1',
    POWERTOOLS_SERVICE_NAME: 'sweeper',
    POWERTOOLS_METRICS_NAMESPACE: 'Cohortium/dev',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    POWERTOOLS_DEV: 'true',
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: databaseCredentials().accessKeyId,
    AWS_SECRET_ACCESS_KEY: databaseCredentials().secretAccessKey,
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL_DYNAMODB: process.env['DYNAMODB_ENDPOINT'],
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
  });
});
beforeEach(async () => {
  at = await openPlaces(clock);
  process.env['TABLE_NAME'] = at.database.name;
  // A Lambda of its own for each test: it keeps its table for as long as it lives.
  jest.resetModules();
  ({ handler } = await import('../../functions/sweeper/sweep.ts'));
  lines = [];
  for (const level of ['info', 'warn', 'error', 'log'] as const) {
    jest.spyOn(globalThis.console, level).mockImplementation((line) => void lines.push(String(line)));
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  await at.close();
});
afterAll(async () => {
  await bus.stop();
});

const lineSchema = z.looseObject({ service: z.literal('sweeper') });
const written = () => lines.map((line) => lineSchema.parse(JSON.parse(line)));
/** What is measured, in the words and under the name that the alarms go by (infra/constructs/sweeper.ts). */
const measured = (values: Readonly<Record<string, number>>) =>
  expect.objectContaining({
    ...values,
    _aws: expect.objectContaining({
      CloudWatchMetrics: [
        {
          Namespace: 'Cohortium/dev',
          Dimensions: [['service']],
          Metrics: Object.keys(values).map((name) => ({ Name: name, Unit: 'Count' })),
        },
      ],
    }),
  });

/** A cohort with one place taken, and one wait that ended two days ago. */
async function givenOverdueWait() {
  const opensAt = clock.now().toISOString();
  const change = { type: 'opened', by: 'mem_given', at: opensAt };
  const cohort = await at.given({ capacity: 1, opensAt, change, lastDay: '2199-12-31' });
  await at.claim(cohort, council);
  await at.claim(cohort, trust, { confirmUntil: clock.now().toISOString().slice(0, 10) });
  return cohort;
}
/** Makes the ledger of a cohort one that cannot be read. */
async function breakLedger(cohort: string): Promise<void> {
  await at.table.update(
    { pk: `COHORT#${cohort}`, sk: 'LEDGER' },
    { update: 'SET host = :broken', values: { ':broken': 7 } },
    z.unknown(),
  );
}

describe('what is due', () => {
  test('is acted on and counted', async () => {
    const cohort = await givenOverdueWait();
    await at.told(cohort);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2] });
    await handler({ task: 'deadlines' });
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
    expect(written()).toEqual([measured({ DeadlinesActedOn: 1, DeadlinesFailed: 0 })]);
    lines = [];
    await handler({ task: 'deadlines' });
    expect(written()).toEqual([measured({ DeadlinesActedOn: 0, DeadlinesFailed: 0 })]);
  });

  test('and fails is told in a line and a measurement, comes again, and holds up no other', async () => {
    const [ill, well] = [await givenOverdueWait(), await givenOverdueWait()];
    await at.told(ill);
    await breakLedger(ill.id);
    for (const others of [1, 0]) {
      lines = [];
      await handler({ task: 'deadlines' });
      expect(written()).toEqual([
        expect.objectContaining({
          level: 'ERROR',
          message: 'A deadline was not acted on',
          kind: 'lapse-wait',
          error: expect.objectContaining({ name: 'ZodError' }),
        }),
        measured({ DeadlinesActedOn: others, DeadlinesFailed: 1 }),
      ]);
    }
    expect(await at.standing(well)).toEqual({ confirmed: [1], waiting: [] });
  });
});

describe('what was never told', () => {
  test('is told anew on the bus and counted, once', async () => {
    const cohort = await givenOverdueWait();
    const before = bus.taken.length;
    await handler({ task: 'repair' });
    const told = detailsOf(bus.taken.slice(before));
    expect(told.map((event) => event['type'])).toEqual([
      'cohort.restated',
      'cohort.places-restated',
      'place.restated',
      'place.restated',
    ]);
    expect(told.every((event) => event['aggregate'] === cohort.id)).toBe(true);
    const anew = (sk: string) =>
      expect.objectContaining({
        level: 'WARN',
        message: 'An aggregate was told anew because events of it were lost',
        aggregate: `COHORT#${cohort.id} ${sk}`,
      });
    expect(written()).toEqual([
      anew('COHORT'),
      anew('LEDGER'),
      measured({ AggregatesLarge: 0, AggregatesLookedAt: 2, AggregatesRestated: 2 }),
    ]);

    lines = [];
    await handler({ task: 'repair' });
    expect(bus.taken).toHaveLength(before + 4);
    expect(written()).toEqual([measured({ AggregatesLarge: 0, AggregatesLookedAt: 2, AggregatesRestated: 0 })]);
  });

  test('of a ledger that has grown large is named and counted', async () => {
    const cohort = await at.given({ capacity: 100, opensAt: clock.now().toISOString() });
    for (let claims = 0; claims < 2; claims += 1) await at.claim(cohort, trust, { quantity: 40 });
    await at.told(cohort);
    await handler({ task: 'repair' });
    expect(written()).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'An aggregate has grown large',
        aggregate: `COHORT#${cohort.id} LEDGER`,
      }),
      measured({ AggregatesLarge: 1, AggregatesLookedAt: 2, AggregatesRestated: 0 }),
    ]);
  });

  test('and cannot be told fails the run, for its alarm, after all others were', async () => {
    const [ill, well] = [await givenOverdueWait(), await givenOverdueWait()];
    await breakLedger(ill.id);
    await expect(handler({ task: 'repair' })).rejects.toThrow('Aggregates not repaired: 1');
    expect(written()).toContainEqual(measured({ AggregatesLarge: 0, AggregatesLookedAt: 4, AggregatesRestated: 3 }));
    expect(written()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'An aggregate was not repaired',
        aggregate: `COHORT#${ill.id} LEDGER`,
      }),
    );
    expect(detailsOf(bus.taken).map((event) => event['aggregate'])).toContain(well.id);
  });
});

test.each([[{ task: 'everything' }], [{}], ['deadlines'], [null]])('%j is no task: nothing is done', async (event) => {
  const cohort = await givenOverdueWait();
  await at.told(cohort);
  await expect(handler(event)).rejects.toThrow();
  expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2] });
  expect(lines).toEqual([]);
});

test('a table that does not answer fails the run', async () => {
  process.env['TABLE_NAME'] = 'another';
  await expect(handler({ task: 'deadlines' })).rejects.toThrow();
  await expect(handler({ task: 'repair' })).rejects.toThrow();
});
