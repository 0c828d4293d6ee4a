import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Action, AwsError } from './aws-endpoint.ts';
import { type Json, type JsonObject, jsonSchema } from './json.ts';
import { md5, type Message, type Queue } from './queue.ts';

const attributesSchema = z.record(z.string(), jsonSchema);
const sendSchema = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().min(0).max(900).optional(),
  MessageAttributes: attributesSchema.optional(),
});
const batchSchema = z.object({
  QueueUrl: z.string(),
  Entries: z
    .array(sendSchema.omit({ QueueUrl: true }).extend({ Id: z.string() }))
    .min(1)
    .max(10),
});
const receiveSchema = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().min(1).max(10).default(1),
  VisibilityTimeout: z.number().optional(),
  WaitTimeSeconds: z.number().max(20).default(0),
});
const receiptSchema = z.object({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().optional(),
});
const receiptsSchema = z.object({
  QueueUrl: z.string(),
  Entries: z
    .array(z.object({ Id: z.string(), ReceiptHandle: z.string() }))
    .min(1)
    .max(10),
});

function read<T>(schema: z.ZodType<T>, input: JsonObject): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AwsError('InvalidParameterValue', z.prettifyError(parsed.error));
  return parsed.data;
}

function messageOf(message: Message): Json {
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

function queueAttributes(queue: Queue): Json {
  const { visible, hidden, delayed } = queue.counts();
  const { settings } = queue;
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibility / 1000),
    DelaySeconds: String(settings.delay / 1000),
    MessageRetentionPeriod: String(settings.retention / 1000),
    ...(settings.redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: settings.redrive.arn,
            maxReceiveCount: settings.redrive.maximumReceives,
          }),
        }),
  };
}

/** The actions of SQS that the local run answers, for queues found by `find` (their address or name). */
export function createQueueActions(find: (addressOrName: string) => Queue | undefined): Map<string, Action> {
  function queueOf(address: string): Queue {
    const queue = find(address);
    if (queue === undefined) throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', `There is no queue ${address}.`);
    return queue;
  }

  function send(
    queue: Queue,
    { MessageBody, DelaySeconds, MessageAttributes = {} }: Omit<z.infer<typeof sendSchema>, 'QueueUrl'>,
  ): Json & object {
    if (Buffer.byteLength(MessageBody) > queue.settings.largestMessage)
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.largestMessage} bytes.`,
      );
    const delay = DelaySeconds === undefined ? undefined : DelaySeconds * 1000;
    return {
      MessageId: queue.send(MessageBody, { delay, attributes: MessageAttributes }),
      MD5OfMessageBody: md5(MessageBody),
    };
  }

  async function receive(input: JsonObject): Promise<Json> {
    const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds } = read(receiveSchema, input);
    const queue = queueOf(QueueUrl);
    const visibility = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
    const until = performance.now() + WaitTimeSeconds * 1000;
    for (;;) {
      const messages = queue.receive(MaxNumberOfMessages, visibility);
      if (messages.length > 0) return { Messages: messages.map(messageOf) };
      if (performance.now() >= until) return {};
      await pause(20);
    }
  }

  function changeVisibility(input: JsonObject): Json {
    const { QueueUrl, ReceiptHandle, VisibilityTimeout = 0 } = read(receiptSchema, input);
    if (!queueOf(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout * 1000))
      throw new AwsError(
        'com.amazonaws.sqs#ReceiptHandleIsInvalid',
        'The receipt handle is not the latest of its message.',
      );
    return {};
  }

  const actions: Readonly<Record<string, Action>> = {
    SendMessage: (input) => {
      const message = read(sendSchema, input);
      return send(queueOf(message.QueueUrl), message);
    },
    SendMessageBatch: (input) => {
      const { QueueUrl, Entries } = read(batchSchema, input);
      const queue = queueOf(QueueUrl);
      return { Successful: Entries.map((entry) => ({ Id: entry.Id, ...send(queue, entry) })), Failed: [] };
    },
    ReceiveMessage: receive,
    DeleteMessage: (input) => {
      const { QueueUrl, ReceiptHandle } = read(receiptSchema, input);
      queueOf(QueueUrl).remove(ReceiptHandle);
      return {};
    },
    DeleteMessageBatch: (input) => {
      const { QueueUrl, Entries } = read(receiptsSchema, input);
      const queue = queueOf(QueueUrl);
      for (const { ReceiptHandle } of Entries) queue.remove(ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    ChangeMessageVisibility: changeVisibility,
    GetQueueUrl: (input) => ({
      QueueUrl: queueOf(read(z.object({ QueueName: z.string() }), input).QueueName).settings.url,
    }),
    GetQueueAttributes: (input) => ({
      Attributes: queueAttributes(queueOf(read(z.object({ QueueUrl: z.string() }), input).QueueUrl)),
    }),
  };
  return new Map(Object.entries(actions).map(([name, action]) => [`AmazonSQS.${name}`, action]));
}
