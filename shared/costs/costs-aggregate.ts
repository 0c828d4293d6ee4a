import { defineAggregate } from '../aggregate.ts';
import { costPlanSchema } from './cost-plan.ts';
import { eventsOfCostPlan, restateCostPlan } from './costs-events.ts';

/** How the relay and the sweep know the cost plan of a cohort. It has no views: whoever asks reads it beside its cohort. */
export const costPlanAggregate = defineAggregate({
  noun: 'COHORT',
  sk: 'COSTS',
  besides: 'COHORT',
  schema: costPlanSchema,
  eventsOf: eventsOfCostPlan,
  viewsOf: () => [],
  restate: restateCostPlan,
});
