import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Publisher } from '../../shared/events/publish-change.ts';
import { installationEpoch } from '../installation-epoch.ts';
import { openLog } from '../log.ts';
import { lambdaPublisher } from './lambda-publisher.ts';
import { relayRecords } from './relay-records.ts';

const log = openLog();
let publisher: Publisher | undefined;

/** The Lambda behind the table's stream: publishes each committed change, and names those it could not. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  publisher ??= lambdaPublisher();
  const { published, failures } = await relayRecords(publisher, installationEpoch(), event.Records);
  for (const { sequenceNumber, error } of failures) log.failed('A change was not published', error, { sequenceNumber });
  log.info('Relayed', { records: event.Records.length, published, failed: failures.length });
  return { batchItemFailures: failures.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
}
