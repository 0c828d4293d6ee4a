import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import {
  Code,
  FilterCriteria,
  FilterRule,
  Function as Lambda,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, S3OnFailureDestination, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * A small app with one of everything that the local run runs. Its Lambdas are plain .mjs files, so that
 * synthesising it needs no bundling.
 */
const app = new App({ outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' });
const stateful = new Stack(app, 'FixtureStateful');
const stateless = new Stack(app, 'FixtureStateless');

const table = new TableV2(stateful, 'Table', {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  timeToLiveAttribute: 'expires',
  globalSecondaryIndexes: [
    {
      indexName: 'gsi1',
      partitionKey: { name: 'gsi1pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi1sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    },
  ],
});
const failed = new Bucket(stateful, 'Failed');
const bus = new EventBus(stateful, 'Bus');
const pool = new UserPool(stateful, 'People');
const client = pool.addClient('Portal', { oAuth: { callbackUrls: ['http://localhost:4321/back'] } });

function lambda(id: string, file: string, environment: Record<string, string> = {}, timeout = 5): Lambda {
  return new Lambda(stateless, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: `${file}.handler`,
    code: Code.fromAsset(fileURLToPath(new URL('lambdas', import.meta.url))),
    timeout: Duration.seconds(timeout),
    environment: { TABLE_NAME: table.tableName, BUS_NAME: bus.eventBusName, ...environment },
  });
}

const notes = lambda('Notes', 'notes');
const misbehaving = lambda('Misbehaving', 'misbehaving', {}, 1);
const broken = lambda('Broken', 'broken');
const authoriser = lambda('Authoriser', 'authoriser', {
  ISSUER: pool.userPoolProviderUrl,
  AUDIENCE: client.userPoolClientId,
});
const relay = lambda('Relay', 'relay');
const listener = lambda('Listener', 'listener');
const worker = lambda('Worker', 'worker');

const api = new HttpApi(stateless, 'Api');
const checked = new HttpLambdaAuthorizer('Check', authoriser, {
  responseTypes: [HttpLambdaResponseType.SIMPLE],
  resultsCacheTtl: Duration.seconds(60),
});
function route(method: HttpMethod, path: string, target: Lambda, open = false): void {
  const integration = new HttpLambdaIntegration(`${target.node.id}Integration`, target);
  api.addRoutes({ path, methods: [method], integration, ...(open ? {} : { authorizer: checked }) });
}
route(HttpMethod.POST, '/notes', notes, true);
route(HttpMethod.GET, '/notes/{note}', notes, true);
route(HttpMethod.GET, '/notes/latest', notes, true);
route(HttpMethod.ANY, '/files/{proxy+}', notes, true);
route(HttpMethod.GET, '/secret', notes);
route(HttpMethod.GET, '/secret/other', notes);
route(HttpMethod.POST, '/misbehave', misbehaving, true);
route(HttpMethod.GET, '/broken', broken, true);

relay.addEventSource(
  new DynamoEventSource(table, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 10,
    bisectBatchOnError: true,
    retryAttempts: 2,
    reportBatchItemFailures: true,
    filters: [FilterCriteria.filter({ dynamodb: { NewImage: { change: { S: FilterRule.exists() } } } })],
    onFailure: new S3OnFailureDestination(failed),
  }),
);

const deadLetters = new Queue(stateless, 'DeadLetters');
const work = new Queue(stateless, 'Work', {
  visibilityTimeout: Duration.seconds(30),
  deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
});
worker.addEventSource(new SqsEventSource(work, { reportBatchItemFailures: true, batchSize: 5 }));

new Rule(stateless, 'Heard', {
  eventBus: bus,
  eventPattern: { source: ['fixture'], detailType: ['note.written'] },
  targets: [new LambdaFunction(listener)],
});
new Rule(stateless, 'Queued', {
  eventBus: bus,
  eventPattern: { source: ['fixture'], detail: { queue: [true] } },
  targets: [new SqsQueue(work)],
});
new Rule(stateless, 'EveryMinute', {
  schedule: Schedule.rate(Duration.minutes(1)),
  targets: [new LambdaFunction(listener, { event: RuleTargetInput.fromObject({ task: 'tick' }) })],
});
new CfnOutput(stateless, 'ApiUrl', { value: api.apiEndpoint });
app.synth();
