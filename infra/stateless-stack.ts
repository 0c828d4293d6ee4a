import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { nouns } from '../functions/api/all-routes.ts';
import { access } from '../shared/access.ts';
import type { Bundles } from './bundles.ts';
import { Alarms, pascalCase } from './constructs/alarms.ts';
import { Api, type ApiRoute } from './constructs/api.ts';
import { EventConsumer } from './constructs/event-consumer.ts';
import { type Installation, LambdaFunction, metricNamespace, type TableAccess } from './constructs/lambda-function.ts';
import { Relay, relayEntry } from './constructs/relay.ts';
import { Sweeper, sweeperEntry } from './constructs/sweeper.ts';
import { consumers } from './consumers.ts';
import type { StageSettings } from './stages.ts';
import type { StatefulStack } from './stateful-stack.ts';

const authoriserEntry = 'functions/authoriser/authorise.ts';
const foundOrganisationEntry = 'functions/operator/found-organisation.ts';

/** The entry file of every Lambda there is. */
export const entries: readonly string[] = [
  ...nouns.map(({ entry }) => entry),
  ...consumers.map(({ entry }) => entry),
  authoriserEntry,
  foundOrganisationEntry,
  relayEntry,
  sweeperEntry,
];

type Noun = (typeof nouns)[number];

const apiRoutes = (noun: Noun): readonly ApiRoute[] =>
  noun.routes.map(({ method, path, operation }) => ({
    method,
    path,
    open: access[operation.name].roles === 'public',
  }));

/** What the Lambda of a noun does with the table. */
export function tableAccessOf({ routes, checks, deletes }: Pick<Noun, 'routes' | 'checks' | 'deletes'>): TableAccess {
  if (routes.every(({ method }) => method === 'GET')) return 'read';
  if (deletes === true) return checks === true ? 'read-write-check-delete' : 'read-write-delete';
  return checks === true ? 'read-write-check' : 'read-write';
}

/** What runs and can be made again at any time: the API, its Lambdas, the relay, the sweeper, consumers and alarms. */
export class StatelessStack extends Stack {
  readonly #installation: Installation;
  readonly #alarms: Alarms;

  constructor(scope: Construct, id: string, stage: StageSettings, stateful: StatefulStack, bundles: Bundles) {
    super(scope, id, {
      description: `Cohortium (${stage.name}): API, relay, sweeper, consumers, alarms`,
      terminationProtection: stage.deletionProtection,
    });
    this.#installation = { stage, bundles, table: stateful.table, bus: stateful.bus };
    this.#alarms = new Alarms(this, 'Alarms', stage);
    const api = this.#api(stateful);
    const relay = new Relay(this, 'Relay', this.#installation, stateful.failedRecords, this.#alarms);
    new Sweeper(this, 'Sweeper', this.#installation, this.#alarms);
    for (const consumer of consumers) {
      new EventConsumer(this, pascalCase(consumer.name), consumer, this.#installation, this.#alarms);
    }
    const foundOrganisation = this.#foundOrganisation();
    this.#watchTableAndAnnouncements();
    new CfnOutput(this, 'ApiUrl', { value: api.stage.url });
    new CfnOutput(this, 'FoundOrganisationFunctionName', { value: foundOrganisation.lambda.functionName });
    new CfnOutput(this, 'RelayFunctionName', { value: relay.handler.lambda.functionName });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.#alarms.topic.topicArn });
  }

  #api(stateful: StatefulStack): Api {
    const { stage } = this.#installation;
    const authoriser = new LambdaFunction(this, 'Authoriser', {
      installation: this.#installation,
      entry: authoriserEntry,
      name: 'authoriser',
      description: 'Checks who calls the API: a token of the user pool, or an API key',
      timeout: Duration.seconds(5),
      memory: 512,
      environment: {
        ISSUER: stateful.signIn.pool.userPoolProviderUrl,
        AUDIENCE: stateful.signIn.client.userPoolClientId,
      },
    }).useTable('get-update');
    const api = new Api(this, 'Api', stage, authoriser);
    for (const noun of nouns) {
      const handler = new LambdaFunction(this, pascalCase(noun.noun), {
        installation: this.#installation,
        entry: noun.entry,
        name: noun.noun,
        description: `The API's operations on ${noun.noun}`,
        timeout: Duration.seconds(noun.seconds ?? 10),
        memory: 1024,
      }).useTable(tableAccessOf(noun));
      api.addNoun(pascalCase(noun.noun), handler, apiRoutes(noun));
    }
    this.#alarms.watch('api-fails', api.stage.metricServerError());
    this.#alarms.watch('api-is-slow', api.stage.metricLatency());
    this.#alarms.watch('authoriser-fails', authoriser.lambda.metricErrors());
    return api;
  }

  #foundOrganisation(): LambdaFunction {
    return new LambdaFunction(this, 'FoundOrganisation', {
      installation: this.#installation,
      entry: foundOrganisationEntry,
      name: 'found-organisation',
      description: 'Founds the first organisation of this installation, once; called by its operator alone',
      timeout: Duration.seconds(10),
      memory: 512,
    }).useTable('get-put');
  }

  #watchTableAndAnnouncements(): void {
    const { stage, table } = this.#installation;
    for (const metricName of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      this.#alarms.watch(
        'table-throttles',
        new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: table.tableName } }),
        metricName === 'ReadThrottleEvents' ? 'reads' : 'writes',
      );
    }
    this.#alarms.watch(
      'announcement-is-late',
      new Metric({
        namespace: metricNamespace(stage),
        metricName: 'AnnouncementLag',
        dimensionsMap: { service: 'measure-announcement' },
      }),
    );
  }
}
