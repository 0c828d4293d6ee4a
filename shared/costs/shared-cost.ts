import type { FieldError } from '../errors.ts';
import type { CostLine, CostPlan, Funding } from './cost-plan.ts';
import { mostPence } from './pence.ts';
import { mostSharers, type SharingRule } from './sharing-rule.ts';
import { vatOn } from './vat.ts';

/** What something costs, in pence. */
interface Cost {
  readonly net: number;
  readonly vat: number;
  /** Net and VAT. */
  readonly gross: number;
  /** Of the VAT, what the host gets back. */
  readonly recoverable: number;
  /** What is left to be shared: net and the VAT that the host does not get back. */
  readonly shared: number;
}

/** What a cohort costs, as it was planned or as it counts. */
export interface CohortCost {
  readonly lines: readonly (Cost & { readonly id: string })[];
  /** All lines together. */
  readonly cost: Cost;
  readonly funding: number;
  /** What is to be shared among those who take part: the cost that is shared, less the funding, never below nought. */
  readonly toShare: number;
}

type Plan = Pick<CostPlan, 'lines' | 'funding' | 'firstDay'>;
type Stage = 'planned' | 'counted';

/**
 * What a cohort costs in pence, line by line and in all, as it was planned, and as it counts: by what was actually paid,
 * where that is known. VAT is as on the invoice, or else by the treatment and its rate on the first day. At most 60
 * lines; all sums are exact.
 */
export function sharedCost(plan: Plan): { readonly planned: CohortCost; readonly counted: CohortCost } {
  return { planned: cohortCost(plan, 'planned'), counted: cohortCost(plan, 'counted') };
}

function cohortCost({ lines, funding, firstDay }: Plan, stage: Stage): CohortCost {
  const costs = lines.map((line) => ({ id: line.id, ...lineCost(line, stage, firstDay) }));
  const sum = (amount: (cost: Cost) => number) => costs.reduce((so, cost) => so + amount(cost), 0);
  const cost = {
    net: sum(({ net }) => net),
    vat: sum(({ vat }) => vat),
    gross: sum(({ gross }) => gross),
    recoverable: sum(({ recoverable }) => recoverable),
    shared: sum(({ shared }) => shared),
  };
  const funded = funding.reduce((so, source) => so + fundingAt(source, stage), 0);
  return { lines: costs, cost, funding: funded, toShare: Math.max(0, cost.shared - funded) };
}

function lineCost(line: CostLine, stage: Stage, firstDay: string): Cost {
  const amount = stage === 'planned' ? line.planned : (line.actual ?? line.planned);
  const { net } = amount;
  const vat = amount.vat ?? vatOn(net, line.vatTreatment, firstDay);
  const recoverable = line.vatRecoverable ? vat : 0;
  return { net, vat, gross: net + vat, recoverable, shared: net + vat - recoverable };
}

function fundingAt({ planned, actual }: Funding, stage: Stage): number {
  return stage === 'planned' ? planned : (actual ?? planned);
}

type Details = Plan & Pick<CostPlan, 'rule' | 'policy'>;

/** What does not fit together in a cost plan whose fields are right each for itself; empty where all does. */
export function costPlanErrors(plan: Details): FieldError[] {
  const { lines, funding, policy, rule } = plan;
  const errors = [
    ...twice(lines, ({ id }) => id).map((index) => ({
      field: `lines.${String(index)}.id`,
      message: 'Another line has this id',
    })),
    ...twice(funding, ({ id }) => id).map((index) => ({
      field: `funding.${String(index)}.id`,
      message: 'Another source of funding has this id',
    })),
    ...lines.flatMap(vatErrors),
    ...ruleErrors(rule),
  ];
  if (policy.partDaysBefore > policy.freeDaysBefore) {
    errors.push({
      field: 'policy.partDaysBefore',
      message: 'A place owes a part only after the days in which it is free',
    });
  }
  return [...errors, ...sumErrors(plan)];
}

/** The places in a list of those whose name another has before them. */
function twice<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): number[] {
  const names = new Set<string>();
  return things.flatMap((thing, index) => {
    const isKnown = names.has(nameOf(thing));
    names.add(nameOf(thing));
    return isKnown ? [index] : [];
  });
}

function vatErrors({ vatTreatment, planned, actual }: CostLine, index: number): FieldError[] {
  if (vatTreatment === 'standard' || vatTreatment === 'reduced') return [];
  const message = `No VAT is charged under the treatment ${vatTreatment}`;
  return Object.entries({ planned, actual }).flatMap(([stage, amount]) =>
    (amount?.vat ?? 0) > 0 ? [{ field: `lines.${String(index)}.${stage}.vat`, message }] : [],
  );
}

function ruleErrors(rule: SharingRule): FieldError[] {
  switch (rule.by) {
    case 'evenly':
    case 'places':
      return [];
    case 'weights': {
      const errors = namedTwice('rule.weights', rule.weights);
      if (rule.otherwise > 0 || rule.weights.some(({ weight }) => weight > 0)) return errors;
      return [...errors, { field: 'rule.weights', message: 'Somebody has to weigh more than nought' }];
    }
    case 'percentages': {
      const errors = namedTwice('rule.percentages', rule.percentages);
      const sum = rule.percentages.reduce((so, { hundredths }) => so + hundredths, 0);
      if (sum === 10_000) return errors;
      const message = `Together they have to be 100 per cent, and are ${(sum / 100).toFixed(2)}`;
      return [...errors, { field: 'rule.percentages', message }];
    }
    case 'fixed-price':
      // Of every place of the largest cohort: what they come to together is an amount that can still be posted.
      return rule.price * mostSharers <= mostPence
        ? []
        : [
            {
              field: 'rule.price',
              message: `A place costs ${String(Math.floor(mostPence / mostSharers))} pence at most`,
            },
          ];
  }
}

function namedTwice(list: string, named: readonly { readonly organisation: string }[]): FieldError[] {
  return twice(named, ({ organisation }) => organisation).map((index) => ({
    field: `${list}.${String(index)}.organisation`,
    message: 'This organisation is named before',
  }));
}

/** What the amounts come to together: no more than can be posted, and never less than the funding. */
function sumErrors(plan: Details): FieldError[] {
  const { planned, counted } = sharedCost(plan);
  const errors: FieldError[] = [];
  if (Math.max(planned.cost.gross, counted.cost.gross) > mostPence) {
    errors.push({ field: 'lines', message: `Together they come to more than ${String(mostPence)} pence` });
  }
  if (planned.funding > planned.cost.shared) {
    errors.push({ field: 'funding', message: 'The funding that is planned is more than the cost' });
  } else if (counted.funding > counted.cost.shared) {
    errors.push({ field: 'funding', message: 'The funding is more than what it came to cost' });
  }
  return errors;
}
