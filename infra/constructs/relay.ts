import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { z } from 'zod';
import type { Alarms } from './alarms.ts';
import { type Installation, LambdaFunction } from './lambda-function.ts';

export const relayEntry = 'functions/relay/relay.ts';

/** AWS names the objects that it puts into the bucket of failed records; they all begin so. */
const failedRecordPrefix = 'aws/lambda/';

/** Only writes of aggregates are announced; what is derived from them has no `change`, and is dropped before the Lambda. */
const announced = { dynamodb: { NewImage: { change: { M: { type: { S: [{ exists: true }] } } } } } };

/**
 * Takes the table's stream and announces what changed. What it cannot announce after twenty attempts it puts, whole,
 * into the bucket of failed records, so that nothing else waits behind it.
 */
export class Relay extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, installation: Installation, failedRecords: IBucket, alarms: Alarms) {
    super(scope, id);
    this.handler = new LambdaFunction(this, 'Relay', {
      installation,
      entry: relayEntry,
      name: 'relay',
      description: 'Announces every change of the table: history, feeds, views and the bus',
      timeout: Duration.seconds(60),
      memory: 1024,
    })
      .useTable('read-write')
      .useBus();
    const mapping = this.#mapping(installation, failedRecords);
    const count = (metricName: string): Metric =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { EventSourceMappingUUID: mapping.eventSourceMappingId },
      });
    alarms.watch('relay-is-late', this.handler.lambda.metric('IteratorAge'));
    alarms.watch('relay-fails', this.handler.lambda.metricErrors());
    alarms.watch('relay-gave-up', count('OnFailureDestinationDeliveredEventCount'));
    alarms.watch('records-were-lost', count('DroppedEventCount'));
  }

  #mapping(installation: Installation, failedRecords: IBucket): EventSourceMapping {
    const { table, stage } = installation;
    const stream = table.tableStreamArn;
    if (stream === undefined) throw new Error('The table has no stream for the relay to take');
    this.handler
      .allow(
        ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        [stream],
      )
      .allow(['s3:PutObject'], [failedRecords.arnForObjects(`${failedRecordPrefix}*`)])
      .allow(['s3:ListBucket'], [failedRecords.bucketArn]);
    this.#explainWildcard(failedRecords);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.handler.lambda,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      parallelizationFactor: stage.relayParallelism,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 20,
      maxRecordAge: Duration.hours(6),
      filters: [{ pattern: JSON.stringify(announced) }],
      onFailure: { bind: () => ({ destination: failedRecords.bucketArn }) },
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    // AWS refuses the mapping as long as the role may not read the stream.
    mapping.node.addDependency(this.handler.role);
    return mapping;
  }

  /** The finding names the bucket as this stack imports it, so its id is made from the export's name. */
  #explainWildcard(failedRecords: IBucket): void {
    const owner = Stack.of(failedRecords);
    const imported = z
      .object({ 'Fn::ImportValue': z.string() })
      .parse(owner.resolve(owner.exportValue(failedRecords.bucketArn)));
    Validations.of(this.handler.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${imported['Fn::ImportValue']}/${failedRecordPrefix}*]`,
      reason: 'AWS chooses the rest of the name of each object that it puts into the bucket of failed records.',
    });
  }
}
