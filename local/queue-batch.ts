import { z } from 'zod';
import type { Message } from './held-messages.ts';
import type { Invocation } from './invocation.ts';
import { isObject, type Json, type JsonObject, tryParseJson } from './json.ts';
import { REGION } from './place.ts';
import { md5 } from './queue.ts';

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** `{ StringValue, DataType }` as SQS takes it is `{ stringValue, dataType }` as Lambda hands it over. */
function attributeOf(attribute: Json): Json {
  if (!isObject(attribute)) return attribute;
  return Object.fromEntries(
    Object.entries(attribute).map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value]),
  );
}

function recordOf(message: Message, arn: string): JsonObject {
  const attributes = Object.entries(message.attributes).map(([name, value]) => [name, attributeOf(value)] as const);
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: REGION,
  };
}

/** Messages of a queue as Lambda hands them over, as JSON text. */
export function queueEventOf(batch: readonly Message[], queueArn: string): string {
  return JSON.stringify({ Records: batch.map((message) => recordOf(message, queueArn)) });
}

/** The messages of a batch that were not dealt with; all of them when the Lambda failed or its answer makes no sense. */
export function failedMessages(
  batch: readonly Message[],
  invocation: Invocation,
  reportsItemFailures: boolean,
): readonly Message[] {
  if (!invocation.ok) return batch;
  if (!reportsItemFailures) return [];
  const value = tryParseJson(invocation.payload);
  if (value === undefined || value === null) return [];
  const answer = failuresSchema.safeParse(value);
  if (!answer.success) return batch;
  const ids = (answer.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (ids.some((id) => !batch.some((message) => message.id === id))) return batch;
  return batch.filter(({ id }) => ids.includes(id));
}
