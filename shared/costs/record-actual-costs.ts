import * as z from 'zod';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal, type FieldError } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { changeCostPlan } from './change-cost-plan.ts';
import { costPlanAnswerSchema } from './cost-plan-answer.ts';
import { costLineSchema, fundingSchema, mostLines, type CostLine, type CostPlan, type Funding } from './cost-plan.ts';

const ofLine = costLineSchema.shape;
const ofFunding = fundingSchema.shape;

const input = z.strictObject({
  cohort: cohortId,
  lines: z
    .array(
      z.strictObject({
        id: ofLine.id,
        actual: ofLine.actual.nullable().describe('What it came to; null: not known after all'),
        vatTreatment: ofLine.vatTreatment.optional(),
        vatRecoverable: ofLine.vatRecoverable.optional(),
        costCentre: ofLine.costCentre.nullable(),
        reference: ofLine.reference.nullable(),
      }),
    )
    .max(mostLines)
    .default([])
    .describe('Lines of the plan of which something is now known; what is not given stays'),
  funding: z
    .array(
      z.strictObject({
        id: ofFunding.id,
        actual: ofFunding.actual.nullable().describe('What was received; null: not known after all'),
        reference: ofFunding.reference.nullable(),
      }),
    )
    .max(mostLines)
    .default([])
    .describe('Funding of the plan of which something is now known'),
});
type Given = z.infer<typeof input>;

/**
 * Records what lines and funding of a cost plan came to, at any time, also after the freeze date: the actual amount counts
 * instead of the planned one from then on, and the difference is posted. What is not named stays.
 *
 * Refusals: `cost.not-found`, `request.stale`; `request.invalid` for a line that the plan does not have. Causes cost.planned.
 */
export const recordActualCosts = defineOperation({
  name: 'record-actual-costs',
  summary: 'Record what lines and funding of a cost plan came to',
  kind: 'change',
  input,
  output: costPlanAnswerSchema,
  example: { cohort: 'coh_0123456789ab', lines: [{ id: 'venue', actual: { net: 948_000 }, reference: 'INV-1042' }] },
  refusals: ['cost.not-found', 'request.stale'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, given, cohort) {
    const recording = { operation: 'record-actual-costs', type: 'actual-recorded', given } as const;
    return await changeCostPlan(context, cohort, recording, (plan) => {
      const fields = [...unknownIn('lines', given.lines, plan), ...unknownIn('funding', given.funding, plan)];
      if (fields.length > 0) throw refusal('request.invalid', undefined, { fields: fields.slice(0, 20) });
      return {
        lines: plan.lines.map((one) => recordedLine(one, given.lines)),
        funding: plan.funding.map((one) => recordedFunding(one, given.funding)),
      };
    });
  },
});

/** A line with what is now known of it. */
function recordedLine(line: CostLine, given: Given['lines']): CostLine {
  const known = given.find(({ id }) => id === line.id);
  if (known === undefined) return line;
  return {
    ...line,
    actual: changed(line.actual, known.actual),
    vatTreatment: known.vatTreatment ?? line.vatTreatment,
    vatRecoverable: known.vatRecoverable ?? line.vatRecoverable,
    costCentre: changed(line.costCentre, known.costCentre),
    reference: changed(line.reference, known.reference),
  };
}

/** A source of funding with what is now known of it. */
function recordedFunding(source: Funding, given: Given['funding']): Funding {
  const known = given.find(({ id }) => id === source.id);
  if (known === undefined) return source;
  const { actual, reference } = known;
  return { ...source, actual: changed(source.actual, actual), reference: changed(source.reference, reference) };
}

/** What is given instead of what was; null takes it away, and what is not given leaves it. */
function changed<Value>(before: Value | undefined, given: Value | null | undefined): Value | undefined {
  return given === undefined ? before : (given ?? undefined);
}

/** What is named that the plan does not have, or named twice. */
function unknownIn(name: 'lines' | 'funding', given: readonly { readonly id: string }[], plan: CostPlan): FieldError[] {
  const known = new Set(plan[name].map(({ id }) => id));
  return given.flatMap(({ id }, index) => {
    const field = `${name}.${String(index)}.id`;
    if (!known.has(id)) return [{ field, message: 'The plan has no such line' }];
    const isTwice = given.findIndex((other) => other.id === id) < index;
    return isTwice ? [{ field, message: 'This line stands here already' }] : [];
  });
}
