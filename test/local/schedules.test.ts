import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { createClock, type MovableClock } from '../../local/clock.ts';
import type { Json } from '../../local/json.ts';
import { createMemoryLog } from '../../local/log.ts';
import type { Rule } from '../../local/rules.ts';
import { type Schedules, startSchedules } from '../../local/schedules.ts';

const minute = 60_000;
let clock: MovableClock;
let struck: Json[];
let schedules: Schedules | undefined;
let log: ReturnType<typeof createMemoryLog>;

beforeEach(() => {
  clock = createClock({ running: false, start: new Date('2027-01-15T10:00:00.000Z') });
  log = createMemoryLog();
  struck = [];
});
afterEach(async () => await schedules?.stop());

function start(schedule: string, changed: Partial<Rule> = {}): void {
  const rule: Rule = {
    logicalId: 'Every',
    arn: 'arn:rule',
    bus: 'default',
    pattern: undefined,
    schedule,
    enabled: true,
    targets: [(event) => void struck.push(event)],
    ...changed,
  };
  schedules = startSchedules([rule], clock, log);
}

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  for (let i = 0; i < 5; i += 1) await turn();
}

test('a schedule strikes each time on the run’s clock, with the event that EventBridge makes', async () => {
  start('rate(5 minutes)');
  await pass(5 * minute - 1);
  expect(struck).toEqual([]);
  await pass(1);
  expect(struck).toMatchObject([
    {
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2027-01-15T10:05:00Z',
      resources: ['arn:rule'],
      detail: {},
    },
  ]);
  await pass(5 * minute);
  expect(struck).toHaveLength(2);
});

test('strikes that a jump in time went past are one', async () => {
  start('rate(1 minute)');
  await pass(24 * 60 * minute);
  expect(struck).toHaveLength(1);
  await pass(minute);
  expect(struck).toHaveLength(2);
});

test('a disabled rule does not strike, nor one that has stopped', async () => {
  start('rate(1 minute)', { enabled: false });
  await pass(minute);
  start('rate(1 minute)');
  await schedules?.stop();
  await pass(minute);
  expect(struck).toEqual([]);
});

test('a target that fails is told of, and the schedule goes on', async () => {
  start('rate(1 minute)', {
    targets: [
      (event) => {
        struck.push(event);
        throw new Error('no room');
      },
    ],
  });
  await pass(minute);
  await pass(minute);
  expect(struck).toHaveLength(2);
  expect(log.lines).toEqual(['schedules: Every: no room', 'schedules: Every: no room']);
});

test('what cannot be run is refused by the rule’s name', () => {
  expect(() => start('cron(0 0 L * ? *)')).toThrow('Every: "L" in its day of month cannot be run locally.');
});
