import { repairAggregates } from '../../shared/repair/repair-aggregates.ts';
import type { MovableClock } from '../support/context.ts';
import { epoch } from './expected-events.ts';
import type { MortalPublisher } from './mortal-publisher.ts';

const hour = 3_600_000;
const mostTries = 100;

/**
 * Lets an hour go by, so that no record can be on its way any more, and lets repairing sweeps run, of which any may die,
 * until one has gone over everything and found nothing left to do.
 */
export async function repairUntilDone(
  startSweep: () => MortalPublisher,
  clock: MovableClock,
  onFault: (error: unknown) => void,
): Promise<void> {
  clock.moveBy(hour);
  for (let tries = 0; tries < mostTries; tries += 1) {
    try {
      const { restated, failures } = await repairAggregates(startSweep().publisher, epoch, clock.now());
      for (const { error } of failures) onFault(error);
      if (restated.length === 0 && failures.length === 0) return;
    } catch (error) {
      onFault(error);
    }
  }
  onFault(new Error('The repairing sweep never came to an end'));
}
