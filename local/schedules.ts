import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { type Log, messageOf } from './log.ts';
import { ACCOUNT, REGION } from './place.ts';
import type { Rule } from './rules.ts';
import { readSchedule } from './schedule-expression.ts';

/** The running schedules of the app. */
export interface Schedules {
  stop(): Promise<void>;
}

function scheduledEvent(rule: Rule, at: Date) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources: [rule.arn],
    detail: {},
  };
}

/**
 * Starts the scheduled rules on the injected clock. When time was moved past several strikes they are one, so that a
 * day's jump does not run a day's worth of minutes. Refuses (throws) expressions that it cannot run, by rule.
 */
export function startSchedules(rules: readonly Rule[], clock: Clock, log: Log): Schedules {
  const stopping = new AbortController();
  const { signal } = stopping;
  const start = clock.now();

  const scheduled = rules.flatMap((rule) => {
    if (rule.schedule === undefined || !rule.enabled) return [];
    try {
      return [{ rule, next: readSchedule(rule.schedule, start) }];
    } catch (error) {
      throw new Error(`${rule.logicalId}: ${messageOf(error)}`, { cause: error });
    }
  });

  const running = scheduled.map(async ({ rule, next }) => {
    for (let at = next(start); at !== undefined; at = next(clock.now())) {
      await clock.wait(at.getTime() - clock.now().getTime(), signal);
      if (signal.aborted) return;
      try {
        for (const target of rule.targets) target(scheduledEvent(rule, at));
      } catch (error) {
        log.line('schedules', `${rule.logicalId}: ${messageOf(error)}`);
      }
    }
  });

  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
