import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { alarmList } from '../../infra/alarm-list.ts';
import { consumers } from '../../infra/consumers.ts';
import { ofType, synthesised, text, theOne } from './synthesised.ts';

const { stateless } = synthesised('prod');
const alarms = ofType(stateless, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
const names = Object.keys(alarmList);

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** The text below a heading of the runbook, up to the next one; a heading's anchor is its own text for alarms. */
function sectionOf(anchor: string): string | undefined {
  const [, rest] = runbook.split(`\n### ${anchor}\n`);
  return rest?.split(/\n##+ /)[0];
}

const anchorOf = (description: unknown): string => /docs\/runbook\.md#([a-z-]+)$/.exec(String(description))?.[1] ?? '';

describe('alarms', () => {
  test('each lead to a section of the runbook that is there', () => {
    for (const alarm of alarms) expect(names).toContain(anchorOf(alarm['AlarmDescription']));
  });

  test.each(names)('%s is set, and its section says what it means, how to look into it and how to end it', (name) => {
    expect(alarms.some((alarm) => anchorOf(alarm['AlarmDescription']) === name)).toBe(true);
    const section = sectionOf(name);
    for (const part of ['**Means.**', '**Look.**', '**Resolve.**']) expect(section).toContain(part);
  });

  test('tell the topic when they go off and when they are over', () => {
    const topic = theOne(stateless, 'AWS::SNS::Topic').logicalId;
    for (const alarm of alarms) {
      expect(alarm['AlarmActions']).toEqual([{ Ref: topic }]);
      expect(alarm['OKActions']).toEqual([{ Ref: topic }]);
    }
    expect(text(theOne(stateless, 'AWS::SNS::TopicPolicy').properties)).toContain('cloudwatch.amazonaws.com');
  });

  test('watch each consumer’s dead letters, and how far it is behind', () => {
    for (const { name } of consumers) {
      for (const anchor of ['consumer-gave-up', 'consumer-is-behind']) {
        expect(alarms.map((alarm) => String(alarm['AlarmDescription']))).toContainEqual(
          expect.stringMatching(`\\(${name}\\)\\. docs/runbook\\.md#${anchor}$`),
        );
      }
    }
  });

  test('watch the metric of their own stage, so that two stages in one account do not mix', () => {
    expect(text(alarms)).toContain('"Namespace":"Cohortium/prod"');
    expect(text(ofType(synthesised('dev').stateless, 'AWS::CloudWatch::Alarm'))).not.toContain('Cohortium/prod');
  });

  test('go to an address by e-mail where the stage has one', () => {
    expect(ofType(stateless, 'AWS::SNS::Subscription')).toEqual([]);
    const { stateless: told } = synthesised('prod', { alarmEmail: 'operator@cohortium.example' });
    expect(theOne(told, 'AWS::SNS::Subscription').properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'operator@cohortium.example',
    });
  });
});
