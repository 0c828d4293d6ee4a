import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFixture, type FixtureRun } from './fixture-run.ts';

let fixture: FixtureRun;
let sqs: SQSClient;
let lambda: LambdaClient;
let bridge: EventBridgeClient;
let QueueUrl: string;

beforeAll(async () => {
  fixture = await startFixture();
  const settings = {
    endpoint: fixture.run.endpoints.aws,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  [sqs, lambda, bridge] = [new SQSClient(settings), new LambdaClient(settings), new EventBridgeClient(settings)];
  QueueUrl = fixture.run.queue('DeadLetters')?.settings.url ?? '';
});
afterAll(async () => {
  for (const client of [sqs, lambda, bridge]) client.destroy();
  await fixture.run.stop();
});

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('SQS’s own client', () => {
  const receive = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] })))
      .Messages ?? [];

  test('finds a queue, sends, receives and deletes', async () => {
    const found = await sqs.send(
      new GetQueueUrlCommand({ QueueName: fixture.run.queue('DeadLetters')?.settings.name }),
    );
    expect(found.QueueUrl).toBe(QueueUrl);
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'Zoë',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
      }),
    );
    const [message, ...others] = await receive();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      MessageId,
      Body: 'Zoë',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { StringValue: 'test' } },
    });
    expect(await receive()).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  test('sends and deletes in batches, and is told of each message that is refused', async () => {
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'fits' },
          { Id: 'b', MessageBody: 'x'.repeat(300_000) },
          { Id: 'c', MessageBody: 'later', DelaySeconds: 60 },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(Failed).toMatchObject([{ Id: 'b', SenderFault: true }]);
    const now = await receive();
    fixture.run.clock.advance(60_000);
    const later = await receive();
    expect([now, later].map((messages) => messages.map(({ Body }) => Body))).toEqual([['fits'], ['fits', 'later']]);
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: later.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    fixture.run.clock.advance(60_000);
    expect(await receive()).toEqual([]);
  });

  test('gives a message back, once, by its latest receipt', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
    const [first] = await receive();
    const giveBack = () =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
      );
    await giveBack();
    const [second] = await receive();
    expect(second?.Body).toBe('again');
    await expect(giveBack()).rejects.toThrow('not the latest');
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
  });

  test('waits for a message, as long as it says', async () => {
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'come' }));
    expect((await waiting).Messages).toMatchObject([{ Body: 'come' }]);
  });

  test('is refused what is wrong, and by name what is not played here', async () => {
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}x`, MessageBody: 'a' }))).rejects.toThrow(
      'There is no queue',
    );
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '' }))).rejects.toThrow();
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 901 }))).rejects.toThrow();
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toThrow(
      'The local run does not answer AmazonSQS.PurgeQueue',
    );
  });
});

describe('Lambda’s own client', () => {
  const invoke = (FunctionName: string, payload: unknown, InvocationType?: 'Event' | 'DryRun') =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType, Payload: JSON.stringify(payload) }));

  test('invokes and hears the answer', async () => {
    const { StatusCode, Payload, FunctionError } = await invoke('Notes', { rawQueryString: 'raw' });
    expect([StatusCode, text(Payload), FunctionError]).toEqual([200, '{"plain":"answer"}', undefined]);
  });

  test('hears of a failure in Lambda’s words', async () => {
    const { FunctionError, Payload } = await invoke('Misbehaving', { body: '{"how":"throw"}' });
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(text(Payload))).toMatchObject({ errorType: 'TypeError', errorMessage: 'on purpose' });
  });

  test('leaves an event with a Lambda without waiting', async () => {
    expect((await invoke('Listener', { task: 'left' }, 'Event')).StatusCode).toBe(202);
    await fixture.until(() => fixture.lines.some((line) => line.includes('"task":"left"')));
    expect((await invoke('Listener', {}, 'DryRun')).StatusCode).toBe(204);
  });

  test('is refused a Lambda that is not there', async () => {
    await expect(invoke('Nobody', {})).rejects.toThrow('Function not found: Nobody');
  });
});

describe('EventBridge’s own client', () => {
  test('puts events and hears of each', async () => {
    const Entries = [
      { Source: 'fixture', DetailType: 'note.read', Detail: '{"note":"by-client"}' },
      { Source: 'fixture', DetailType: 'note.read', Detail: 'no JSON' },
    ];
    const answer = await bridge.send(new PutEventsCommand({ Entries }));
    expect([answer.FailedEntryCount, answer.Entries?.[1]?.ErrorCode]).toEqual([1, 'MalformedDetail']);
    expect(fixture.announced).toMatchObject([{ note: 'by-client' }]);
  });

  test('is refused by name what is not played here', async () => {
    await expect(bridge.send(new ListRulesCommand({}))).rejects.toThrow(
      'The local run does not answer AWSEvents.ListRules',
    );
  });
});

test('a service that is not played here answers so, here, and is not looked for in the cloud', async () => {
  const client = new DynamoDBClient({
    endpoint: fixture.run.endpoints.aws,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await expect(client.send(new ListTablesCommand({}))).rejects.toThrow(
    'The local run does not answer DynamoDB_20120810.ListTables',
  );
  client.destroy();
});
