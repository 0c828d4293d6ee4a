import { describe, expect, test } from '@jest/globals';
import { assemblyOf } from './assembly-of.ts';
import type { Json } from '../../local/json.ts';
import { createResolver } from '../../local/resolve.ts';

const assembly = assemblyOf(
  {
    Table: { type: 'AWS::DynamoDB::GlobalTable' },
    Reader: {
      type: 'AWS::Lambda::Function',
      properties: { Name: { Ref: 'Table' }, Gone: { Ref: 'AWS::NoValue' }, List: [{ Ref: 'AWS::NoValue' }, 'kept'] },
    },
    Pool: { type: 'AWS::Cognito::UserPool', stack: 'Other' },
  },
  {
    exports: new Map([['Other:Pool', { stack: 'Other', value: { 'Fn::GetAtt': ['Pool', 'Arn'] } }]]),
    parameters: new Map([['Stack/Bootstrap', '/cdk/version']]),
  },
);
const resolver = createResolver(
  assembly,
  ({ logicalId }, attribute) => (attribute === 'Unknown' ? undefined : `<${logicalId}.${attribute ?? 'Ref'}>`),
  new Map([['https://api.example.org', 'http://localhost:3000']]),
);
const resolved = (value: Json) => resolver.value('Stack', value, 'Reader.Name');

describe('a template’s functions give what they give on this machine', () => {
  test.each<[value: Json, result: Json]>([
    ['as it is', 'as it is'],
    [{ a: [1, true, null] }, { a: [1, true, null] }],
    [{ Ref: 'Table' }, '<Table.Ref>'],
    [{ Ref: 'Bootstrap' }, '/cdk/version'],
    [{ Ref: 'AWS::Region' }, 'eu-west-2'],
    [{ Ref: 'AWS::StackName' }, 'Stack'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, '<Table.StreamArn>'],
    [{ 'Fn::GetAtt': ['Table', 'Nested.Arn'] }, '<Table.Nested.Arn>'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, '<Table.Arn>'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Table' }, 3]] }, 'a/<Table.Ref>/3'],
    [{ 'Fn::Join': ['', ['https://', 'api.example.org', '/v1']] }, 'http://localhost:3000/v1'],
    [{ 'Fn::Join': ['', ['https://api.example.org', '.uk/v1']] }, 'https://api.example.org.uk/v1'],
    [{ 'Fn::Split': [':', 'a:b:c'] }, ['a', 'b', 'c']],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Select': ['2', ['a', 'b', { Ref: 'Table' }]] }, '<Table.Ref>'],
    [
      { 'Fn::Sub': 'x-${Table}-${Table.Arn}-${AWS::AccountId}-${!Kept}' },
      'x-<Table.Ref>-<Table.Arn>-000000000000-${Kept}',
    ],
    [{ 'Fn::Sub': ['${own}/${Table}', { own: { Ref: 'Bootstrap' } }] }, '/cdk/version/<Table.Ref>'],
    [{ 'Fn::Sub': 'https://api.example.org/v1' }, 'http://localhost:3000/v1'],
    [{ 'Fn::ImportValue': 'Other:Pool' }, '<Pool.Arn>'],
  ])('%j', (value, result) => {
    expect(resolved(value)).toEqual(result);
  });

  test('a resource’s properties, without those that have no value', () => {
    const [, reader] = assembly.resources;
    expect(reader && resolver.properties(reader)).toEqual({ Name: '<Table.Ref>', List: ['kept'] });
  });
});

describe('what it cannot resolve is refused, with its place', () => {
  test.each<[value: Json, refusal: string]>([
    [{ Ref: 'Nobody' }, 'Reader.Name refers to Ref of Nobody (no such resource)'],
    [{ Ref: 'Pool' }, 'Reader.Name refers to Ref of Pool (no such resource)'],
    [{ 'Fn::GetAtt': ['Table', 'Unknown'] }, 'Reader.Name refers to Unknown of Table (AWS::DynamoDB::GlobalTable)'],
    [{ 'Fn::If': ['Condition', 1, 2] }, 'Reader.Name uses Fn::If'],
    [{ deep: [{ 'Fn::FindInMap': ['a', 'b', 'c'] }] }, 'Reader.Name.deep[0] uses Fn::FindInMap'],
    [{ 'Fn::ImportValue': 'Other:Gone' }, 'Reader.Name imports Other:Gone, which no stack exports'],
    [{ 'Fn::Select': [3, ['a']] }, 'Reader.Name selects an item 3 that is not there'],
    [{ 'Fn::Join': ['', 'abc'] }, 'Reader.Name should be a list'],
    [{ 'Fn::Join': ['', [['a']]] }, 'Reader.Name should be text but is ["a"]'],
  ])('%j', (value, refusal) => {
    expect(() => resolved(value)).toThrow(refusal);
  });
});
