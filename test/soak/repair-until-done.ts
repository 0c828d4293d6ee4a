import { repairAggregates } from '../../shared/repair/repair-aggregates.ts';
import type { MovableClock } from '../support/context.ts';
import { epoch } from './expected-events.ts';
import type { MortalPublisher } from './mortal-publisher.ts';

const mostTries = 100;

/** Lets repairing sweeps run, of which any may die, until one has gone over everything. */
export async function repairUntilDone(
  startSweep: () => MortalPublisher,
  clock: MovableClock,
  onFault: (error: unknown) => void,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    try {
      const { failures } = await repairAggregates(startSweep().publisher, epoch, clock.now());
      for (const { error } of failures) onFault(error);
      if (failures.length === 0) return;
    } catch (error) {
      onFault(error);
    }
  }
  onFault(new Error('The repairing sweep never came to an end'));
}
