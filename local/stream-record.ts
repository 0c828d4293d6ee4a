import type { _Record as StoredRecord, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './json.ts';
import { REGION } from './place.ts';

/** How many lanes stand for a stream's shards. */
export const LANES = 4;

/** A record on its way to a Lambda. */
export interface StreamRecord {
  readonly sequence: string;
  readonly lane: number;
  /** When the database took the write, in milliseconds of the run's clock. */
  readonly at: number;
  /** As Lambda sees it. */
  readonly event: JsonObject;
}

function plain(value: AttributeValue): Json {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')) };
  if (value.L !== undefined) return { L: value.L.map(plain) };
  if (value.M !== undefined) return { M: plainImage(value.M) };
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.SS !== undefined) return { SS: value.SS };
  if (value.NS !== undefined) return { NS: value.NS };
  return { NULL: true };
}

function plainImage(image: Readonly<Record<string, AttributeValue>>): JsonObject {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plain(value)]));
}

/** The lane of a record: the same for all items of one partition key, as a shard is. */
export function laneOf(partitionKey: string): number {
  return (createHash('md5').update(partitionKey).digest()[0] ?? 0) % LANES;
}

/**
 * A stored record as Lambda would hand it over. `partitionKey` is the name of the table's partition key; `ahead` how
 * many milliseconds the run's clock is ahead of the database's.
 */
export function streamRecordOf(
  stored: StoredRecord,
  { streamArn, partitionKey }: { readonly streamArn: string; readonly partitionKey: string },
  ahead = 0,
): StreamRecord {
  const { dynamodb = {}, userIdentity } = stored;
  const sequence = dynamodb.SequenceNumber ?? '0';
  const key = dynamodb.Keys?.[partitionKey];
  const at = (dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) + ahead;
  return {
    sequence,
    lane: laneOf(JSON.stringify(key === undefined ? null : plain(key))),
    at,
    event: {
      eventID: stored.eventID ?? sequence,
      eventName: stored.eventName ?? 'MODIFY',
      eventVersion: stored.eventVersion ?? '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(at / 1000),
        Keys: plainImage(dynamodb.Keys ?? {}),
        ...(dynamodb.NewImage === undefined ? {} : { NewImage: plainImage(dynamodb.NewImage) }),
        ...(dynamodb.OldImage === undefined ? {} : { OldImage: plainImage(dynamodb.OldImage) }),
        SequenceNumber: sequence,
        SizeBytes: dynamodb.SizeBytes ?? 0,
        StreamViewType: dynamodb.StreamViewType ?? 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: streamArn,
      // Deletions by time to live carry this; DynamoDB Local writes its keys with capitals, Lambda without.
      ...(userIdentity === undefined
        ? {}
        : { userIdentity: { principalId: userIdentity.PrincipalId ?? '', type: userIdentity.Type ?? '' } }),
    },
  };
}
