import { defineAggregate } from '../aggregate.ts';
import { successionSchema } from './succession.ts';
import { eventsOfSuccession, restateSuccession } from './successions-events.ts';
import { viewsOfSuccession } from './successions-views.ts';

/** How the relay and the sweep know by whom an organisation is to be succeeded. */
export const successionAggregate = defineAggregate({
  noun: 'ORGANISATION',
  sk: 'SUCCESSION',
  besides: 'ORGANISATION',
  schema: successionSchema,
  eventsOf: eventsOfSuccession,
  viewsOf: viewsOfSuccession,
  restate: restateSuccession,
});
