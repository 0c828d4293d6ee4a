import { defineAggregate } from '../aggregate.ts';
import { nettingSchema } from './netting.ts';
import { eventsOfNetting, restateNetting } from './nettings-events.ts';
import { viewsOfNetting } from './nettings-views.ts';

/** How the relay and the sweep know a netting agreement. */
export const nettingAggregate = defineAggregate({
  noun: 'NETTING',
  sk: 'NETTING',
  schema: nettingSchema,
  eventsOf: eventsOfNetting,
  viewsOf: viewsOfNetting,
  restate: restateNetting,
});
