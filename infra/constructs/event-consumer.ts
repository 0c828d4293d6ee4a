import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { eventSource } from '../../shared/events/event-source.ts';
import type { ConsumerDefinition } from '../consumers.ts';
import type { Alarms } from './alarms.ts';
import { type Installation, LambdaFunction } from './lambda-function.ts';

const timeout = Duration.seconds(30);

/**
 * One reaction to events: a rule of the bus puts them into a queue, a Lambda takes them from there in batches and says
 * which of them it could not deal with. After five attempts an event goes to the dead-letter queue, which has an alarm.
 */
export class EventConsumer extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, consumer: ConsumerDefinition, installation: Installation, alarms: Alarms) {
    super(scope, id);
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // AWS asks for six times the Lambda's time limit, so that a batch being retried is not handed out twice.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      description: `What ${consumer.name} hears`,
      eventBus: installation.bus,
      eventPattern: {
        source: [eventSource],
        ...(consumer.hears === 'all' ? {} : { detailType: [...consumer.hears] }),
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    this.handler = this.#lambda(consumer, installation, queue);
    alarms.watch('consumer-gave-up', deadLetters.metricApproximateNumberOfMessagesVisible(), consumer.name);
    alarms.watch('consumer-is-behind', queue.metricApproximateAgeOfOldestMessage(), consumer.name);
  }

  #lambda(consumer: ConsumerDefinition, installation: Installation, queue: Queue): LambdaFunction {
    const handler = new LambdaFunction(this, 'Consumer', {
      installation,
      entry: consumer.entry,
      name: consumer.name,
      description: `Consumer of events: ${consumer.name}`,
      timeout,
      memory: 512,
    }).allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    if (consumer.table !== undefined) handler.useTable(consumer.table);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: handler.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    // AWS refuses the mapping as long as the role may not read the queue.
    mapping.node.addDependency(handler.role);
    return handler;
  }
}
