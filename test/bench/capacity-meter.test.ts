import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { meterCapacity, type CapacityMeter } from '../support/capacity-meter.ts';
import { injectFaults } from '../support/faults.ts';
import { itemSize } from '../../shared/table/item-size.ts';
import { createTestTable, databaseClient, type TestTable } from '../support/table.ts';

let database: TestTable;
let documents: DynamoDBDocumentClient;
let meter: CapacityMeter;
let TableName: string;
beforeAll(async () => {
  database = await createTestTable();
  TableName = database.name;
  documents = DynamoDBDocumentClient.from(database.client);
  meter = meterCapacity(database.client);
});
beforeEach(() => {
  meter.take();
});
afterAll(async () => {
  await database.remove();
});

const ReturnConsumedCapacity = 'TOTAL';

/** An item of exactly so many bytes. */
function itemOf(sk: string, bytes: number, more: Readonly<Record<string, unknown>> = {}) {
  const item = { pk: 'SIZED', sk, filler: '', ...more };
  return { ...item, filler: 'x'.repeat(bytes - itemSize(marshall(item))) };
}

function metered() {
  const charges = meter.take();
  return {
    write: charges.reduce((sum, { write }) => sum + write, 0),
    read: charges.reduce((sum, { read }) => sum + read, 0),
  };
}

/** What DynamoDB Local says that a put costs. */
async function saidOfPut(item: Readonly<Record<string, unknown>>): Promise<number | undefined> {
  const { ConsumedCapacity: said } = await documents.send(
    new PutCommand({ TableName, Item: item, ReturnConsumedCapacity }),
  );
  return said?.CapacityUnits;
}

describe('the size of an item', () => {
  test.each([
    ['texts', { plain: 'abc', accents: 'é€😀', none: '' }],
    [
      'numbers',
      { zero: 0, one: 7, long: 1_234_567, negative: -25, part: 0.5, mixed: 1.5, thousands: 12_000, hundreds: 1200 },
    ],
    ['booleans and null', { yes: true, no: false, nothing: null }],
    ['bytes', { bytes: new Uint8Array(21) }],
    ['lists', { empty: [], list: ['a', 1, [true]] }],
    ['maps', { empty: {}, map: { a: 'b', deeper: { c: 12, list: [null] } } }],
    ['sets', { texts: new Set(['a', 'bc']), numbers: new Set([1, 200, -3]), bytes: new Set([new Uint8Array(3)]) }],
  ])('is DynamoDB’s own, to the byte, with %s', async (_kind, more) => {
    expect(await saidOfPut(itemOf('kind', 1024, more))).toBe(1);
    await documents.send(new DeleteCommand({ TableName, Key: { pk: 'SIZED', sk: 'kind' } }));
    expect(await saidOfPut(itemOf('kind', 1025, more))).toBe(2);
    await documents.send(new DeleteCommand({ TableName, Key: { pk: 'SIZED', sk: 'kind' } }));
  });

  test('counts what the Developer Guide says that each kind of value takes', () => {
    const sizes: [AttributeValue, number][] = [
      [{ S: 'é' }, 2],
      [{ N: '0' }, 1],
      [{ N: '1234' }, 3],
      [{ N: '12000' }, 3],
      [{ N: '1.5' }, 3],
      [{ N: '-1234' }, 4],
      [{ BOOL: true }, 1],
      [{ L: [{ S: 'ab' }] }, 3 + 1 + 2],
      [{ M: { k: { S: 'ab' } } }, 3 + 1 + 1 + 2],
      [{ NS: ['1', '22'] }, 2 + 2],
    ];
    for (const [value, size] of sizes) expect(itemSize({ a: value })).toBe(1 + size);
  });
});

describe('the meter says what DynamoDB Local says of', () => {
  test('a put that makes an item, makes it larger, and makes it smaller: the larger of the two', async () => {
    for (const [bytes, units] of [
      [1024, 1],
      [3000, 3],
      [100, 3],
    ] as const) {
      expect(await saidOfPut(itemOf('put', bytes))).toBe(units);
      expect(metered()).toEqual({ write: units, read: 0 });
    }
  });

  test('an update and a delete, and a delete of what is not there', async () => {
    await saidOfPut(itemOf('update', 2000));
    metered();
    const Key = { pk: 'SIZED', sk: 'update' };
    const updated = await documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET more = :more',
        ExpressionAttributeValues: { ':more': 'x'.repeat(100) },
        ReturnValues: 'ALL_NEW',
        ReturnConsumedCapacity,
      }),
    );
    expect(updated.ConsumedCapacity?.CapacityUnits).toBe(3);
    expect(metered()).toEqual({ write: 3, read: 0 });
    for (const units of [3, 1]) {
      const deleted = await documents.send(new DeleteCommand({ TableName, Key, ReturnConsumedCapacity }));
      expect(deleted.ConsumedCapacity?.CapacityUnits).toBe(units);
      expect(metered()).toEqual({ write: units, read: 0 });
    }
  });

  test('entries of the indexes: one that comes, stays, changes, moves and goes', async () => {
    const entry = (more: Readonly<Record<string, unknown>>) => ({ pk: 'INDEXED', sk: 'one', ...more });
    const place = (gsi1sk: string) => ({ gsi1pk: 'a', gsi1sk, gsi2pk: 'b', gsi2sk: '1' });
    for (const [item, units] of [
      [entry(place('1')), 1 + 2],
      [entry(place('1')), 1],
      [entry({ ...place('1'), text: 'new' }), 1 + 1],
      [entry({ ...place('2'), text: 'new' }), 1 + 2],
      [entry({ text: 'new' }), 1 + 2],
    ] as const) {
      expect(await saidOfPut(item)).toBe(units);
      expect(metered().write).toBe(units);
    }
  });

  test('reads of one item: each begun 4 KB, half of it where they may lag, and of nothing as of little', async () => {
    await saidOfPut(itemOf('read', 4096));
    await saidOfPut(itemOf('read more', 4097));
    metered();
    for (const [sk, ConsistentRead, units] of [
      ['read', true, 1],
      ['read', false, 0.5],
      ['read more', true, 2],
      ['read more', false, 1],
      ['nothing', true, 1],
      ['nothing', false, 0.5],
    ] as const) {
      const answer = await documents.send(
        new GetCommand({ TableName, Key: { pk: 'SIZED', sk }, ConsistentRead, ReturnConsumedCapacity }),
      );
      expect(answer.ConsumedCapacity?.CapacityUnits).toBe(units);
      expect(metered()).toEqual({ write: 0, read: units });
    }
  });

  test('a query: all its items together', async () => {
    for (let index = 0; index < 10; index += 1) await saidOfPut({ ...itemOf(String(index), 900), pk: 'LISTED' });
    metered();
    const query = async (pk: string, ConsistentRead: boolean) => {
      const answer = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead,
          ReturnConsumedCapacity,
        }),
      );
      return answer.ConsumedCapacity?.CapacityUnits;
    };
    expect([await query('LISTED', true), metered().read]).toEqual([3, 3]);
    expect([await query('LISTED', false), metered().read]).toEqual([1.5, 1.5]);
  });

  test('a batch of reads: each item by itself', async () => {
    await saidOfPut(itemOf('batch', 1500));
    await saidOfPut(itemOf('batch more', 6500));
    metered();
    const Keys = ['batch', 'batch more'].map((sk) => ({ pk: 'SIZED', sk }));
    const answer = await documents.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys } }, ReturnConsumedCapacity }),
    );
    expect(answer.ConsumedCapacity?.[0]?.CapacityUnits).toBe(1.5);
    expect(metered()).toEqual({ write: 0, read: 1.5 });
  });
});

describe('beyond what DynamoDB Local says, the meter charges', () => {
  test('a query that finds nothing, and each item of a batch that is not there', async () => {
    const nothing = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'NOTHING' } };
    await documents.send(new QueryCommand({ TableName, ...nothing }));
    expect(metered()).toEqual({ write: 0, read: 0.5 });
    const Keys = ['nothing', 'nothing either'].map((sk) => ({ pk: 'SIZED', sk }));
    await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(metered()).toEqual({ write: 0, read: 1 });
  });

  test('a refused write for the item that is there, whether it comes back or not', async () => {
    await saidOfPut(itemOf('refused', 2500));
    metered();
    for (const shown of ['ALL_OLD', 'NONE'] as const) {
      const write = documents.send(
        new PutCommand({
          TableName,
          Item: itemOf('refused', 100),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: shown,
        }),
      );
      await expect(write).rejects.toThrow(ConditionalCheckFailedException);
      expect(metered()).toEqual({ write: 3, read: 0 });
    }
  });

  test('a transaction at twice each of its items, also when it is cancelled', async () => {
    const transaction = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: itemOf('twice', 1500), ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName, Item: itemOf('twice too', 500) } },
      ],
    });
    await documents.send(transaction);
    expect(metered()).toEqual({ write: 2 * 2 + 2 * 1, read: 0 });
    await expect(documents.send(transaction)).rejects.toThrow(TransactionCanceledException);
    expect(metered()).toEqual({ write: 2 * 2 + 2 * 1, read: 0 });
  });

  test('a write whose answer was lost, and the same again; but nothing for one that was throttled', async () => {
    for (const [rates, units] of [
      [{ throttled: 0, lost: 1, conflicts: 0 }, 2 * 2],
      [{ throttled: 1, lost: 0, conflicts: 0 }, 0],
    ] as const) {
      const client = databaseClient(2);
      injectFaults(client, rates, () => 0);
      const faulty = meterCapacity(client);
      const write = DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item: itemOf('lost', 1100) }));
      await expect(write).rejects.toThrow('Injected');
      expect(faulty.take().reduce((sum, { write: written }) => sum + written, 0)).toBe(units);
      client.destroy();
    }
  });

  test('no update of which it cannot see what it leaves', async () => {
    const update = new UpdateCommand({
      TableName,
      Key: { pk: 'SIZED', sk: 'unseen' },
      UpdateExpression: 'SET more = :more',
      ExpressionAttributeValues: { ':more': 1 },
    });
    await expect(documents.send(update)).rejects.toThrow('An update without an answer cannot be measured');
  });
});
