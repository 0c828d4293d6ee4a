import { describe, expect, test } from '@jest/globals';
import { tableDefinition } from '../../shared/table/definition.ts';
import { ofType, synthesised, text, theOne } from './synthesised.ts';

const dev = synthesised('dev');
const prod = synthesised('prod');

/** Changing one of these makes AWS build a new, empty resource: the old data would be out of sight. */
const pinned = {
  'AWS::DynamoDB::GlobalTable': ['DataTable447BC44E'],
  'AWS::S3::Bucket': ['FailedRecordsDEC8AD7E'],
  'AWS::Events::EventBus': ['EventBus7B8748AA'],
  'AWS::Events::Archive': ['EventBusEventArchive82E66C32'],
  'AWS::Cognito::UserPool': ['SignInPoolFD298EFA'],
  'AWS::Cognito::UserPoolClient': ['SignInPoolClientEC46584B'],
  'AWS::Cognito::UserPoolDomain': ['SignInPoolDomain8B2A7811'],
} as const;

describe('what must outlive a deployment', () => {
  test.each(Object.entries(pinned))('%s keeps its logical id', (type, logicalIds) => {
    for (const { stateful } of [dev, prod]) {
      expect(ofType(stateful, type).map(({ logicalId }) => logicalId)).toEqual(logicalIds);
    }
  });

  test('everything that keeps something is in the stateful stack', () => {
    for (const type of Object.keys(pinned)) expect(ofType(prod.stateless, type)).toEqual([]);
  });

  test('in production the table, the accounts, the bus and the bucket are kept when their stack is deleted', () => {
    for (const type of [
      'AWS::DynamoDB::GlobalTable',
      'AWS::S3::Bucket',
      'AWS::Events::EventBus',
      'AWS::Cognito::UserPool',
    ]) {
      const { deletionPolicy, updateReplacePolicy } = theOne(prod.stateful, type);
      expect({ type, deletionPolicy, updateReplacePolicy }).toEqual({
        type,
        deletionPolicy: 'Retain',
        updateReplacePolicy: 'Retain',
      });
    }
  });

  test('in production nothing of it can be deleted by mistake', () => {
    expect(text(theOne(prod.stateful, 'AWS::DynamoDB::GlobalTable'))).toContain('"DeletionProtectionEnabled":true');
    expect(theOne(prod.stateful, 'AWS::Cognito::UserPool').properties['DeletionProtection']).toBe('ACTIVE');
    expect(prod.stateful.terminationProtection).toBe(true);
    expect(prod.stateless.terminationProtection).toBe(true);
  });

  test('a stage for development can be taken down again', () => {
    expect(text(theOne(dev.stateful, 'AWS::DynamoDB::GlobalTable'))).toContain('"DeletionProtectionEnabled":false');
    expect(theOne(dev.stateful, 'AWS::DynamoDB::GlobalTable').deletionPolicy).toBe('Delete');
    expect(dev.stateful.terminationProtection).toBe(false);
  });
});

describe('the table', () => {
  const table = theOne(prod.stateful, 'AWS::DynamoDB::GlobalTable').properties;

  test('has the keys, indexes, stream and time to live of its definition', () => {
    const keySchema = (partitionKey: string, sortKey: string) => [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ];
    expect(table['KeySchema']).toEqual(keySchema(tableDefinition.partitionKey, tableDefinition.sortKey));
    expect(table['GlobalSecondaryIndexes']).toEqual(
      tableDefinition.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index.projection },
      })),
    );
    expect(table['StreamSpecification']).toEqual({ StreamViewType: tableDefinition.stream });
    expect(table['TimeToLiveSpecification']).toEqual({ AttributeName: tableDefinition.timeToLive, Enabled: true });
  });

  test('is paid for by request, encrypted, and restorable to any second of 35 days', () => {
    expect(table['BillingMode']).toBe('PAY_PER_REQUEST');
    expect(table['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(text(table['Replicas'])).toContain(
      '"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":35}',
    );
  });
});

describe('the bucket of failed stream records', () => {
  test('is closed to the public, encrypted, and empties itself', () => {
    const bucket = theOne(prod.stateful, 'AWS::S3::Bucket').properties;
    expect(bucket['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(text(bucket['BucketEncryption'])).toContain('AES256');
    expect(text(bucket['LifecycleConfiguration'])).toContain('"ExpirationInDays":30');
  });

  test('refuses whoever comes without TLS', () => {
    expect(text(theOne(prod.stateful, 'AWS::S3::BucketPolicy').properties)).toContain(
      '{"aws:SecureTransport":"false"}',
    );
  });
});

describe('the bus', () => {
  test('keeps every event of ours for a replay', () => {
    const archive = theOne(prod.stateful, 'AWS::Events::Archive').properties;
    expect(archive['EventPattern']).toEqual({ source: ['cohortium'] });
    expect(archive['RetentionDays']).toBe(365);
  });
});

describe('signing in', () => {
  test('wants a second factor, long passwords, and in production protection against stolen ones', () => {
    const pool = theOne(prod.stateful, 'AWS::Cognito::UserPool').properties;
    expect(pool['MfaConfiguration']).toBe('ON');
    expect(pool['EnabledMfas']).toEqual(['SOFTWARE_TOKEN_MFA']);
    expect(text(pool['Policies'])).toContain('"MinimumLength":12');
    expect(pool['UserPoolTier']).toBe('PLUS');
    expect(text(pool['UserPoolAddOns'])).toContain('ENFORCED');
  });

  test('asks everybody for an address and a name, which identity tokens then carry', () => {
    expect(theOne(prod.stateful, 'AWS::Cognito::UserPool').properties['Schema']).toEqual([
      { Name: 'email', Required: true, Mutable: true },
      { Name: 'name', Required: true, Mutable: true },
    ]);
    const client = theOne(prod.stateful, 'AWS::Cognito::UserPoolClient').properties;
    expect(client['AllowedOAuthScopes']).toEqual(['openid', 'email', 'profile']);
  });

  test('takes the code flow alone', () => {
    const client = theOne(prod.stateful, 'AWS::Cognito::UserPoolClient').properties;
    expect(client['AllowedOAuthFlows']).toEqual(['code']);
    expect(client['SupportedIdentityProviders']).toEqual(['COGNITO']);
  });

  test('lets organisations bring their own identity providers, with no secret in the template', () => {
    const { stateful } = synthesised('prod', {
      signIn: {
        plan: 'plus',
        callbackUrls: ['https://cohortium.example/signed-in'],
        logoutUrls: ['https://cohortium.example/'],
        federatedProviders: [
          { kind: 'saml', name: 'Trust', metadataUrl: 'https://trust.example/metadata.xml' },
          {
            kind: 'oidc',
            name: 'Council',
            issuer: 'https://council.example',
            clientId: 'cohortium',
            clientSecretName: 'council-client',
          },
        ],
      },
    });
    const providers = ofType(stateful, 'AWS::Cognito::UserPoolIdentityProvider');
    expect(providers.map(({ properties }) => properties['ProviderType'])).toEqual(['SAML', 'OIDC']);
    expect(text(providers)).toContain('{{resolve:secretsmanager:council-client');
    const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
    expect(providers.map(({ properties }) => properties['AttributeMapping'])).toEqual([
      {
        email: `${claims}/emailaddress`,
        email_verified: 'email_verified',
        name: `${claims}/name`,
        given_name: `${claims}/givenname`,
        family_name: `${claims}/surname`,
      },
      {
        email: 'email',
        email_verified: 'email_verified',
        name: 'name',
        given_name: 'given_name',
        family_name: 'family_name',
      },
    ]);
    expect(theOne(stateful, 'AWS::Cognito::UserPoolClient').properties['SupportedIdentityProviders']).toEqual([
      'COGNITO',
      'Trust',
      'Council',
    ]);
  });
});

describe('a restored table', () => {
  const restoredTable = {
    tableArn: 'arn:aws:dynamodb:eu-west-2:111122223333:table/restored',
    tableStreamArn: 'arn:aws:dynamodb:eu-west-2:111122223333:table/restored/stream/2027-01-12T10:00:00.000',
  };
  const restored = synthesised('prod', { epoch: 2, restoredTable });

  test('takes the place of the own one for every Lambda, with the new epoch', () => {
    expect(text(restored.stateless)).toContain('table/restored');
    expect(text(restored.stateless)).not.toContain('DataTable447BC44E');
    for (const { properties } of ofType(restored.stateless, 'AWS::Lambda::Function')) {
      expect(text(properties['Environment'])).toContain('"EPOCH":"2"');
    }
  });

  test('leaves the own table, and what is exported of it, where they are', () => {
    expect(theOne(restored.stateful, 'AWS::DynamoDB::GlobalTable').logicalId).toBe('DataTable447BC44E');
    expect(restored.stateful.exportNames).toEqual(prod.stateful.exportNames);
  });
});
