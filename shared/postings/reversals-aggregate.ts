import { defineAggregate } from '../aggregate.ts';
import { reversalSchema } from './reversal.ts';
import { eventsOfReversal, restateReversal } from './reversals-events.ts';

/** How the relay and the sweep know that a posting was reversed. Whoever asks finds it beside its cohort. */
export const reversalAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'REVERSAL',
  schema: reversalSchema,
  eventsOf: eventsOfReversal,
  viewsOf: () => [],
  restate: restateReversal,
});
