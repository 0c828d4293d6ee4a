import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { yesOrNoSchema } from './json.ts';
import type { Log } from './log.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tableSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .default([]),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: yesOrNoSchema }).optional(),
});

type Declared = z.infer<typeof tableSchema>;

/** The same text for the same key, whether the template declared it or DynamoDB described it: names and types. */
function keyOf({
  KeySchema = [],
  AttributeDefinitions = [],
}: Pick<TableDescription, 'KeySchema' | 'AttributeDefinitions'>) {
  const types = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  return KeySchema.map(
    ({ AttributeName = '', KeyType = '' }) => `${KeyType} ${AttributeName} ${types.get(AttributeName) ?? ''}`,
  ).toSorted();
}

/** The same text for the same index, likewise. */
function shapeOf(
  { KeySchema, Projection }: GlobalSecondaryIndex | GlobalSecondaryIndexDescription,
  { AttributeDefinitions }: Pick<TableDescription, 'AttributeDefinitions'>,
): string {
  const others = (Projection?.NonKeyAttributes ?? []).toSorted();
  return JSON.stringify([keyOf({ KeySchema, AttributeDefinitions }), Projection?.ProjectionType, others]);
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function creation(name: string, declared: Declared): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } = declared;
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions,
    KeySchema,
    ...(GlobalSecondaryIndexes.length > 0 ? { GlobalSecondaryIndexes } : {}),
    ...(StreamSpecification === undefined
      ? {}
      : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
  };
}

async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const table = await describe(client, name);
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    if (table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) return;
    await pause(50);
  }
}

async function migrateIndexes(
  client: DynamoDBClient,
  name: string,
  declared: Declared,
  existing: TableDescription,
  log: Log,
): Promise<void> {
  const wanted = new Map(declared.GlobalSecondaryIndexes.map((index) => [index.IndexName, index]));
  const present = new Map(
    (existing.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName ?? '', shapeOf(index, existing)]),
  );
  for (const [IndexName, shape] of present) {
    const index = wanted.get(IndexName);
    if (index !== undefined && shapeOf(index, declared) === shape) continue;
    log.line('table', `index ${IndexName} is ${index === undefined ? 'no longer declared' : 'declared anew'}: removed`);
    await client.send(
      new UpdateTableCommand({ TableName: name, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
    );
    await untilActive(client, name);
    present.delete(IndexName);
  }
  for (const [IndexName, index] of wanted) {
    if (present.has(IndexName)) continue;
    log.line('table', `index ${IndexName} is new: created`);
    const { AttributeDefinitions } = declared;
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      }),
    );
    await untilActive(client, name);
  }
}

async function migrateStream(
  client: DynamoDBClient,
  name: string,
  declared: Declared,
  existing: TableDescription,
  log: Log,
): Promise<void> {
  const wanted = declared.StreamSpecification?.StreamViewType;
  const present =
    existing.StreamSpecification?.StreamEnabled === true ? existing.StreamSpecification.StreamViewType : undefined;
  if (wanted === present) return;
  log.line('table', `stream ${present ?? 'off'} becomes ${wanted ?? 'off'}`);
  const update = (StreamSpecification: CreateTableCommandInput['StreamSpecification']) =>
    client.send(new UpdateTableCommand({ TableName: name, StreamSpecification }));
  if (present !== undefined) await update({ StreamEnabled: false });
  await untilActive(client, name);
  if (wanted !== undefined) await update({ StreamEnabled: true, StreamViewType: wanted });
  await untilActive(client, name);
}

/** Lets what expires go, by the time to live that a table's properties declare. */
export async function setTimeToLive(client: DynamoDBClient, name: string, properties: unknown): Promise<void> {
  const declared = tableSchema.parse(properties);
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const present =
    TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' ? TimeToLiveDescription.AttributeName : undefined;
  const wanted =
    declared.TimeToLiveSpecification?.Enabled === true ? declared.TimeToLiveSpecification.AttributeName : undefined;
  if (present === wanted) return;
  const update = (AttributeName: string, Enabled: boolean) =>
    client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: { AttributeName, Enabled } }));
  if (present !== undefined) await update(present, false);
  if (wanted !== undefined) await update(wanted, true);
}

/**
 * Makes a table as a template's properties declare it (AWS::DynamoDB::GlobalTable), or brings an existing one to it:
 * indexes, stream and, unless nothing is to expire yet, time to live. Answers its partition key and the ARN of its stream, if
 * it has one. Refuses (throws) another primary key, which no table can be given.
 */
export async function prepareTable(
  client: DynamoDBClient,
  name: string,
  properties: unknown,
  log: Log,
  { expires = true } = {},
): Promise<{ partitionKey: string; streamArn: string | undefined }> {
  const declared = tableSchema.parse(properties);
  const existing = await describe(client, name);
  if (existing === undefined) await client.send(new CreateTableCommand(creation(name, declared)));
  else {
    if (String(keyOf(existing)) !== String(keyOf(declared)))
      throw new Error(
        `The table's key changed since the last run; no table can follow that. Start anew: npm start -- --fresh`,
      );
    await migrateIndexes(client, name, declared, existing, log);
    await migrateStream(client, name, declared, existing, log);
  }
  await untilActive(client, name);
  if (expires) await setTimeToLive(client, name, properties);
  const table = await describe(client, name);
  return {
    partitionKey: declared.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    streamArn: table?.StreamSpecification?.StreamEnabled === true ? table.LatestStreamArn : undefined,
  };
}
