/** What an alarm watches for, in one sentence, and when it goes off. */
export interface AlarmSettings {
  readonly says: string;
  /** It goes off when the measure is above this (or below it, where `below` is set), in the unit of the measure. */
  readonly threshold: number;
  readonly below?: true;
  /** Over how many minutes the measure is taken, and how many such periods in a row must be wrong. */
  readonly minutes: 1 | 5 | 15 | 60;
  readonly periods: number;
  readonly statistic: 'Sum' | 'Maximum' | 'p99';
  /** No measure at all is fine, unless the absence itself is the fault. */
  readonly silence: 'fine' | 'wrong';
}

/** Every alarm there is. Each has a section of its own name in docs/runbook.md, to which its description leads. */
export const alarmList = {
  'api-fails': {
    says: 'The API answers requests with a fault of ours (5xx)',
    threshold: 5,
    minutes: 5,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'api-is-slow': {
    says: 'One request in a hundred takes longer than three seconds (milliseconds)',
    threshold: 3000,
    minutes: 5,
    periods: 3,
    statistic: 'p99',
    silence: 'fine',
  },
  'authoriser-fails': {
    says: 'The authoriser fails, so that nobody can be let in',
    threshold: 5,
    minutes: 5,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'table-throttles': {
    says: 'The table turns requests away',
    threshold: 10,
    minutes: 5,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'relay-is-late': {
    says: 'Changes wait longer than a minute to be announced (milliseconds)',
    threshold: 60_000,
    minutes: 1,
    periods: 5,
    statistic: 'Maximum',
    silence: 'fine',
  },
  'relay-fails': {
    says: 'The relay fails on whole batches of changes',
    threshold: 5,
    minutes: 5,
    periods: 2,
    statistic: 'Sum',
    silence: 'fine',
  },
  'relay-gave-up': {
    says: 'A change could not be announced and lies in the bucket of failed records',
    threshold: 0,
    minutes: 1,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'records-were-lost': {
    says: 'A change could not be announced, and could not be put into the bucket of failed records either',
    threshold: 0,
    minutes: 1,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'announcement-is-late': {
    says: 'One event in a hundred reaches its consumers later than a minute after the change (milliseconds)',
    threshold: 60_000,
    minutes: 5,
    periods: 3,
    statistic: 'p99',
    silence: 'fine',
  },
  'events-were-restated': {
    says: 'Changes were found that had never been announced; their present state was announced instead',
    threshold: 0,
    minutes: 15,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'ledger-is-large': {
    says: 'A cohort has a ledger above 1.5 KB: its decisions cost twice as much, or it is not cleared up',
    threshold: 0,
    minutes: 15,
    periods: 4,
    statistic: 'Maximum',
    silence: 'fine',
  },
  'deadline-fails': {
    says: 'Something that has fallen due cannot be acted on',
    threshold: 0,
    minutes: 5,
    periods: 3,
    statistic: 'Sum',
    silence: 'fine',
  },
  'sweeper-fails': {
    says: 'The sweeper fails: deadlines may pass unnoticed',
    threshold: 2,
    minutes: 5,
    periods: 1,
    statistic: 'Sum',
    silence: 'fine',
  },
  'sweeper-is-silent': {
    says: 'The sweeper has not run for five minutes: deadlines pass unnoticed',
    threshold: 1,
    below: true,
    minutes: 5,
    periods: 1,
    statistic: 'Sum',
    silence: 'wrong',
  },
  'consumer-gave-up': {
    says: 'A consumer could not deal with an event, which lies in its dead-letter queue',
    threshold: 0,
    minutes: 1,
    periods: 1,
    statistic: 'Maximum',
    silence: 'fine',
  },
  'consumer-is-behind': {
    says: 'Events wait longer than ten minutes for a consumer (seconds)',
    threshold: 600,
    minutes: 5,
    periods: 2,
    statistic: 'Maximum',
    silence: 'fine',
  },
} as const satisfies Record<string, AlarmSettings>;

export type AlarmName = keyof typeof alarmList;
