import { defineAggregate } from '../aggregate.ts';
import { applicationSchema } from './application.ts';
import { eventsOfApplication, restateApplication } from './applications-events.ts';

/** How the relay and the sweep know an application. It has no views: whoever asks reads it beside its cohort. */
export const applicationAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'APPLICATION',
  schema: applicationSchema,
  eventsOf: eventsOfApplication,
  viewsOf: () => [],
  restate: restateApplication,
});
