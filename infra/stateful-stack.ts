import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type ITableV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DataTable } from './constructs/data-table.ts';
import { SignIn } from './constructs/sign-in.ts';
import { eventSource } from '../shared/events/event-source.ts';
import type { StageSettings } from './stages.ts';

/**
 * What must outlive a deployment: the table, the stream records that could not be announced, the bus with its archive,
 * and the people's accounts. The construct ids here are never changed: AWS would make a new, empty resource.
 */
export class StatefulStack extends Stack {
  readonly table: ITableV2;
  readonly failedRecords: Bucket;
  readonly bus: EventBus;
  readonly signIn: SignIn;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id, {
      description: `Cohortium (${stage.name}): table, events, accounts`,
      terminationProtection: stage.deletionProtection,
    });
    const own = new DataTable(this, 'DataTable', stage);
    this.table =
      stage.restoredTable === undefined ? own : TableV2.fromTableAttributes(this, 'RestoredTable', stage.restoredTable);
    this.failedRecords = this.#failedRecords(stage);
    this.bus = this.#bus(stage);
    this.signIn = new SignIn(this, 'SignIn', stage);
    this.#keepExports(own);
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'BusName', { value: this.bus.eventBusName });
    new CfnOutput(this, 'FailedRecordsBucketName', { value: this.failedRecords.bucketName });
    new CfnOutput(this, 'Issuer', { value: this.signIn.pool.userPoolProviderUrl });
    new CfnOutput(this, 'Audience', { value: this.signIn.client.userPoolClientId });
    new CfnOutput(this, 'SignInUrl', { value: this.signIn.domain.baseUrl() });
  }

  #failedRecords(stage: StageSettings): Bucket {
    const bucket = new Bucket(this, 'FailedRecords', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          expiration: Duration.days(stage.failedRecordDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      // Without a Lambda of CDK's own to empty it, a bucket with something in it can only be kept.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the relay writes here, seldom, and each time an alarm goes off; an access log would need a bucket more.',
    });
    return bucket;
  }

  #bus(stage: StageSettings): EventBus {
    const bus = new EventBus(this, 'EventBus', { description: `Cohortium (${stage.name}): what has happened` });
    bus.applyRemovalPolicy(stage.dataOnDelete === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    bus.archive('EventArchive', {
      description: 'Every event of ours, for a replay',
      eventPattern: { source: [eventSource] },
      retention: Duration.days(stage.eventArchiveDays),
    });
    return bus;
  }

  /**
   * The stateless stack reads these. They are exported also while a restored table stands in for the stack's own, since
   * AWS refuses to take back an export that another stack still reads.
   */
  #keepExports(table: TableV2): void {
    for (const value of [table.tableName, table.tableArn, table.tableStreamArn]) {
      if (value !== undefined) this.exportValue(value);
    }
  }
}
