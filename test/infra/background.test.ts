import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { entries } from '../../infra/stateless-stack.ts';
import { consumers } from '../../infra/consumers.ts';
import { ofType, type Resource, synthesised, text, theOne } from './synthesised.ts';

const { stateless } = synthesised('prod');

const mappings = ofType(stateless, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
const streamMappings = mappings.filter((mapping) => mapping['StartingPosition'] !== undefined);
const queueMappings = mappings.filter((mapping) => mapping['StartingPosition'] === undefined);

describe('every Lambda', () => {
  const lambdas = ofType(stateless, 'AWS::Lambda::Function');

  test('has an entry file, and every entry file a Lambda', () => {
    expect(lambdas).toHaveLength(entries.length);
    expect(new Set(lambdas.map(({ properties }) => text(properties['Code']))).size).toBe(entries.length);
  });

  test('runs on Node 24 and ARM, with a log of its own', () => {
    for (const { properties } of lambdas) {
      expect(properties['Runtime']).toBe('nodejs24.x');
      expect(properties['Architectures']).toEqual(['arm64']);
    }
    const logs = new Set(lambdas.map(({ properties }) => text(properties['LoggingConfig'])));
    expect(logs.size).toBe(lambdas.length);
  });

  test('is told the stage and the epoch', () => {
    for (const { properties } of lambdas) expect(text(properties['Environment'])).toMatch(/"STAGE":"prod","EPOCH":"1"/);
  });
});

describe('the relay', () => {
  test('takes the stream from its beginning, keeps what it cannot announce, and never blocks on it for ever', () => {
    expect(streamMappings).toEqual([
      expect.objectContaining({
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        ParallelizationFactor: 10,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 20,
        MaximumRecordAgeInSeconds: 21_600,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::ImportValue': expect.stringContaining('FailedRecords') } },
        },
      }),
    ]);
  });

  test('is called for writes that are changes, and for no others', () => {
    const schema = z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) });
    const { Filters } = schema.parse(streamMappings[0]?.['FilterCriteria']);
    expect(JSON.parse(Filters[0].Pattern)).toEqual({
      dynamodb: { NewImage: { change: { M: { type: { S: [{ exists: true }] } } } } },
    });
  });
});

describe('the sweeper', () => {
  test('looks for deadlines every minute, and repairs every quarter of an hour', () => {
    const schedules = ofType(stateless, 'AWS::Events::Rule')
      .filter(({ properties }) => properties['ScheduleExpression'] !== undefined)
      .map(({ properties }) => [
        properties['ScheduleExpression'],
        z.tuple([z.looseObject({ Input: z.string() })]).parse(properties['Targets'])[0].Input,
      ]);
    expect(schedules).toEqual([
      ['rate(1 minute)', '{"task":"deadlines"}'],
      ['rate(15 minutes)', '{"task":"repair"}'],
    ]);
  });
});

describe('every consumer', () => {
  const rules = ofType(stateless, 'AWS::Events::Rule').filter(
    ({ properties }) => properties['EventPattern'] !== undefined,
  );
  const queues = ofType(stateless, 'AWS::SQS::Queue');
  const redriven = queues.filter(({ properties }) => properties['RedrivePolicy'] !== undefined);
  const deadLetters = (queue: Resource): Resource | undefined =>
    queues.find(({ logicalId }) => text(queue.properties['RedrivePolicy']).includes(`"${logicalId}"`));

  test('hears events of ours from the bus, through a queue', () => {
    expect(rules).toHaveLength(consumers.length);
    for (const { properties } of rules) {
      expect(properties['EventPattern']).toMatchObject({ source: ['cohortium'] });
      expect(redriven.some(({ logicalId }) => text(properties['Targets']).includes(`"${logicalId}"`))).toBe(true);
    }
  });

  test('has a dead-letter queue for what it fails on and for what the rule cannot deliver, kept for two weeks', () => {
    expect(redriven).toHaveLength(consumers.length);
    for (const queue of redriven) {
      expect(queue.properties['RedrivePolicy']).toMatchObject({ maxReceiveCount: 5 });
      expect(deadLetters(queue)?.properties['MessageRetentionPeriod']).toBe(1_209_600);
    }
    for (const { properties } of rules) expect(text(properties['Targets'])).toMatch(/"DeadLetterConfig".*DeadLetters/);
  });

  test('says which messages of a batch it failed on, and has six times its own time for them', () => {
    expect(queueMappings).toHaveLength(consumers.length);
    for (const mapping of queueMappings) {
      expect(mapping).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
    for (const { properties } of redriven) expect(properties['VisibilityTimeout']).toBe(180);
  });

  test('has queues that are encrypted and refuse whoever comes without TLS', () => {
    for (const { properties } of queues) expect(properties['SqsManagedSseEnabled']).toBe(true);
    const policies = ofType(stateless, 'AWS::SQS::QueuePolicy');
    expect(policies).toHaveLength(queues.length);
    for (const { properties } of policies) expect(text(properties)).toContain('{"aws:SecureTransport":"false"}');
  });
});

describe('what an operator needs', () => {
  test('is told by the outputs', () => {
    expect(stateless.outputs).toEqual(
      expect.arrayContaining(['ApiUrl', 'FoundOrganisationFunctionName', 'RelayFunctionName', 'AlarmTopicArn']),
    );
    expect(theOne(stateless, 'AWS::SNS::Topic')).toBeDefined();
  });
});
