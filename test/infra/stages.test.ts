import { describe, expect, test } from '@jest/globals';
import { stageNamed, stages } from '../../infra/stages.ts';
import { ofType, type StackTemplate, synthesised } from './synthesised.ts';

/** Properties by which CloudFormation would give a resource a name of our choice, which may exist once. */
const naming: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::Cognito::UserPoolDomain': 'Domain',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
};

function namesOf(template: StackTemplate): string[] {
  const named = template.resources.flatMap(({ type, properties }) => {
    const name = properties[naming[type] ?? ''];
    return name === undefined ? [] : [`${type} ${JSON.stringify(name)}`];
  });
  return [template.stackName, ...template.exportNames.map(String), ...named];
}

const templates = { dev: synthesised('dev'), test: synthesised('test'), prod: synthesised('prod') };

describe('stages', () => {
  test('are found by name, and any other name is refused with those there are', () => {
    expect(stageNamed('prod')).toBe(stages.prod);
    expect(() => stageNamed('production')).toThrow('There is no stage "production"; there are: dev, test, prod');
  });

  test('fit into one account: no two have a name in common', () => {
    const names = Object.values(templates).flatMap(({ stateful, stateless }) => [
      ...new Set([...namesOf(stateful), ...namesOf(stateless)]),
    ]);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('keep their logs for as long as they say', () => {
    for (const stage of Object.values(stages)) {
      const logs = ofType(templates[stage.name].stateless, 'AWS::Logs::LogGroup');
      expect(new Set(logs.map(({ properties }) => properties['RetentionInDays']))).toEqual(new Set([stage.logDays]));
    }
  });

  test('mark everything with the product and the stage', () => {
    const [queue] = ofType(templates.test.stateless, 'AWS::SQS::Queue');
    expect(queue?.properties['Tags']).toEqual([
      { Key: 'product', Value: 'cohortium' },
      { Key: 'stage', Value: 'test' },
    ]);
  });
});
