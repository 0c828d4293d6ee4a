import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonObject } from './json.ts';
import type { StreamRecord } from './stream-record.ts';

/** Why records are given up. */
export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** A batch that a stream mapping gave up. */
export interface GivenUp {
  readonly mapping: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly condition: Condition;
  readonly invocations: number;
  readonly records: readonly StreamRecord[];
  readonly at: Date;
}

const instant = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

/** What Lambda writes to an on-failure destination for a DynamoDB stream. */
function invocationRecordOf({ functionArn, streamArn, condition, invocations, records, at }: GivenUp): JsonObject {
  const first = records[0];
  const last = records.at(-1);
  return {
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: at.toISOString(),
    DDBStreamBatchInfo: {
      shardId: `shardId-lane-${first?.lane ?? 0}`,
      startSequenceNumber: first?.sequence ?? '',
      endSequenceNumber: last?.sequence ?? '',
      approximateArrivalOfFirstRecord: instant(first?.at ?? 0),
      approximateArrivalOfLastRecord: instant(last?.at ?? 0),
      batchSize: records.length,
      streamArn,
    },
    payload: JSON.stringify({ Records: records.map(({ event }) => event) }),
  };
}

/** Writes a batch given up to `<folder>/<bucket>/` under the key that Lambda would give it; answers the file. */
export function keepFailedRecords(folder: string, bucket: string, given: GivenUp): string {
  const day = given.at.toISOString().slice(0, 10).replaceAll('-', '/');
  const time = given.at.toISOString().slice(0, 19).replaceAll(':', '.');
  const file = join(
    folder,
    bucket,
    'aws/lambda',
    given.mapping,
    `shardId-lane-${given.records[0]?.lane ?? 0}`,
    day,
    `${time}-${randomUUID()}`,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(invocationRecordOf(given)));
  return file;
}
