import { describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly.ts';
import type { Json, JsonObject } from '../../local/json.ts';
import { refuseUnsupported, unsupportedIn } from '../../local/template-support.ts';
import { synthesisedApp } from '../support/synthesise-app.ts';
import { assemblyOf } from './assembly-of.ts';
import { synthesiseFixture } from './fixture-app/synthesise.ts';

describe('our own app', () => {
  test('has nothing that a local run cannot run', () => {
    const assembly = readAssembly(synthesisedApp());
    expect(assembly.resources.length).toBeGreaterThan(50);
    expect(unsupportedIn(assembly)).toEqual([]);
  });

  test('is refused once one property of each resource is another: the check looks at all that matters', () => {
    const assembly = readAssembly(synthesisedApp());
    const resources = assembly.resources.map((resource) => ({
      ...resource,
      properties: { ...resource.properties, Novel: 1 },
    }));
    const refused = unsupportedIn({ ...assembly, resources });
    for (const type of [
      'Table',
      'Function',
      'Route',
      'Rule',
      'EventSourceMapping',
      'UserPool',
      'EventBus',
      'Authorizer',
    ])
      expect(refused.some((line) => line.includes(`::${type},`) || line.includes(`Global${type},`))).toBe(true);
  });
});

test('the fixture app of these tests is accepted', () => {
  expect(() => refuseUnsupported(readAssembly(synthesiseFixture()))).not.toThrow();
});

/** What is refused of one resource. */
const refusedOf = (type: string, properties: JsonObject) => unsupportedIn(assemblyOf({ Given: { type, properties } }));

describe('what it cannot run is refused by logical id and property', () => {
  test.each<[type: string, properties: JsonObject, refused: string]>([
    ['AWS::Kinesis::Stream', {}, 'this type of resource'],
    ['Custom::S3BucketNotifications', {}, 'this type of resource'],
    ['AWS::SQS::Queue', { FifoQueue: true }, 'property FifoQueue'],
    ['AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 3, novel: 1 } }, 'property RedrivePolicy.novel'],
    ['AWS::Lambda::Function', { VpcConfig: { SubnetIds: ['a'] } }, 'property VpcConfig.SubnetIds[]'],
    ['AWS::Lambda::Function', { Layers: ['arn'] }, 'property Layers[]'],
    ['AWS::Lambda::Function', { Code: { ZipFile: 'x' } }, 'property Code.ZipFile'],
    [
      'AWS::Lambda::Function',
      { Runtime: 'python3.13' },
      'property Runtime = "python3.13" (only nodejs22.x, nodejs24.x)',
    ],
    [
      'AWS::Lambda::EventSourceMapping',
      { StartingPosition: 'LATEST' },
      'property StartingPosition = "LATEST" (only TRIM_HORIZON)',
    ],
    ['AWS::Lambda::EventSourceMapping', { TumblingWindowInSeconds: 5 }, 'property TumblingWindowInSeconds'],
    ['AWS::Events::Rule', { Targets: [{ Arn: 'a', InputPath: '$.detail' }] }, 'property Targets[].InputPath'],
    ['AWS::Events::Rule', { EventPattern: { detail: { ip: [{ cidr: '::/0' }] } } }, 'pattern operator cidr'],
    [
      'AWS::ApiGatewayV2::Api',
      { CorsConfiguration: { AllowOrigins: ['*'] } },
      'property CorsConfiguration.AllowOrigins[]',
    ],
    [
      'AWS::ApiGatewayV2::Route',
      { AuthorizationType: 'JWT' },
      'property AuthorizationType = "JWT" (only NONE, CUSTOM)',
    ],
    [
      'AWS::ApiGatewayV2::Integration',
      { PayloadFormatVersion: '1.0' },
      'property PayloadFormatVersion = "1.0" (only 2.0)',
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      { LocalSecondaryIndexes: [{ IndexName: 'lsi' }] },
      'property LocalSecondaryIndexes[].IndexName',
    ],
    ['AWS::Cognito::UserPoolClient', { GenerateSecret: true }, 'property GenerateSecret = true (only false)'],
    ['AWS::Cognito::UserPool', { LambdaConfig: { PreSignUp: 'arn' } }, 'property LambdaConfig.PreSignUp'],
  ])('%s %j', (type, properties, refused) => {
    expect(refusedOf(type, properties)).toEqual([`Given (${type}, Stack/Given): ${refused}`]);
  });

  test.each<[pattern: Json, refused: string]>([
    [
      JSON.stringify({ dynamodb: { NewImage: { change: [{ wildcard: String.raw`\*` }] } } }),
      String.raw`wildcard "\\*"`,
    ],
    ['no JSON', '(not an object)'],
    [{ 'Fn::Join': ['', ['{', '}']] }, '(not an object)'],
  ])('the filter of a mapping: %j', (pattern, refused) => {
    expect(
      refusedOf('AWS::Lambda::EventSourceMapping', { FilterCriteria: { Filters: [{ Pattern: pattern }] } }),
    ).toEqual([`Given (AWS::Lambda::EventSourceMapping, Stack/Given): pattern operator ${refused}`]);
  });

  test('a resource that is there only on a condition', () => {
    expect(unsupportedIn(assemblyOf({ Given: { type: 'AWS::SQS::Queue', condition: 'InProduction' } }))).toEqual([
      'Given (AWS::SQS::Queue, Stack/Given): condition InProduction',
    ]);
  });

  test('a second API, and one logical id in two stacks', () => {
    const api = 'AWS::ApiGatewayV2::Api';
    expect(unsupportedIn(assemblyOf({ One: { type: api }, Two: { type: api } }))).toEqual([
      `Two (${api}, Stack/Two): a second one`,
    ]);
    const queue = assemblyOf({ Queue: { type: 'AWS::SQS::Queue' } });
    const twice = {
      ...queue,
      resources: queue.resources.flatMap((one) => [one, { ...one, stack: 'Other', path: 'Other/Queue' }]),
    };
    expect(unsupportedIn(twice)).toEqual(['Queue (AWS::SQS::Queue, Other/Queue): the logical id of Stack/Queue']);
  });

  test('everything at once, in one error', () => {
    const assembly = assemblyOf({
      A: { type: 'AWS::Kinesis::Stream' },
      B: { type: 'AWS::SQS::Queue', properties: { FifoQueue: true } },
    });
    expect(() => refuseUnsupported(assembly)).toThrow(/A \(AWS::Kinesis::Stream.*\n.*B \(AWS::SQS::Queue.*FifoQueue/);
  });
});
