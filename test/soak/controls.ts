import { withoutClauses } from './observed-table.ts';
import type { HistoryOptions } from './random-history.ts';
import { usualMixture } from './random-requests.ts';
import {
  asIfNeverUnnamed,
  asIfReminded,
  asIfUnnamed,
  feedsByTheClock,
  newestOnly,
  only,
  readByPosition,
  receiptFirst,
  releasedForReminders,
  slowlyWritten,
  unheardFailures,
  withoutFreePositions,
  withoutViewGuard,
} from './spoilers.ts';
import type { ViolationKind } from './violations.ts';

/** A history in which one guard is taken out, and what the checker must find then, each time. */
export interface Control extends Omit<HistoryOptions, 'seed'> {
  readonly without: string;
  readonly finds: ViolationKind;
}

const small: Omit<HistoryOptions, 'seed'> = { decisions: 120, cohorts: 3, followersRest: 50, kinds: ['plain'] };
/** For what the ledgers and the answers alone show. */
const ofLedgers: typeof small = { ...small, unrelayed: true };
/** For what happens when places are not named in time: days that go by quickly. */
const released: typeof small = {
  ...small,
  decisions: 550,
  cohorts: 1,
  limit: 8,
  kinds: ['named-soon'],
  mixture: { ...usualMixture, again: 2, giveBack: 2, capacity: 0, name: 40, status: 0 },
  rates: { days: 1 },
  decisionsBetweenSweeps: 12,
};

/** Every guard that a random history can do without, taken out one at a time. */
export const controls: readonly Control[] = [
  {
    ...ofLedgers,
    without: 'the room in the condition of a claim',
    finds: 'oversold',
    spoilt: { table: (table) => withoutClauses(table, /^(room|waitlist) /) },
  },
  {
    ...ofLedgers,
    without: 'the status in the condition of a claim',
    finds: 'claimed-when-closed',
    decisions: 200,
    mixture: { ...usualMixture, status: 8 },
    spoilt: { table: (table) => withoutClauses(table, /^#status = :open/) },
  },
  {
    ...ofLedgers,
    without: 'the limit of an organisation in the condition of a claim',
    finds: 'over-limit',
    mixture: { ...usualMixture, giveBack: 10, status: 0 },
    limit: 3,
    spoilt: { table: (table) => withoutClauses(table, /#live\.#o <= :most/) },
  },
  {
    ...ofLedgers,
    without: 'the condition that no key of a claim is there',
    finds: 'duplicate-claim',
    rates: { lost: 0.1, late: 0.2 },
    spoilt: { table: (table) => withoutClauses(table, /^attribute_not_exists\(entries/) },
  },
  {
    ...ofLedgers,
    without: 'the exact ticket in the condition of a give-back',
    finds: 'given-back-twice',
    mixture: { ...usualMixture, giveBack: 55 },
    rates: { lost: 0.1, late: 0.4 },
    spoilt: { table: (table) => withoutClauses(table, /^entries\.#k\d+ = :t/) },
  },
  {
    ...ofLedgers,
    without: 'the condition that nobody is named on what is given back',
    finds: 'lost-name',
    decisions: 500,
    mixture: { ...usualMixture, again: 5, giveBack: 45, name: 35, capacity: 1 },
    spoilt: { table: (table) => withoutClauses(table, /^NOT contains\(named/) },
  },
  {
    ...small,
    without: 'the version in the condition of a lapse',
    finds: 'lapsed-wrongly',
    decisions: 700,
    mixture: { ...usualMixture, again: 2, giveBack: 45, capacity: 10, status: 0 },
    rates: { days: 1 },
    decisionsBetweenSweeps: 10,
    spoilt: { table: (table) => slowlyWritten(withoutClauses(table, /^version = :version/), 60) },
  },
  {
    ...ofLedgers,
    without: 'the count of changes in the condition of a change of the capacity',
    finds: 'applied-twice',
    mixture: { ...usualMixture, capacity: 60 },
    rates: { late: 0.4 },
    spoilt: { table: (table) => withoutClauses(table, /resized/) },
  },
  {
    ...small,
    without: 'positions of feeds that count: they are the time',
    finds: 'skipped-entry',
    decisions: 150,
    cohorts: 9,
    spoilt: { feeds: feedsByTheClock, read: readByPosition },
  },
  {
    ...small,
    without: 'the condition that a position of a feed is free',
    finds: 'lost-event',
    decisions: 200,
    cohorts: 9,
    spoilt: { relayTable: withoutFreePositions },
  },
  {
    ...small,
    without: 'the version in the condition of a view',
    finds: 'stale-view',
    decisions: 150,
    rates: { late: 0.3 },
    spoilt: { relayTable: withoutViewGuard },
  },
  {
    ...small,
    without: 'the order in which the receipt of a publication comes last',
    finds: 'lost-event',
    rates: { deaths: 0.03 },
    spoilt: { relay: receiptFirst },
  },
  {
    ...small,
    without: 'the look at what the bus did not take',
    finds: 'lost-event',
    rates: { bus: 0.3 },
    spoilt: { bus: unheardFailures },
  },
  {
    ...small,
    without: 'the relay of a change that a later one has overtaken',
    finds: 'lost-version',
    decisions: 200,
    rates: { reordered: 0.5 },
    spoilt: { relay: newestOnly() },
  },
  {
    ...small,
    without: 'the repairing sweep, where stream records are lost',
    finds: 'never-restated',
    rates: { lostRecords: 0.05 },
    spoilt: { unrepaired: true },
  },
  {
    ...released,
    without: 'the conditions that nobody is named, and somebody was reminded, where places are released instead',
    finds: 'lost-name',
    spoilt: {
      table: (table) =>
        releasedForReminders(asIfUnnamed(only('released', (one) => withoutClauses(one, /contains\(/))(table))),
    },
  },
  {
    ...released,
    without: 'the conditions that somebody was reminded, where places are released instead',
    finds: 'released-unreminded',
    spoilt: {
      table: (table) =>
        releasedForReminders(asIfReminded(only('released', (one) => withoutClauses(one, /reminded/))(table))),
    },
  },
  {
    ...released,
    without: 'the look at whether a name was taken off since a reminder was due',
    finds: 'reminded-wrongly',
    spoilt: { table: asIfNeverUnnamed },
  },
  {
    ...ofLedgers,
    without: 'the condition that places are not promised while claims are collected',
    finds: 'broken-promise',
    kinds: ['allocated'],
    spoilt: { table: (table) => withoutClauses(table, /^attribute_not_exists\(collecting\)/) },
  },
  {
    ...ofLedgers,
    without: 'the condition that the order is fixed once',
    finds: 'reordered',
    decisions: 400,
    cohorts: 2,
    kinds: ['allocated'],
    mixture: { ...usualMixture, again: 0, giveBack: 5, capacity: 0, name: 0, status: 0, allocate: 50 },
    rates: { days: 1 },
    decisionsBetweenSweeps: 20,
    spoilt: {
      table: (table) => slowlyWritten(withoutClauses(table, /^attribute_exists\(collecting\)/), 60),
    },
  },
];
