import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The name of a stage: one complete installation of Cohortium. Two of them fit in one AWS account and region. */
export type StageName = 'dev' | 'test' | 'prod';

/** An identity provider of an organisation, whose people then sign in with the account that they have there. */
export type FederatedProvider =
  | { readonly kind: 'saml'; readonly name: string; readonly metadataUrl: string }
  | {
      readonly kind: 'oidc';
      readonly name: string;
      readonly issuer: string;
      readonly clientId: string;
      /** The name of the secret (AWS Secrets Manager) that holds the client's secret. */
      readonly clientSecretName: string;
    };

/** How people sign in. */
interface SignInSettings {
  /** Cognito's plan. `plus` adds protection against stolen passwords and costs more for each person. */
  readonly plan: 'essentials' | 'plus';
  /** Where the sign-in page may send people back to. */
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly federatedProviders: readonly FederatedProvider[];
}

/** A table that was restored from a backup and replaces the stack's own, which is kept. See docs/runbook.md, "Restore". */
interface RestoredTable {
  readonly tableArn: string;
  readonly tableStreamArn: string;
}

/** Everything in which one stage differs from another. Nothing else in infra/ asks which stage it is building. */
export interface StageSettings {
  readonly name: StageName;
  /** What becomes of the table, the bucket and the user pool when their stack is deleted. */
  readonly dataOnDelete: 'retain' | 'destroy';
  /** Refuse the deletion of the table, the user pool and both stacks. */
  readonly deletionProtection: boolean;
  /** How far back the table can be restored to any second: 1 to 35 days. */
  readonly pointInTimeRecoveryDays: number;
  /** How long the bus keeps its events for a replay, in days. */
  readonly eventArchiveDays: number;
  /**
   * How long a stream record that could not be announced is kept, in days. It holds the item as it was, a member's name and
   * address too, so no longer than it takes to announce it again.
   */
  readonly failedRecordDays: number;
  readonly logDays: RetentionDays;
  readonly logLevel: 'DEBUG' | 'INFO';
  /** Requests a second that the API takes in from everyone together, and the burst above it. */
  readonly throttling: { readonly requestsPerSecond: number; readonly burst: number };
  /** How many batches of one stream shard are announced at the same time: 1 to 10. */
  readonly relayParallelism: number;
  /** The installation's epoch: part of every event id. Raised by one after each restore of the table. */
  readonly epoch: number;
  readonly restoredTable?: RestoredTable;
  /** Who is told of an alarm. Without it alarms are only shown in CloudWatch. */
  readonly alarmEmail?: string;
  readonly signIn: SignInSettings;
}

const localSignIn: SignInSettings = {
  plan: 'essentials',
  callbackUrls: ['http://localhost:3000/signed-in'],
  logoutUrls: ['http://localhost:3000/'],
  federatedProviders: [],
};

/** The stages, as data. What an operator of an installation changes is changed here. */
export const stages: Readonly<Record<StageName, StageSettings>> = {
  dev: {
    name: 'dev',
    dataOnDelete: 'destroy',
    deletionProtection: false,
    pointInTimeRecoveryDays: 1,
    eventArchiveDays: 7,
    failedRecordDays: 30,
    logDays: RetentionDays.ONE_WEEK,
    logLevel: 'DEBUG',
    throttling: { requestsPerSecond: 50, burst: 100 },
    relayParallelism: 2,
    epoch: 1,
    signIn: localSignIn,
  },
  test: {
    name: 'test',
    dataOnDelete: 'destroy',
    deletionProtection: false,
    pointInTimeRecoveryDays: 7,
    eventArchiveDays: 30,
    failedRecordDays: 30,
    logDays: RetentionDays.ONE_MONTH,
    logLevel: 'INFO',
    throttling: { requestsPerSecond: 500, burst: 1000 },
    relayParallelism: 10,
    epoch: 1,
    signIn: localSignIn,
  },
  prod: {
    name: 'prod',
    dataOnDelete: 'retain',
    deletionProtection: true,
    pointInTimeRecoveryDays: 35,
    eventArchiveDays: 365,
    failedRecordDays: 30,
    logDays: RetentionDays.ONE_YEAR,
    logLevel: 'INFO',
    throttling: { requestsPerSecond: 500, burst: 1000 },
    relayParallelism: 10,
    epoch: 1,
    signIn: { ...localSignIn, plan: 'plus' },
  },
};

/**
 * The settings of the stage of that name.
 * Refusals: throws, listing the names there are, for any other name.
 */
export function stageNamed(name: string): StageSettings {
  const settings = Object.values(stages).find((stage) => stage.name === name);
  if (settings === undefined) {
    throw new Error(`There is no stage "${name}"; there are: ${Object.keys(stages).join(', ')}`);
  }
  return settings;
}
