import type { Clock } from '../../shared/clock.ts';
import type { Context } from '../../shared/context.ts';
import { getCostPlan } from '../../shared/costs/get-cost-plan.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf } from './context.ts';

type Request = Partial<Context['request']>;

/** The cost plan of the London story: £29,183.33 in all. */
export const londonLines = [
  lineOf('venue', 'venue', 960_000),
  lineOf('facilitator', 'faculty', 1_825_000),
  lineOf('materials', 'materials', 133_333),
];

/** A line of a cost plan without VAT. */
export function lineOf(id: string, kind: string, net: number) {
  return {
    id,
    kind,
    description: `What ${id} costs`,
    planned: { net },
    vatTreatment: 'outside-scope',
    vatRecoverable: false,
  };
}

/** What finance staff of organisations do with the cost plan of a cohort. */
export function costsOn(table: Table, clock: Clock) {
  const as = (organisation: string, request: Request = {}) =>
    contextOf(table, clock, personOf(organisation, ['finance'], `finance-${organisation}`), request);
  /** A change has no Idempotency-Key: what tells it again is that it says the same. */
  const changing = (organisation: string, expectedVersion: number) =>
    as(organisation, { expectedVersion, idempotencyKey: undefined });
  return {
    as,
    changing,
    set: async (cohort: { id: string; host: string }, seen: number, plan: Readonly<Record<string, unknown>> = {}) =>
      await setCostPlan.perform(changing(cohort.host, seen), { cohort: cohort.id, lines: londonLines, ...plan }),
    get: async (cohort: { id: string }, organisation: string) =>
      await getCostPlan.perform(as(organisation), { cohort: cohort.id }),
  };
}
