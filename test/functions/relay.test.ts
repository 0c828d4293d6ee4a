import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { matchesPattern } from '../../local/event-pattern.ts';
import { parseJson, type Json } from '../../local/json.ts';
import { checkApiKey } from '../../shared/api-keys/check-api-key.ts';
import { createApiKey } from '../../shared/api-keys/create-api-key.ts';
import { systemClock } from '../../shared/clock.ts';
import type { PersonActor } from '../../shared/context.ts';
import { ofType, synthesised } from '../infra/synthesised.ts';
import { contextOf } from '../support/context.ts';
import { detailsOf, startEventBus, type EventBusServer } from '../support/event-bus-server.ts';
import { givenFirstOrganisation, givenOrganisation } from '../support/given-organisations.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import { placesOn } from '../support/places.ts';
import { openStream, type TestStream } from '../support/stream.ts';
import { createTestTable, databaseCredentials, type TestTable } from '../support/table.ts';

let made: TestTable;
let stream: TestStream;
let bus: EventBusServer;
let handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
let first: PersonActor;
let second: PersonActor;
let filter: Json;
let lines: string[];

beforeAll(async () => {
  filter = filterOfTemplate();
  made = await createTestTable();
  stream = await openStream(made.client, made.streamArn);
  bus = await startEventBus('cohortium-test');
  Object.assign(process.env, {
    TABLE_NAME: made.name,
    BUS_NAME: 'cohortium-test',
    EPOCH: '3',
    POWERTOOLS_SERVICE_NAME: 'relay',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    POWERTOOLS_DEV: 'true',
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: databaseCredentials().accessKeyId,
    AWS_SECRET_ACCESS_KEY: databaseCredentials().secretAccessKey,
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL_DYNAMODB: process.env['DYNAMODB_ENDPOINT'],
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
  });
  ({ handler } = await import('../../functions/relay/relay.ts'));
  first = await givenFirstOrganisation(made.table, systemClock);
  second = await givenOrganisation(made.table, systemClock, first, 'Second');
});
beforeEach(() => {
  lines = [];
  for (const level of ['info', 'warn', 'error', 'log'] as const) {
    jest.spyOn(globalThis.console, level).mockImplementation((line) => void lines.push(String(line)));
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  stream.close();
  await bus.stop();
  await made.remove();
});

const hostOf = (person: PersonActor) => person.membership?.organisation ?? '';
type LambdaRecord = DynamoDBStreamEvent['Records'][number];
const recordSchema = z.custom<LambdaRecord>();

/** What was written to the table since the last time, as Lambda would be given it: JSON, without the filter. */
async function written(): Promise<LambdaRecord[]> {
  const mark = `MARK#${crypto.randomUUID()}`;
  await made.table.put({ pk: mark, sk: 'MARK' });
  const records: LambdaRecord[] = [];
  while (!records.some(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === mark)) {
    for (const stored of await stream.next()) records.push(recordSchema.parse(JSON.parse(JSON.stringify(stored))));
  }
  return records.slice(0, -1);
}

const filterSchema = z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) });
/** The filter of the mapping, as infra writes it into the template. */
function filterOfTemplate(): Json {
  const mappings = ofType(synthesised('prod').stateless, 'AWS::Lambda::EventSourceMapping');
  const ofStream = mappings.find(({ properties }) => properties['StartingPosition'] !== undefined);
  return parseJson(filterSchema.parse(ofStream?.properties['FilterCriteria']).Filters[0].Pattern);
}
const passes = (record: LambdaRecord) => matchesPattern(filter, parseJson(JSON.stringify(record)));
const isChange = ({ dynamodb }: LambdaRecord) => dynamodb?.NewImage?.['change']?.M?.['type']?.S !== undefined;
const kindOf = ({ dynamodb }: LambdaRecord) => {
  const noun = dynamodb?.Keys?.['pk']?.S?.split('#')[0] ?? '';
  const kind = dynamodb?.Keys?.['sk']?.S?.split('#')[0] ?? '';
  return noun === kind || noun === 'FEED' || noun === 'OPEN' ? noun : `${noun} ${kind}`;
};

test('all that happens is told on the bus, once, with the epoch of the installation; the filter lets by just that', async () => {
  const programme = await givenProgramme(made.table, systemClock, hostOf(first));
  const cohort = { host: hostOf(first), programme, capacity: 1, waitlist: 2, limit: 2 };
  const id = await givenOpenCohort(made.table, systemClock, cohort);
  const places = placesOn(made.table, systemClock);
  await places.claim({ id, host: hostOf(first) }, hostOf(first));
  await places.claim({ id, host: hostOf(first) }, hostOf(second));
  await places.giveBack({ id, host: hostOf(first) }, hostOf(first), [1]);
  const key = await createApiKey.perform(contextOf(made.table, systemClock, first), {
    name: 'A system',
    scopes: ['places:read'],
  });
  await checkApiKey(made.table, systemClock, key.token ?? '');

  const records = await written();
  const told = records.filter((record) => passes(record));
  expect(told).toEqual(records.filter(isChange));
  expect(new Set(told.map(kindOf))).toEqual(
    new Set(['ORGANISATION', 'ORGANISATION MEMBER', 'PROGRAMME', 'COHORT', 'COHORT LEDGER', 'API-KEY']),
  );
  expect(await handler({ Records: told })).toEqual({ batchItemFailures: [] });
  const events = detailsOf(bus.taken);
  expect(new Set(events.map((event) => event['id'])).size).toBe(events.length);
  for (const event of events) expect(event['id']).toMatch(/^\w+\.3\.\d+\./);
  expect(new Set(events.map((event) => event['type']))).toEqual(
    new Set([
      'organisation.founded',
      'organisation.joined',
      'member.joined',
      'programme.created',
      'programme.published',
      'cohort.created',
      'cohort.opened',
      'place.claimed',
      'place.confirmed',
      'place.waiting',
      'place.given-back',
      'api-key.created',
    ]),
  );

  // What the relay itself has written does not come back to it; were it to come, nothing would be told.
  const derived = await written();
  expect(new Set(derived.map(kindOf)).size).toBeGreaterThan(8);
  expect(derived.filter((record) => passes(record))).toEqual([]);
  const before = bus.taken.length;
  expect(await handler({ Records: derived })).toEqual({ batchItemFailures: [] });
  expect(await handler({ Records: told })).toEqual({ batchItemFailures: [] });
  expect(bus.taken).toHaveLength(before);
  expect(await written()).toEqual([]);
});

test('what DynamoDB itself takes away when its time is over is not let by', async () => {
  await made.table.put({ pk: 'FEED#old', sk: '0000000001', expires: 1 });
  await made.table.delete({ pk: 'FEED#old', sk: '0000000001' });
  const [, removal] = await written();
  const expired = { ...removal, userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };
  expect(expired.eventName).toBe('REMOVE');
  expect(passes(expired)).toBe(false);
  expect(await handler({ Records: [expired] })).toEqual({ batchItemFailures: [] });
});

describe('when the bus does not take it', () => {
  const claimed = async () => {
    const programme = await givenProgramme(made.table, systemClock, hostOf(first));
    const plan = { host: hostOf(first), programme, capacity: 1, waitlist: 2, limit: 2 };
    const id = await givenOpenCohort(made.table, systemClock, plan);
    await handler({ Records: (await written()).filter(isChange) });
    await written();
    await placesOn(made.table, systemClock).claim({ id, host: hostOf(first) }, hostOf(second));
    return (await written()).filter(isChange);
  };

  test('the record is named as failed, with a line that says why; the next time it is told', async () => {
    const records = await claimed();
    const sequence = records[0]?.dynamodb?.SequenceNumber;
    lines = [];
    bus.failNext('fails');
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [{ itemIdentifier: sequence }] });
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'A change was not published',
        sequenceNumber: sequence,
        error: expect.objectContaining({ message: 'Injected: the bus fails' }),
      }),
      expect.objectContaining({ level: 'INFO', message: 'Relayed', records: 1, published: 0, failed: 1 }),
    ]);
    const before = bus.taken.length;
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
    expect(detailsOf(bus.taken.slice(before)).map((event) => event['type'])).toEqual([
      'place.claimed',
      'place.confirmed',
    ]);
  });

  test('or takes it without saying so, it is told again under the same ids', async () => {
    const records = await claimed();
    const before = bus.taken.length;
    bus.failNext('takes it but does not say so');
    expect((await handler({ Records: records })).batchItemFailures).toHaveLength(1);
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
    const ids = detailsOf(bus.taken.slice(before)).map((event) => event['id']);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
  });
});
