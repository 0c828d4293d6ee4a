import {
  type AttributeDefinition,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryLog } from '../../local/log.ts';
import { prepareTable } from '../../local/table.ts';
import { databaseClient } from '../support/table.ts';

const client = databaseClient();
let TableName: string;
let log: ReturnType<typeof createMemoryLog>;

beforeEach(() => {
  TableName = `local-table-${randomUUID()}`;
  log = createMemoryLog();
});
afterEach(async () => await client.send(new DeleteTableCommand({ TableName })));
afterAll(() => client.destroy());

const keyOf = (hash: string, range?: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
];
const index = (IndexName: string, hash: string, projection: 'ALL' | 'KEYS_ONLY' = 'ALL') => ({
  IndexName,
  KeySchema: keyOf(hash, 'sk'),
  Projection: { ProjectionType: projection },
});

/** A table as a template declares it: its indexes by their partition keys. */
function declared(indexes: readonly ReturnType<typeof index>[] = [], changed: Readonly<Record<string, unknown>> = {}) {
  const names = ['pk', 'sk', ...new Set(indexes.map(({ KeySchema }) => KeySchema[0]?.AttributeName ?? ''))];
  const AttributeDefinitions: AttributeDefinition[] = names.map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  }));
  return {
    AttributeDefinitions,
    KeySchema: keyOf('pk', 'sk'),
    GlobalSecondaryIndexes: indexes,
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    ...changed,
  };
}

const prepare = (properties: unknown) => prepareTable(client, TableName, properties, log);
const describeTable = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table;
const indexNames = async () =>
  ((await describeTable())?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
const put = async (attributes: Readonly<Record<string, string>>) =>
  await client.send(
    new PutItemCommand({
      TableName,
      Item: Object.fromEntries(Object.entries(attributes).map(([name, S]) => [name, { S }])),
    }),
  );

/** How many items an index finds under a key. */
async function found(IndexName: string, key: string, value: string): Promise<number | undefined> {
  const { Count } = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );
  return Count;
}

describe('a table', () => {
  test('is made as it is declared, and found as it is by the next run', async () => {
    const first = await prepare(declared([index('gsi1', 'gsi1pk')]));
    expect(first).toEqual({ partitionKey: 'pk', streamArn: expect.stringContaining(TableName) });
    expect(await indexNames()).toEqual(['gsi1']);
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' });
    expect(await prepare(declared([index('gsi1', 'gsi1pk')]))).toEqual(first);
    expect(log.lines).toEqual([]);
  });

  test('keeps its items and finds them by indexes that are new', async () => {
    const before = await prepare(declared());
    await put({ pk: 'a', sk: 'x', gsi1pk: 'one', gsi2pk: 'two' });
    const after = await prepare(declared([index('gsi1', 'gsi1pk'), index('gsi2', 'gsi2pk')]));
    expect(await found('gsi1', 'gsi1pk', 'one')).toBe(1);
    expect(await found('gsi2', 'gsi2pk', 'two')).toBe(1);
    // The stream goes on: what was not read yet is not lost.
    expect(after).toEqual(before);
    expect(log.lines).toEqual(['table: index gsi1 is new: created', 'table: index gsi2 is new: created']);
  });

  test('loses an index that is no longer declared, and has one that is declared anew made again', async () => {
    await prepare(declared([index('gsi1', 'gsi1pk'), index('gsi2', 'gsi2pk')]));
    await put({ pk: 'a', sk: 'x', other: 'one' });
    await prepare(declared([index('gsi1', 'other')]));
    expect(await indexNames()).toEqual(['gsi1']);
    expect(await found('gsi1', 'other', 'one')).toBe(1);
    // Removals come first, in whichever order the database names them.
    expect(log.lines.slice(0, 2).toSorted()).toEqual([
      'table: index gsi1 is declared anew: removed',
      'table: index gsi2 is no longer declared: removed',
    ]);
    expect(log.lines.slice(2)).toEqual(['table: index gsi1 is new: created']);
  });

  test('has an index with another projection made again', async () => {
    await prepare(declared([index('gsi1', 'gsi1pk')]));
    await prepare(declared([index('gsi1', 'gsi1pk', 'KEYS_ONLY')]));
    expect((await describeTable())?.GlobalSecondaryIndexes?.[0]?.Projection?.ProjectionType).toBe('KEYS_ONLY');
  });

  test('has another stream once the stream is declared otherwise, and none when none is declared', async () => {
    const { streamArn } = await prepare(declared());
    const other = await prepare(declared([], { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }));
    expect((await describeTable())?.StreamSpecification?.StreamViewType).toBe('NEW_IMAGE');
    expect(other.streamArn).not.toBe(streamArn);
    expect((await prepare(declared([], { StreamSpecification: undefined }))).streamArn).toBeUndefined();
  });

  test('expires items by another attribute once another is declared', async () => {
    await prepare(declared());
    await prepare(declared([], { TimeToLiveSpecification: { AttributeName: 'until', Enabled: true } }));
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'until', TimeToLiveStatus: 'ENABLED' });
  });

  test.each([
    [
      'name',
      {
        KeySchema: keyOf('pk', 'other'),
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'other', AttributeType: 'S' },
        ],
      },
    ],
    [
      'type',
      {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'N' },
        ],
      },
    ],
    [
      'number of parts',
      { KeySchema: keyOf('pk'), AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] },
    ],
  ])('refuses a key of another %s, and leaves everything as it is', async (_, changed) => {
    await prepare(declared());
    await put({ pk: 'a', sk: 'x' });
    await expect(prepare(declared([], changed))).rejects.toThrow('npm start -- --fresh');
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' }, sk: { S: 'x' } } }));
    expect(Item).toBeDefined();
  });
});
