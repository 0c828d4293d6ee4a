import type { FaultRates } from '../support/faults.ts';

/** The chances, 0 to 1, with which things go wrong in a history. */
export interface Rates extends FaultRates {
  /** That a write arrives once more, much later. */
  readonly late: number;
  /** That a relay dies, at each thing it does. */
  readonly deaths: number;
  /** That the bus takes only a part. */
  readonly bus: number;
  /** That the last records of a batch are in it twice. */
  readonly doubled: number;
  /** That the records behind a batch are relayed before it. */
  readonly reordered: number;
  /** That a batch of long ago is relayed once more. */
  readonly again: number;
  /** That a stream record never reaches a relay, so that what it says must be told anew. */
  readonly lostRecords: number;
  /** That the clock goes on by more than a day at a sweep, so that tombstones go. */
  readonly days: number;
}

export const usualRates: Rates = {
  throttled: 0.003,
  lost: 0.03,
  conflicts: 0.005,
  late: 0.05,
  deaths: 0.003,
  bus: 0.01,
  doubled: 0.1,
  reordered: 0.1,
  again: 0.1,
  lostRecords: 0,
  days: 0.25,
};
