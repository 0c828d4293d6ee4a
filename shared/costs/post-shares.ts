import { changeByItself } from '../change.ts';
import { dayAfter, type Clock } from '../clock.ts';
import type { Cohort } from '../cohorts/cohort.ts';
import { findCohort } from '../cohorts/find-cohort.ts';
import type { RecordedChange } from '../events/recorded-changes.ts';
import { findLedger } from '../places/cohort-ledger.ts';
import { findPeriods, postingWrites } from '../postings/cohort-postings.ts';
import type { Periods } from '../postings/posting.ts';
import { patiently } from '../table/many-at-once.ts';
import type { Table } from '../table/table.ts';
import { costHistory, freezeIn, type CostHistory } from './cost-history.ts';
import { readCostPlan } from './costs-items.ts';
import { nextStep, type Freeze, type Step } from './posting-steps.ts';
import type { Shares } from './shares.ts';
import { readCostRecords, readShares, sharesWritten, type NewShares } from './shares-items.ts';

/** How many steps are made in one go, and how often one is tried again that another has overtaken. */
const mostSteps = 200;

/** How many changes that change nothing are looked at again each time, before it is noted that they were. */
const mostUnnoted = 20;

/**
 * Brings the shares of a cohort up to what is recorded of it: before the freeze date the forecast, from then on postings, step by
 * step, each in one transaction. Does nothing for what was done already, so it may be done at any time, by several at once,
 * and again after it was cut off anywhere: what is posted follows from the recorded changes alone.
 *
 * `heard` are the ids of events that have to be among them. Whether all is done: not, when these are not recorded yet, when at the
 * freeze date not every change before it is, or when there was more to do than in one go. Then it is to be done again.
 */
export async function postShares(
  table: Table,
  clock: Clock,
  cohort: string,
  heard: readonly string[] = [],
): Promise<boolean> {
  const [plan, found] = await Promise.all([readCostPlan(table, cohort), findCohort(table, cohort)]);
  if (plan === undefined || found?.opened !== true || found.dropped === true) return true;
  for (let step = 0; step < mostSteps; step += 1) {
    const made = await makeStep({ table, clock, cohort: found, heard, plan: plan.version });
    if (made !== 'more') return made === 'all';
  }
  return false;
}

interface Posting {
  readonly table: Table;
  readonly clock: Clock;
  readonly cohort: Cohort;
  readonly heard: readonly string[];
  /** The version of the cost plan, of which at least all is to be known at the freeze. */
  readonly plan: number;
}

/** What came of a step: there may be more to make; all are made; or not all that is needed is recorded yet. */
type Made = 'more' | 'all' | 'not-yet';

/** Makes one step, where there is one to make. */
async function makeStep(posting: Posting): Promise<Made> {
  const { table, clock, cohort, heard } = posting;
  const [ledger, so, periods] = await Promise.all([
    findLedger(table, cohort.id),
    readShares(table, cohort.id),
    findPeriods(table, cohort.host),
  ]);
  const { changes, known } = await readCostRecords(table, cohort.id);
  if (!heard.every((id) => known.has(id))) return 'not-yet';
  const history = costHistory(cohort.id, cohort.host, changes);
  const freeze = so?.frozen ?? freezeIn(history, cohort.naming.freezeDaysBefore, clock.now());
  if (freeze === undefined) return await foresee(posting, history, so);
  const isAllKnown = knows(changes, 'LEDGER', ledger?.version) && knows(changes, 'COSTS', posting.plan);
  if (so?.frozen === undefined && !isAllKnown) return 'not-yet';
  return await post(posting, history, freeze, so, periods);
}

function knows(changes: readonly RecordedChange[], aggregate: string, version = 0): boolean {
  return version === 0 || changes.some((change) => change.aggregate === aggregate && change.version >= version);
}

/** Writes the forecast, if it is another than before. */
async function foresee({ table, clock, cohort }: Posting, history: CostHistory, so: Shares | undefined): Promise<Made> {
  const changes = history.causes.length;
  const forecast = {
    shared: history.sharedAfter(changes) ?? 0,
    shares: [...history.sharesAfter(changes)],
    freezesOn: freezesOnAfter(history, changes, cohort),
  };
  const { shared, shares, freezesOn } = so ?? {};
  if (so !== undefined && JSON.stringify({ shared, shares, freezesOn }) === JSON.stringify(forecast)) return 'all';
  const next = { ...blank(cohort), ...so, ...forecast, changes };
  const isWritten = await table.transact([written(next, so, changeByItself('forecast', clock.now()))]);
  return isWritten ? 'all' : 'more';
}

/** Makes the next postings; or, where nobody owes anything at the freeze, notes that it was. */
async function post(
  { table, clock, cohort }: Posting,
  history: CostHistory,
  freeze: Freeze,
  so: Shares | undefined,
  periods: Periods | undefined,
): Promise<Made> {
  const isFrozen = so?.frozen !== undefined;
  const posted = isFrozen ? so : { changes: freeze.changes, steps: 0, shares: [] };
  const step = nextStep(history, freeze, posted, periods?.through);
  if (step === undefined && isFrozen) return await noteFurther(table, clock, history, so);
  const { changes, steps, shares, postings }: Step = step ?? { ...posted, postings: [] };
  const next = {
    ...blank(cohort),
    ...so,
    status: 'posted' as const,
    frozen: freeze,
    freezesOn: freezesOnAfter(history, changes, cohort),
    shared: history.sharedAfter(changes) ?? 0,
    shares: [...(step === undefined ? history.sharesAfter(changes) : shares)],
    changes,
    steps,
    closes: closesWith(so?.closes ?? [], periods, steps),
  };
  const told = postings.map(({ id, debtor, net, vat, period, effectiveOn, reason }) => {
    return { organisation: debtor, posting: id, net, vat, period, effectiveOn, reason };
  });
  const change = { ...changeByItself('posted', clock.now()), posted: told };
  const beside = postings.length === 0 ? [] : postingWrites(cohort.host, postings, steps, periods);
  // Another that posts for the same two organisations at this moment is no reason to begin anew in minutes.
  await patiently(async () => await table.transact([written(next, so, change), ...beside]));
  return 'more';
}

/**
 * Notes that what happened since changes nothing, once there is much of it: each time the shares are worked out for every
 * change behind the one that is noted, and attendance alone may be hundreds.
 */
async function noteFurther(table: Table, clock: Clock, history: CostHistory, so: Shares): Promise<Made> {
  const changes = history.causes.length;
  if (changes - so.changes < mostUnnoted) return 'all';
  const isWritten = await table.transact([written({ ...so, changes }, so, changeByItself('noted', clock.now()))]);
  return isWritten ? 'all' : 'more';
}

function closesWith(closes: Shares['closes'], periods: Periods | undefined, step: number): Shares['closes'] {
  if (periods === undefined || closes.at(-1)?.through === periods.through) return closes;
  return [...closes, { through: periods.through, step }];
}

function freezesOnAfter(history: CostHistory, changes: number, cohort: Cohort): string {
  return dayAfter(history.firstDayAfter(changes) ?? cohort.firstDay, -cohort.naming.freezeDaysBefore);
}

type Standing = Omit<NewShares, 'version' | 'change'>;

function blank({ id, host }: Cohort) {
  const none = { changes: 0, steps: 0, closes: [], shares: [] };
  return { cohort: id, host, status: 'forecast' as const, ...none };
}

function written(shares: Standing, so: Shares | undefined, change: NewShares['change']) {
  return sharesWritten({ ...shares, version: (so?.version ?? 0) + 1, change });
}
