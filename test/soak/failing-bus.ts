import type { Envelope } from '../../shared/events/envelope.ts';
import type { Bus } from '../../shared/events/publish-change.ts';

/** What is thrown when a bus did not take all that it was given. */
export class BusFailed extends Error {
  constructor() {
    super('Injected: the bus took only a part');
    this.name = 'BusFailed';
  }
}

/** A bus that now and then takes only the first few of the events that it is given, and says so. */
export function failingBus(
  take: (events: readonly Envelope[]) => void,
  chance: number,
  numbers: () => number,
): { readonly bus: Bus; readonly counts: { failed: number } } {
  const counts = { failed: 0 };
  const put = async (events: readonly Envelope[]): Promise<void> => {
    await Promise.resolve();
    if (numbers() < chance) {
      counts.failed += 1;
      take(events.slice(0, Math.floor(numbers() * events.length)));
      throw new BusFailed();
    }
    take(events);
  };
  return { bus: { put }, counts };
}
