import { keeping, permissions, watching } from './left-out-resources.ts';

/** What the local run does with one type of resource. */
export interface Support {
  /** Property paths it runs. A path covers everything below it; `[]` stands for every item of a list. */
  readonly runs: readonly string[];
  /** Property paths that change nothing on one machine, and why. */
  readonly leaves?: Readonly<Record<string, string>>;
  /** The only values it can run, for paths where others would mean something else. */
  readonly only?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

const always =
  'a target on this machine takes whatever it is given; what its Lambda makes of it is retried as Lambda does';

/** Resource types that the local run runs, with their properties. What is not listed is refused by name. */
export const supportedResources: Readonly<Record<string, Support>> = {
  'AWS::ApiGatewayV2::Api': {
    runs: ['Name', 'ProtocolType'],
    leaves: { Tags: keeping, Description: 'words', DisableExecuteApiEndpoint: 'there is one address' },
    only: { ProtocolType: ['HTTP'], DisableExecuteApiEndpoint: [false] },
  },
  'AWS::ApiGatewayV2::Stage': {
    runs: ['ApiId', 'StageName', 'AutoDeploy'],
    leaves: {
      AccessLogSettings: 'the screen shows each failure',
      DefaultRouteSettings: 'nothing is throttled',
      RouteSettings: 'nothing is throttled',
      Tags: keeping,
    },
    only: { StageName: ['$default'] },
  },
  'AWS::ApiGatewayV2::Route': {
    runs: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType', 'AuthorizerId'],
    leaves: { OperationName: 'words' },
    only: { AuthorizationType: ['NONE', 'CUSTOM'] },
  },
  'AWS::ApiGatewayV2::Integration': {
    runs: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
    leaves: { Description: 'words', IntegrationMethod: 'Lambda is always invoked by POST' },
    only: { IntegrationType: ['AWS_PROXY'], PayloadFormatVersion: ['2.0'] },
  },
  'AWS::ApiGatewayV2::Authorizer': {
    runs: [
      'ApiId',
      'AuthorizerType',
      'AuthorizerUri',
      'AuthorizerPayloadFormatVersion',
      'AuthorizerResultTtlInSeconds',
      'EnableSimpleResponses',
      'IdentitySource',
    ],
    leaves: { Name: 'words', AuthorizerCredentialsArn: permissions },
    only: { AuthorizerType: ['REQUEST'], AuthorizerPayloadFormatVersion: ['2.0'], EnableSimpleResponses: [true] },
  },
  'AWS::Cognito::UserPool': {
    runs: ['UserPoolName'],
    leaves: Object.fromEntries(
      [
        'AccountRecoverySetting',
        'AdminCreateUserConfig',
        'AutoVerifiedAttributes',
        'DeletionProtection',
        'DeviceConfiguration',
        'EmailConfiguration',
        'EmailVerificationMessage',
        'EmailVerificationSubject',
        'EnabledMfas',
        'MfaConfiguration',
        'Policies',
        'Schema',
        'SmsConfiguration',
        'SmsVerificationMessage',
        'UserAttributeUpdateSettings',
        'UsernameAttributes',
        'UsernameConfiguration',
        'UserPoolAddOns',
        'UserPoolTags',
        'UserPoolTier',
        'VerificationMessageTemplate',
        'AliasAttributes',
      ].map((name) => [name, 'the local issuer signs the sample people in without passwords']),
    ),
  },
  'AWS::Cognito::UserPoolClient': {
    runs: [
      'UserPoolId',
      'CallbackURLs',
      'LogoutURLs',
      'AccessTokenValidity',
      'IdTokenValidity',
      'RefreshTokenValidity',
      'TokenValidityUnits',
    ],
    leaves: Object.fromEntries(
      [
        'AllowedOAuthFlows',
        'AllowedOAuthFlowsUserPoolClient',
        'AllowedOAuthScopes',
        'AuthSessionValidity',
        'ClientName',
        'EnablePropagateAdditionalUserContextData',
        'EnableTokenRevocation',
        'ExplicitAuthFlows',
        'GenerateSecret',
        'PreventUserExistenceErrors',
        'ReadAttributes',
        'WriteAttributes',
        'SupportedIdentityProviders',
      ].map((name) => [name, 'the local issuer knows the authorization code flow with PKCE only']),
    ),
    only: { GenerateSecret: [false] },
  },
  'AWS::DynamoDB::GlobalTable': {
    runs: [
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'GlobalSecondaryIndexes[].IndexName',
      'GlobalSecondaryIndexes[].KeySchema',
      'GlobalSecondaryIndexes[].Projection',
      'StreamSpecification',
      'TimeToLiveSpecification',
      'BillingMode',
    ],
    leaves: {
      'Replicas[].Region': 'there is one region',
      'Replicas[].GlobalSecondaryIndexes[].IndexName': 'there is one region',
      'Replicas[].PointInTimeRecoverySpecification': keeping,
      'Replicas[].DeletionProtectionEnabled': keeping,
      'Replicas[].TableClass': keeping,
      'Replicas[].Tags': keeping,
      'Replicas[].ContributorInsightsSpecification': watching,
      'Replicas[].SSESpecification': keeping,
      SSESpecification: keeping,
      WarmThroughput: 'nothing is throttled',
      WriteOnDemandThroughputSettings: 'nothing is throttled',
    },
    only: { BillingMode: ['PAY_PER_REQUEST'] },
  },
  'AWS::Events::EventBus': {
    runs: ['Name'],
    leaves: { Description: 'words', Tags: keeping, LogConfig: watching, KmsKeyIdentifier: keeping },
  },
  'AWS::Events::Rule': {
    runs: [
      'EventBusName',
      'EventPattern',
      'ScheduleExpression',
      'State',
      'Targets[].Arn',
      'Targets[].Id',
      'Targets[].Input',
    ],
    leaves: {
      Name: 'words',
      Description: 'words',
      'Targets[].RetryPolicy': always,
      'Targets[].DeadLetterConfig': always,
      Tags: keeping,
      'Targets[].RoleArn': permissions,
    },
    only: { State: ['ENABLED', 'DISABLED'] },
  },
  'AWS::Lambda::Function': {
    runs: [
      'FunctionName',
      'Code.S3Bucket',
      'Code.S3Key',
      'Handler',
      'Runtime',
      'Timeout',
      'MemorySize',
      'Environment.Variables',
      'ReservedConcurrentExecutions',
    ],
    leaves: {
      Architectures: 'Node runs on any',
      Description: 'words',
      Role: permissions,
      LoggingConfig: 'logs go to .local/logs',
      Tags: keeping,
      TracingConfig: watching,
      EphemeralStorage: 'there is one disc',
      RecursiveLoop: watching,
    },
    only: { Runtime: ['nodejs22.x', 'nodejs24.x'] },
  },
  'AWS::Lambda::EventInvokeConfig': {
    runs: [
      'FunctionName',
      'Qualifier',
      'MaximumRetryAttempts',
      'MaximumEventAgeInSeconds',
      'DestinationConfig.OnFailure',
    ],
    only: { Qualifier: ['$LATEST'] },
  },
  'AWS::Lambda::EventSourceMapping': {
    runs: [
      'EventSourceArn',
      'FunctionName',
      'BatchSize',
      'BisectBatchOnFunctionError',
      'DestinationConfig.OnFailure',
      'Enabled',
      'FilterCriteria.Filters',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'MaximumRecordAgeInSeconds',
      'MaximumRetryAttempts',
      'StartingPosition',
      'ScalingConfig',
    ],
    leaves: {
      ParallelizationFactor: 'four lanes stand for shards and parallel batches alike',
      Tags: keeping,
      MetricsConfig: watching,
    },
    only: { StartingPosition: ['TRIM_HORIZON'] },
  },
  'AWS::S3::Bucket': {
    runs: ['BucketName'],
    leaves: Object.fromEntries(
      [
        'BucketEncryption',
        'LifecycleConfiguration',
        'ObjectLockConfiguration',
        'ObjectLockEnabled',
        'OwnershipControls',
        'PublicAccessBlockConfiguration',
        'Tags',
        'VersioningConfiguration',
        'LoggingConfiguration',
        'AccessControl',
      ].map((name) => [name, keeping]),
    ),
  },
  'AWS::SQS::Queue': {
    runs: [
      'QueueName',
      'VisibilityTimeout',
      'DelaySeconds',
      'RedrivePolicy.deadLetterTargetArn',
      'RedrivePolicy.maxReceiveCount',
      'ReceiveMessageWaitTimeSeconds',
      'MaximumMessageSize',
      'MessageRetentionPeriod',
    ],
    leaves: {
      KmsMasterKeyId: keeping,
      KmsDataKeyReusePeriodSeconds: keeping,
      SqsManagedSseEnabled: keeping,
      Tags: keeping,
      RedriveAllowPolicy: permissions,
    },
  },
};
