import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { nouns } from '../../functions/api/all-routes.ts';
import { tableActions } from '../../infra/constructs/lambda-function.ts';
import { consumers } from '../../infra/consumers.ts';
import { tableAccessOf } from '../../infra/stateless-stack.ts';
import { tableDefinition } from '../../shared/table/definition.ts';
import { ofType, synthesised, text } from './synthesised.ts';

const { stateful, stateless } = synthesised('prod');

const oneOrMany = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.array(schema), schema.transform((one) => [one])]);
const policySchema = z.looseObject({
  Roles: z.array(z.object({ Ref: z.string() })),
  PolicyDocument: z.looseObject({
    Statement: z.array(
      z.looseObject({
        Effect: z.literal('Allow'),
        Action: oneOrMany(z.string()),
        Resource: oneOrMany(z.unknown()),
      }),
    ),
  }),
});
const functionSchema = z.looseObject({
  Description: z.string(),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Environment: z.object({ Variables: z.looseObject({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
});

const policies = ofType(stateless, 'AWS::IAM::Policy').map(({ properties }) => policySchema.parse(properties));

interface Allowed {
  readonly action: string;
  readonly resource: string;
}

/** Every Lambda by the name that it calls itself, with its variables and all that its role allows. */
const lambdas = ofType(stateless, 'AWS::Lambda::Function').map(({ properties }) => {
  const { Role, Environment } = functionSchema.parse(properties);
  const allowed: Allowed[] = policies
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === Role['Fn::GetAtt'][0]))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, resource: text(resource) }))),
    );
  return {
    name: Environment.Variables.POWERTOOLS_SERVICE_NAME,
    variables: Object.keys(Environment.Variables),
    allowed,
  };
});

const actionsOf = (name: string): string[] => {
  const found = lambdas.find((lambda) => lambda.name === name);
  return [...new Set(found?.allowed.map(({ action }) => action) ?? [])].toSorted();
};

const log = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const stream = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];
const queue = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What each Lambda may do, all of it. A right that is not in this list, or is no longer used, is a mistake. */
const expected: Readonly<Record<string, readonly string[]>> = {
  authoriser: [...log, ...tableActions['get-update']],
  'found-organisation': [...log, ...tableActions['get-put']],
  relay: [...log, ...tableActions['read-write'], 'events:PutEvents', ...stream, 's3:PutObject', 's3:ListBucket'],
  sweeper: [...log, ...tableActions['read-write-check-delete'], 'events:PutEvents'],
  ...Object.fromEntries(nouns.map((noun) => [noun.noun, [...log, ...tableActions[tableAccessOf(noun)]]])),
  ...Object.fromEntries(
    consumers.map(({ name, table }) => [name, [...log, ...queue, ...(table === undefined ? [] : tableActions[table])]]),
  ),
};

describe('permissions', () => {
  test('are there for exactly the Lambdas that there are', () => {
    expect(lambdas.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(Object.keys(expected))('%s may do what it does, and nothing else', (name) => {
    expect(actionsOf(name)).toEqual([...(expected[name] ?? [])].toSorted());
  });

  test('never hold a wildcard action, nor Scan', () => {
    for (const { action } of lambdas.flatMap(({ allowed }) => allowed)) {
      expect(action).not.toContain('*');
      expect(action).not.toMatch(/Scan/i);
    }
  });

  test('never hold a wildcard resource, but for the objects that the relay may put away', () => {
    const wildcards = lambdas.flatMap(({ name, allowed }) =>
      allowed
        .filter(({ resource }) => resource.includes('*'))
        .map(({ action, resource }) => ({ name, action, resource })),
    );
    expect(wildcards).toEqual([
      { name: 'relay', action: 's3:PutObject', resource: expect.stringMatching(/FailedRecords.*\/aws\/lambda\/\*/) },
    ]);
  });

  test('on the table name the table and each of its indexes', () => {
    const queries = lambdas.flatMap(({ allowed }) => allowed.filter(({ action }) => action === 'dynamodb:Query'));
    const suffixes = new Set(queries.map(({ resource }) => /\/index\/\w+/.exec(resource)?.[0] ?? 'table'));
    expect(suffixes).toEqual(new Set(['table', ...tableDefinition.indexes.map(({ name }) => `/index/${name}`)]));
  });

  test('come with the variable that goes with them, and the variable with them', () => {
    for (const { name, variables, allowed } of lambdas) {
      const can = (action: string) => allowed.some((one) => one.action === action);
      expect({ name, told: variables.includes('TABLE_NAME') }).toEqual({ name, told: can('dynamodb:GetItem') });
      expect({ name, told: variables.includes('BUS_NAME') }).toEqual({ name, told: can('events:PutEvents') });
    }
  });

  test('are never those of a policy that somebody else writes', () => {
    for (const { properties } of [...ofType(stateful, 'AWS::IAM::Role'), ...ofType(stateless, 'AWS::IAM::Role')]) {
      expect(properties['ManagedPolicyArns']).toBeUndefined();
    }
    expect(ofType(stateful, 'AWS::IAM::Policy')).toEqual([]);
  });
});
