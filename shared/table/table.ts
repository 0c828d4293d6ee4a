import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type * as z from 'zod';
import type { IndexName } from './definition.ts';
import type { Key } from './keys.ts';
import { readMany } from './read-many.ts';

export type Item = Key & Readonly<Record<string, unknown>>;

/** Names (`#n`) and values (`:v`) that an expression speaks of. */
interface Words {
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}
export interface Condition extends Words {
  readonly condition: string;
}
export interface Update extends Words {
  readonly update: string;
  readonly condition?: string;
  /** Of a write that is applied only what it changed comes back, not the whole item; the schema must take both. */
  readonly brief?: boolean;
}

/** What became of a conditional write: applied (with the item as it is now), or refused (with the item that refused it). */
export type Outcome<T> =
  { readonly applied: true; readonly item: T } | { readonly applied: false; readonly item: T | undefined };

export interface QueryOptions {
  readonly index?: IndexName;
  readonly pk: string;
  /** Only sort keys that begin so; or, with `upTo`, those up to and including it. One of the two. */
  readonly prefix?: string;
  readonly upTo?: string;
  /** Only what comes behind this sort key in the order asked for; of an index, alone and in its own order. */
  readonly after?: string;
  readonly limit: number;
  readonly newestFirst?: boolean;
  readonly consistent?: boolean;
}

/** One write of a transaction. */
export type TransactionWrite =
  | { readonly put: Item; readonly onlyIf?: Condition }
  | { readonly key: Key; readonly change: Update }
  /** Nothing is written; the whole is refused unless this holds. */
  | { readonly key: Key; readonly holds: Condition };

/** The table as the domain uses it: everything read is parsed, a refused condition is an answer and not an exception. */
export interface Table {
  get<T>(key: Key, schema: z.ZodType<T>, options?: { consistent?: boolean }): Promise<T | undefined>;
  getMany<T>(keys: readonly Key[], schema: z.ZodType<T>, options?: { consistent?: boolean }): Promise<T[]>;
  query<T>(options: QueryOptions, schema: z.ZodType<T>): Promise<T[]>;
  put(item: Item, onlyIf?: Condition): Promise<boolean>;
  update<T>(key: Key, change: Update, schema: z.ZodType<T>): Promise<Outcome<T>>;
  delete(key: Key, onlyIf?: Condition): Promise<boolean>;
  transact(writes: readonly TransactionWrite[]): Promise<boolean>;
}

/** The condition of a write that creates: nothing stands at the key yet. */
export const absent: Condition = { condition: 'attribute_not_exists(pk)' };

/**
 * Opens the table. The client's own retries stay on: a write whose acknowledgement was lost is sent again, so every
 * write in shared/ is one that may be sent twice.
 */
export function openTable(client: DynamoDBClient, name: string): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

  return {
    async get(key, schema, options = {}) {
      const { Item: item } = await documents.send(
        new GetCommand({ TableName: name, Key: key, ConsistentRead: options.consistent ?? false }),
      );
      return item === undefined ? undefined : schema.parse(item);
    },

    /** In no particular order, and eventually consistent unless asked otherwise; throws a throttle when the table is too busy to read them all. */
    async getMany(wanted, schema, options = {}) {
      const found = await readMany(documents, name, wanted, options.consistent ?? false);
      return found.map((item) => schema.parse(item));
    },

    /** One answer has a megabyte at most: it is asked again until there are as many as wanted, or no more. */
    async query(options, schema) {
      const found: unknown[] = [];
      const query = queryOf(options);
      let from: Readonly<Record<string, unknown>> | undefined = query.ExclusiveStartKey;
      do {
        const request = { TableName: name, ...query, ExclusiveStartKey: from, Limit: options.limit - found.length };
        const { Items: items = [], LastEvaluatedKey: last } = await documents.send(new QueryCommand(request));
        found.push(...items);
        from = last;
      } while (from !== undefined && found.length < options.limit);
      return found.map((item) => schema.parse(item));
    },

    async put(item, onlyIf) {
      return await unlessRefused(
        documents.send(new PutCommand({ TableName: name, Item: item, ...conditionOf(onlyIf) })),
      );
    },

    async update(key, change, schema) {
      try {
        const { Attributes: item } = await documents.send(
          new UpdateCommand({
            TableName: name,
            Key: key,
            UpdateExpression: change.update,
            ...conditionOf(change),
            ReturnValues: change.brief === true ? 'UPDATED_NEW' : 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { applied: true, item: schema.parse(item) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { applied: false, item: error.Item === undefined ? undefined : schema.parse(unmarshall(error.Item)) };
      }
    },

    async delete(key, onlyIf) {
      return await unlessRefused(
        documents.send(new DeleteCommand({ TableName: name, Key: key, ...conditionOf(onlyIf) })),
      );
    },

    async transact(writes) {
      const items = writes.map((write) => transactionItem(name, write));
      return await unlessRefused(documents.send(new TransactWriteCommand({ TransactItems: items })));
    },
  };
}

type TransactionItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

function transactionItem(table: string, write: TransactionWrite): TransactionItem {
  if ('put' in write) return { Put: { TableName: table, Item: write.put, ...conditionOf(write.onlyIf) } };
  if ('holds' in write) return { ConditionCheck: { TableName: table, Key: write.key, ...conditionOf(write.holds) } };
  return {
    Update: { TableName: table, Key: write.key, UpdateExpression: write.change.update, ...conditionOf(write.change) },
  };
}

function conditionOf(words: (Words & { readonly condition?: string }) | undefined) {
  return {
    ConditionExpression: words?.condition,
    ExpressionAttributeNames: words?.names,
    ExpressionAttributeValues: words?.values,
  };
}

function queryOf(options: QueryOptions) {
  const partition = options.index === undefined ? 'pk' : `${options.index}pk`;
  const names: Record<string, string> = { '#pk': partition };
  const values: Record<string, unknown> = { ':pk': options.pk };
  let condition = '#pk = :pk';
  const indexAfter = options.index === undefined ? undefined : options.after;
  const bound = options.prefix ?? options.upTo ?? indexAfter;
  if (bound !== undefined) {
    names['#sk'] = options.index === undefined ? 'sk' : `${options.index}sk`;
    values[':bound'] = bound;
    if (options.prefix !== undefined) condition += ' AND begins_with(#sk, :bound)';
    else condition += options.upTo === undefined ? ' AND #sk > :bound' : ' AND #sk <= :bound';
  }
  return {
    IndexName: options.index,
    KeyConditionExpression: condition,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ExclusiveStartKey:
      options.after === undefined || options.index !== undefined ? undefined : { pk: options.pk, sk: options.after },
    Limit: options.limit,
    ScanIndexForward: !(options.newestFirst ?? false),
    ConsistentRead: options.consistent ?? false,
  };
}

async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    if (error instanceof TransactionCanceledException && isRefusal(error)) return false;
    throw error;
  }
}

/** A transaction is refused when a condition failed; a conflict or a throttle alone is a fault, to be tried again. */
function isRefusal(error: TransactionCanceledException): boolean {
  return error.CancellationReasons?.some((reason) => reason.Code === 'ConditionalCheckFailed') ?? false;
}
