import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { tableDefinition } from '../../shared/table/definition.ts';
import { openTable, type Table } from '../../shared/table/table.ts';

/**
 * DynamoDB Local keeps a database for each access key. Each file of tests has its own: at every write it looks through the
 * stream records of all tables that a database had before, so that in a shared one a long run gets ten times slower.
 */
let accessKeyId = newAccessKey();

function newAccessKey(): string {
  return randomUUID().replaceAll('-', '');
}

/** From here on tables and clients are of a new database; what was made before stays where it is. */
export function openFreshDatabase(): void {
  accessKeyId = newAccessKey();
}

/** Who a client has to be to find the tables of this file of tests. */
export function databaseCredentials(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return { accessKeyId, secretAccessKey: 'local' };
}

/**
 * A client of the run's DynamoDB Local, or of another; with the SDK's own number of attempts at each request unless told
 * another.
 */
export function databaseClient(maxAttempts?: number, endpoint = process.env['DYNAMODB_ENDPOINT']): DynamoDBClient {
  return new DynamoDBClient({
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    endpoint,
    region: 'eu-west-2',
    credentials: databaseCredentials(),
  });
}

export interface TestTable {
  readonly name: string;
  readonly client: DynamoDBClient;
  readonly table: Table;
  readonly streamArn: string;
  readonly remove: () => Promise<void>;
}

/** Makes a fresh table from the one definition, in the run's DynamoDB Local or in another. */
export async function createTestTable(endpoint?: string): Promise<TestTable> {
  const client = databaseClient(undefined, endpoint);
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
