import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Action, AwsError } from './aws-endpoint.ts';
import type { Message } from './held-messages.ts';
import { type Json, type JsonObject, jsonSchema } from './json.ts';
import { messageOf } from './log.ts';
import { md5, type Queue } from './queue.ts';

/** A queue by its address or name. */
type FindQueue = (addressOrName: string) => Queue | undefined;

const queueSchema = z.object({ QueueUrl: z.string() });
const messageSchema = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), jsonSchema).default({}),
});
const sendBatchSchema = queueSchema.extend({
  Entries: z
    .array(messageSchema.extend({ Id: z.string() }))
    .min(1)
    .max(10),
});
const receiveSchema = queueSchema.extend({
  MaxNumberOfMessages: z.number().min(1).max(10).default(1),
  VisibilityTimeout: z.number().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().min(0).max(20).optional(),
});
const receiptSchema = queueSchema.extend({ ReceiptHandle: z.string() });
const visibilitySchema = receiptSchema.extend({ VisibilityTimeout: z.number().min(0).max(43_200) });
const deleteBatchSchema = queueSchema.extend({
  Entries: z
    .array(z.object({ Id: z.string(), ReceiptHandle: z.string() }))
    .min(1)
    .max(10),
});

/** Milliseconds between looks of a receiver that waits. */
const LOOK_EVERY = 20;

function read<T>(schema: z.ZodType<T>, input: JsonObject): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AwsError('InvalidParameterValue', z.prettifyError(parsed.error));
  return parsed.data;
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);

function received(message: Message): JsonObject {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {}),
    Attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
  };
}

function attributesOf(queue: Queue): JsonObject {
  const { visible, hidden, delayed } = queue.counts();
  const { settings } = queue;
  const { redrive } = settings;
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibility / 1000),
    DelaySeconds: String(settings.delay / 1000),
    MessageRetentionPeriod: String(settings.retention / 1000),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.arn,
            maxReceiveCount: redrive.maximumReceives,
          }),
        }),
  };
}

function send(queue: Queue, message: z.infer<typeof messageSchema>): JsonObject {
  const { MessageBody, DelaySeconds, MessageAttributes } = message;
  if (Buffer.byteLength(MessageBody) > queue.settings.largestMessage)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.largestMessage} bytes.`,
    );
  const id = queue.send(MessageBody, { delay: milliseconds(DelaySeconds), attributes: MessageAttributes });
  return { MessageId: id, MD5OfMessageBody: md5(MessageBody) };
}

function sendBatch(queue: Queue, entries: z.infer<typeof sendBatchSchema>['Entries']): JsonObject {
  const taken: Json[] = [];
  const refused: Json[] = [];
  for (const { Id, ...message } of entries) {
    try {
      taken.push({ Id, ...send(queue, message) });
    } catch (error) {
      refused.push({ Id, SenderFault: true, Code: 'InvalidParameterValue', Message: messageOf(error) });
    }
  }
  return { Successful: taken, Failed: refused };
}

async function receive(queue: Queue, request: z.infer<typeof receiveSchema>): Promise<Json> {
  const until = performance.now() + (milliseconds(request.WaitTimeSeconds) ?? queue.settings.wait);
  for (;;) {
    const messages = queue.receive(request.MaxNumberOfMessages, milliseconds(request.VisibilityTimeout));
    if (messages.length > 0) return { Messages: messages.map(received) };
    if (performance.now() >= until) return {};
    // A run that has stopped does not wait for its receivers.
    await pause(LOOK_EVERY, undefined, { ref: false });
  }
}

/** An action on the queue that its input names. */
function onQueue<T extends { readonly QueueUrl: string }>(
  find: FindQueue,
  schema: z.ZodType<T>,
  act: (queue: Queue, input: T) => Json | Promise<Json>,
): Action {
  return (input) => {
    const request = read(schema, input);
    return act(queueAt(find, request.QueueUrl), request);
  };
}

function queueAt(find: FindQueue, address: string): Queue {
  const queue = find(address);
  if (queue === undefined) throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', `There is no queue ${address}.`);
  return queue;
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: z.infer<typeof visibilitySchema>): Json {
  if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000)) return {};
  throw new AwsError(
    'com.amazonaws.sqs#ReceiptHandleIsInvalid',
    'The receipt handle is not the latest of its message.',
  );
}

/** The actions of SQS that the local run answers. */
export function createQueueActions(find: FindQueue): Map<string, Action> {
  const actions: Readonly<Record<string, Action>> = {
    SendMessage: onQueue(find, queueSchema.extend(messageSchema.shape), send),
    SendMessageBatch: onQueue(find, sendBatchSchema, (queue, { Entries }) => sendBatch(queue, Entries)),
    ReceiveMessage: onQueue(find, receiveSchema, receive),
    DeleteMessage: onQueue(find, receiptSchema, (queue, { ReceiptHandle }) => {
      queue.remove(ReceiptHandle);
      return {};
    }),
    DeleteMessageBatch: onQueue(find, deleteBatchSchema, (queue, { Entries }) => {
      for (const { ReceiptHandle } of Entries) queue.remove(ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    }),
    ChangeMessageVisibility: onQueue(find, visibilitySchema, changeVisibility),
    GetQueueUrl: (input) => ({
      QueueUrl: queueAt(find, read(z.object({ QueueName: z.string() }), input).QueueName).settings.url,
    }),
    GetQueueAttributes: onQueue(find, queueSchema, (queue) => ({ Attributes: attributesOf(queue) })),
  };
  return new Map(Object.entries(actions).map(([name, action]) => [`AmazonSQS.${name}`, action]));
}
