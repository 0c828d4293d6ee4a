import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { AppError } from '../../shared/errors.ts';
import type { Table } from '../../shared/table/table.ts';
import type { MovableClock } from '../support/context.ts';
import { epoch } from './expected-events.ts';
import type { Sending } from './random-requests.ts';

export interface DecidingOptions {
  readonly decisions: number;
  readonly inFlight: number;
  readonly decisionsBetweenSweeps: number;
  /** The chance that the clock goes on by more than a day before a sweep, instead of up to an hour. */
  readonly days: number;
  readonly table: Table;
  readonly clock: MovableClock;
  readonly numbers: () => number;
  readonly next: () => Sending;
  readonly send: (sending: Sending) => Promise<void>;
  /** The repairing sweep, where one runs. */
  readonly repair: (() => Promise<void>) | undefined;
  readonly onFault: (where: string, error: unknown) => void;
  readonly progress?: ((decisions: number) => void) | undefined;
  /** Whether to stop before all is sent. */
  readonly isEnough: () => boolean;
}

const minute = 60_000;
const hour = 60 * minute;
/** A little more than half a day, so that tombstones of a day are due after two of them. */
const halfADay = 12.5 * hour;
/** The repairing sweep runs oftener in earnest; here there is more to do meanwhile. */
const betweenRepairs = 2 * hour;

/** Sends requests, so many at once, with the sweeper beside them and the clock going on; says how often it acted. */
export async function decideAll(options: DecidingOptions): Promise<number> {
  const { table, clock, numbers } = options;
  let [started, acted, repairedAt] = [0, 0, 0];

  async function sweep(): Promise<void> {
    const isLong = numbers() < options.days;
    // What is lost is told anew before the tombstones go that tell whom: so a long time goes by in two parts.
    const parts = isLong ? [halfADay, halfADay] : [minute + Math.floor(numbers() * hour)];
    for (const part of parts) {
      clock.moveBy(part);
      if (clock.now().getTime() - repairedAt < betweenRepairs) continue;
      repairedAt = clock.now().getTime();
      await options.repair?.();
    }
    try {
      const swept = await actOnDeadlines({ table, epoch, clock }, clock.now());
      acted += swept.acted;
      for (const { error } of swept.failures) if (!isOvertaken(error)) options.onFault('sweeper', error);
    } catch (error) {
      options.onFault('sweeper', error);
    }
  }

  let sweeping = Promise.resolve();
  async function work(): Promise<void> {
    while (started < options.decisions && !options.isEnough()) {
      started += 1;
      if (started % options.decisionsBetweenSweeps === 0) {
        options.progress?.(started);
        // One sweep after the other, and none falls behind: else the clock would only go on when all is sent.
        const before = sweeping;
        sweeping = before.then(sweep);
        await before;
      }
      await options.send(options.next());
    }
  }
  await Promise.all(Array.from({ length: options.inFlight }, work));
  await sweeping;
  return acted;
}

/** Whether the sweeper only came second to another change: it comes again. */
function isOvertaken(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'request.busy';
  return error instanceof Error && error.message === 'Another change came first';
}
