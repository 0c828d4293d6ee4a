import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { tableDefinition } from '../../shared/table/definition.ts';
import { openTable, type Table } from '../../shared/table/table.ts';

/** A client of the run's DynamoDB Local; with the SDK's own number of attempts at each request unless told another. */
export function databaseClient(maxAttempts?: number): DynamoDBClient {
  return new DynamoDBClient({
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    endpoint: process.env['DYNAMODB_ENDPOINT'],
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

export interface TestTable {
  readonly name: string;
  readonly client: DynamoDBClient;
  readonly table: Table;
  readonly streamArn: string;
  readonly remove: () => Promise<void>;
}

/** Makes a fresh table from the one definition. */
export async function createTestTable(): Promise<TestTable> {
  const client = databaseClient();
  const name = `test-${randomUUID()}`;
  const created = await client.send(new CreateTableCommand(requestOf(name)));
  return {
    name,
    client,
    table: openTable(client, name),
    streamArn: created.TableDescription?.LatestStreamArn ?? '',
    remove: async () => {
      await client.send(new DeleteTableCommand({ TableName: name }));
      client.destroy();
    },
  };
}

function requestOf(name: string): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes } = tableDefinition;
  const attributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: index.projection },
    })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: tableDefinition.stream },
  };
}

function keySchema(partitionKey: string, sortKey: string): CreateTableCommandInput['KeySchema'] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ];
}
