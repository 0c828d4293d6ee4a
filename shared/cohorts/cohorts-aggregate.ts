import { defineAggregate } from '../aggregate.ts';
import { cohortSchema } from './cohort.ts';
import { eventsOfCohort, restateCohort } from './cohorts-events.ts';
import { viewsOfCohort } from './cohorts-views.ts';

/** How the relay and the sweep know the plan of a cohort; its ledger is an aggregate of its own (shared/places). */
export const cohortAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'COHORT',
  schema: cohortSchema,
  eventsOf: eventsOfCohort,
  viewsOf: viewsOfCohort,
  restate: restateCohort,
});
