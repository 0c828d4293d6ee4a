import { defineAggregate } from '../aggregate.ts';
import { sharesSchema } from './shares.ts';
import { eventsOfShares, restateShares } from './shares-events.ts';

/** How the relay and the sweep know how the cost of a cohort is shared. */
export const sharesAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'SHARES',
  besides: 'COHORT',
  schema: sharesSchema,
  eventsOf: eventsOfShares,
  viewsOf: () => [],
  restate: restateShares,
});
