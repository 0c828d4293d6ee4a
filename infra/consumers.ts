import { eventsThatChangeShares } from '../shared/costs/cost-history.ts';
import type { TableAccess } from './constructs/lambda-function.ts';

/** One reaction to events of the bus: a rule, a queue with its dead-letter queue and alarms, and a Lambda. */
export interface ConsumerDefinition {
  /** What it does, as its file in functions/consumers/ is called. */
  readonly name: string;
  readonly entry: string;
  /** The event types that it hears; `all` is every event of ours. */
  readonly hears: 'all' | readonly string[];
  /** What it does with the table, where it uses it. */
  readonly table?: TableAccess;
}

/** Every consumer. A new one is its file and one line here. */
export const consumers: readonly ConsumerDefinition[] = [
  { name: 'measure-announcement', entry: 'functions/consumers/measure-announcement.ts', hears: 'all' },
  {
    name: 'post-cost-shares',
    entry: 'functions/consumers/post-cost-shares.ts',
    hears: eventsThatChangeShares,
    table: 'read-write-check',
  },
];
