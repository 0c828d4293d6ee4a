import { costHistory, freezeIn, type CostHistory } from '../../../shared/costs/cost-history.ts';
import { nextStep, type Freeze, type Posted, type Step } from '../../../shared/costs/posting-steps.ts';
import type { RecordedChange } from '../../../shared/events/recorded-changes.ts';

export const host = 'org_0000000';
export const partners = ['org_aaaaaaa', 'org_bbbbbbb', 'org_ccccccc'] as const;
export const policy = { freeDaysBefore: 28, partDaysBefore: 14, partPercent: 50, unattendedPercent: 100 };
const firstDay = '2027-09-14';
/** The freeze date is a week before the first day. */
export const freezeDays = 7;

/** What is recorded of a cohort, as its history has it: one change after the other, each with what it announced. */
export function recorded(
  ...events: readonly (readonly [type: string, at: string, data: Record<string, unknown>])[]
): RecordedChange[] {
  return events.map(([type, at, data], index) => {
    const aggregateVersion = index + 1;
    const { organisation } = data;
    const audience = typeof organisation === 'string' ? [organisation, host] : [host];
    const facts = { version: 1, aggregate: 'coh_1', aggregateVersion, audience };
    const event = { id: `coh_1.1.${String(aggregateVersion)}.${type}`, type, at, ...facts, data };
    return { aggregate: 'LEDGER', version: aggregateVersion, events: [event] };
  });
}
export const created = ['cohort.created', '2027-06-01T09:00:00.000Z', { firstDay }] as const;
export const opened = ['cohort.opened', '2027-06-01T11:00:00.000Z', {}] as const;
export const planned = (
  shared: number,
  at = '2027-06-01T10:00:00.000Z',
  treatments: Record<string, string> = {},
  by = 'places',
) => ['cost.planned', at, { shared, firstDay, rule: { by, host: false }, policy, treatments }] as const;
export const confirmed = (organisation: string, tickets: number[], at = '2027-07-01T09:00:00.000Z') =>
  ['place.confirmed', at, { organisation, tickets }] as const;
export const givenBack = (organisation: string, tickets: number[], at: string) =>
  ['place.given-back', at, { organisation, tickets }] as const;

export const afterAll = new Date('2027-12-01T00:00:00.000Z');
export const historyOf = (changes: readonly RecordedChange[]) => costHistory('coh_1', host, changes);

/** Makes every step there is to make, with the accounts closed as `through` says of each. */
export function postAll(
  history: CostHistory,
  freeze: Freeze,
  from: Posted,
  through: (step: number) => string | undefined,
): Step[] {
  const steps: Step[] = [];
  let posted = from;
  for (;;) {
    const step = nextStep(history, freeze, posted, through(posted.steps + 1));
    if (step === undefined) return steps;
    steps.push(step);
    posted = step;
  }
}
export const nothing = (freeze: Freeze): Posted => ({ changes: freeze.changes, steps: 0, shares: [] });
export const postingsOf = (steps: readonly Step[]) => steps.flatMap(({ postings }) => postings);
export function allPostings(
  changes: readonly RecordedChange[],
  through: (step: number) => string | undefined = () => undefined,
) {
  const history = historyOf(changes);
  const freeze = freezeIn(history, freezeDays, afterAll);
  return freeze === undefined ? [] : postingsOf(postAll(history, freeze, nothing(freeze), through));
}
