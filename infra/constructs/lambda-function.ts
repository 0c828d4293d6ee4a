import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { tableDefinition } from '../../shared/table/definition.ts';
import type { Bundles } from '../bundles.ts';
import type { StageSettings } from '../stages.ts';

/** What every Lambda of one stage shares. */
export interface Installation {
  readonly stage: StageSettings;
  readonly bundles: Bundles;
  readonly table: ITableV2;
  readonly bus: IEventBus;
}

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;
const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem'] as const;

/** What a Lambda may do with the table; each a list of exactly the actions that it takes. Nothing ever scans. */
export const tableActions = {
  read,
  'read-write': [...read, ...write],
  'read-write-delete': [...read, ...write, 'dynamodb:DeleteItem'],
  'read-write-check': [...read, ...write, 'dynamodb:ConditionCheckItem'],
  'read-write-check-delete': [...read, ...write, 'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem'],
  'get-put': ['dynamodb:GetItem', 'dynamodb:PutItem'],
  'get-update': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
} as const;

export type TableAccess = keyof typeof tableActions;

/** The namespace of a stage's own metrics, so that the alarms of two stages in one account do not see each other's. */
export const metricNamespace = (stage: StageSettings): string => `Cohortium/${stage.name}`;

interface LambdaFunctionProps {
  readonly installation: Installation;
  /** The file of the handler, from the project's folder. */
  readonly entry: string;
  /** What it calls itself in logs and metrics. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly memory: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A Lambda with a log of its own and a role that may do nothing but write that log. `useTable` and `useBus` give a
 * permission and the environment variable that goes with it together, so that neither can be there without the other.
 */
export class LambdaFunction extends Construct {
  readonly lambda: Lambda;
  readonly role: Role;
  readonly #installation: Installation;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    const { stage, bundles } = props.installation;
    this.#installation = props.installation;
    const log = new LogGroup(this, 'Log', { retention: stage.logDays, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(this.role);
    this.lambda = new Lambda(this, 'Lambda', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundles.codeOf(props.entry),
      timeout: props.timeout,
      memorySize: props.memory,
      role: this.role,
      logGroup: log,
      environment: {
        STAGE: stage.name,
        EPOCH: String(stage.epoch),
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace(stage),
        POWERTOOLS_LOG_LEVEL: stage.logLevel,
        ...props.environment,
      },
    });
  }

  /** Lets it read, or read and write, the table and its indexes, and tells it the table's name (`TABLE_NAME`). */
  useTable(access: TableAccess): this {
    const { table } = this.#installation;
    this.allow(
      [...tableActions[access]],
      [table.tableArn, ...tableDefinition.indexes.map((index) => `${table.tableArn}/index/${index.name}`)],
    );
    this.lambda.addEnvironment('TABLE_NAME', table.tableName);
    return this;
  }

  /** Lets it put events on the bus, and tells it the bus's name (`BUS_NAME`). */
  useBus(): this {
    const { bus } = this.#installation;
    this.allow(['events:PutEvents'], [bus.eventBusArn]);
    this.lambda.addEnvironment('BUS_NAME', bus.eventBusName);
    return this;
  }

  /** Lets it take these actions on these resources. For what `useTable` and `useBus` do not cover. */
  allow(actions: string[], resources: string[]): this {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    return this;
  }
}
