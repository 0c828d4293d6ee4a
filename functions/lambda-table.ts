import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requireEnvironment } from '../shared/environment.ts';
import { openTable, type Table } from '../shared/table/table.ts';

let table: Table | undefined;

/** The table as a Lambda reaches it: one client for as long as the Lambda lives. */
export function lambdaTable(): Table {
  table ??= openTable(new DynamoDBClient({}), requireEnvironment('TABLE_NAME'));
  return table;
}
