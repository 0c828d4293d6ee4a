import { keys } from '../table/keys.ts';
import { absent, type Condition, type Table, type TransactionWrite } from '../table/table.ts';
import { inPlaceOf } from './adjustment.ts';
import {
  owedSchema,
  periodsSchema,
  postingSchema,
  type NewPosting,
  type Owed,
  type Periods,
  type Posting,
} from './posting.ts';

/**
 * The writes that make postings, for the transaction of what causes them: each posting once, and what its debtor owes for
 * the period raised by it. `step`, one for all or each its own, orders a cohort's postings.
 */
export function postingsMade(
  postings: readonly NewPosting[],
  step: number | ((posting: NewPosting) => number),
): TransactionWrite[] {
  const made = postings.map((posting) => {
    const own = typeof step === 'number' ? step : step(posting);
    return { put: postingItem(posting, own), onlyIf: absent };
  });
  const sums = Map.groupBy(postings, ({ period, debtor }) => `${period} ${debtor}`);
  return [...made, ...[...sums.values()].map(owedRaised)];
}

/** The item of a posting. Nothing in it depends on when or how often it is made. */
export function postingItem(posting: NewPosting, step: number): Posting {
  const { creditor, debtor, period, id, cohort } = posting;
  return {
    ...posting,
    ...keys.posting(creditor, debtor, period, id),
    gsi1pk: keys.postingsOfCohort(cohort),
    gsi1sk: keys.postingOfCohort(step, debtor, id),
  };
}

/** In which step of its cohort's postings one was made; a reversal and an adjustment stand in that of what they are of. */
export function stepOf({ gsi1sk }: Pick<Posting, 'gsi1sk'>): number {
  return Number(gsi1sk.slice(0, gsi1sk.indexOf('#')));
}

function owedRaised(postings: readonly NewPosting[]): TransactionWrite {
  const [first] = postings;
  if (first === undefined) throw new Error('There is nothing to owe');
  const { creditor, debtor, period } = first;
  const values = {
    ':creditor': creditor,
    ':debtor': debtor,
    ':period': period,
    ':owes': keys.owes(debtor),
    ':order': `${period}#${creditor}`,
    ':net': postings.reduce((sum, { net }) => sum + net, 0),
    ':vat': postings.reduce((sum, { vat }) => sum + vat, 0),
    ':count': postings.length,
  };
  const set = 'SET creditor = :creditor, debtor = :debtor, #period = :period, gsi1pk = :owes, gsi1sk = :order';
  const update = `${set} ADD net :net, vat :vat, postings :count`;
  return { key: keys.owed(creditor, period, debtor), change: { update, names: { '#period': 'period' }, values } };
}

/** Up to which period an organisation has closed what it is owed; undefined when it never closed one. */
export async function readPeriods(table: Table, organisation: string): Promise<Periods | undefined> {
  return await table.get(keys.periods(organisation), periodsSchema, { consistent: true });
}

/** The check, for the transaction of a posting, that no other period was closed since the periods were read. */
export function periodsUnchanged(organisation: string, seen: Periods | undefined): TransactionWrite {
  const key = keys.periods(organisation);
  if (seen === undefined) return { key, holds: { condition: 'attribute_not_exists(pk)' } };
  const [names, values] = [{ '#version': 'version' }, { ':seen': seen.version }];
  return { key, holds: { condition: '#version = :seen', names, values } };
}

/** Closes a period, on condition that the periods are as they were read. */
export async function putPeriods(table: Table, periods: Omit<Periods, 'pk' | 'sk'>, organisation: string) {
  const { version } = periods;
  const onlyIf: Condition =
    version === 1
      ? absent
      : { condition: '#version = :seen', names: { '#version': 'version' }, values: { ':seen': version - 1 } };
  return await table.put({ ...keys.periods(organisation), ...periods }, onlyIf);
}

/** A posting by its ids and its period. */
export async function readPosting(
  table: Table,
  { creditor, debtor, period, id }: Pick<Posting, 'creditor' | 'debtor' | 'period' | 'id'>,
): Promise<Posting | undefined> {
  return await table.get(keys.posting(creditor, debtor, period, id), postingSchema, { consistent: true });
}

/** The postings between a creditor and a debtor for a period, in the order of their ids, behind the one given. */
export async function readPostings(
  table: Table,
  { creditor, debtor, period }: Pick<Posting, 'creditor' | 'debtor' | 'period'>,
  limit: number,
  after?: string,
): Promise<Posting[]> {
  const { pk, prefix } = keys.postingsFor(creditor, debtor, period);
  const from = after === undefined ? {} : { after: keys.posting(creditor, debtor, period, after).sk };
  return await table.query({ pk, prefix, ...from, limit, consistent: true }, postingSchema);
}

/**
 * The postings between a creditor and a debtor of the periods from one to another (both counted), by period and then in the
 * order of their ids, behind a sort key.
 */
export async function readPostingsBetween(
  table: Table,
  { creditor, debtor, from, to }: Pick<Posting, 'creditor' | 'debtor'> & { readonly from: string; readonly to: string },
  limit: number,
  after = '',
): Promise<Posting[]> {
  const { pk, sk: begins } = keys.posting(creditor, debtor, from, '');
  const upTo = keys.posting(creditor, debtor, to, '~').sk;
  const behind = after > begins ? after : begins;
  // DynamoDB takes no position that lies outside what is asked for.
  if (behind > upTo) return [];
  return await table.query({ pk, upTo, after: behind, limit, consistent: true }, postingSchema);
}

/** A cohort's postings in the order in which they were made, behind a key of the index; one of the last second may be missing. */
export async function readPostingsOfCohort(
  table: Table,
  cohort: string,
  limit: number,
  after?: string,
): Promise<Posting[]> {
  const from = after === undefined ? {} : { after };
  return await table.query({ index: 'gsi1', pk: keys.postingsOfCohort(cohort), ...from, limit }, postingSchema);
}

/**
 * The posting that a reversal reverses, or in whose place an adjustment stands, which is of the same step of its cohort; one of
 * the last second may be missing.
 */
export async function readBehind(table: Table, posting: Posting): Promise<Posting | undefined> {
  const { cohort, debtor, reverses = inPlaceOf(posting) } = posting;
  if (reverses === undefined) return undefined;
  const prefix = keys.postingOfCohort(stepOf(posting), debtor, reverses);
  const pk = keys.postingsOfCohort(cohort);
  return (await table.query({ index: 'gsi1', pk, prefix, limit: 1 }, postingSchema))[0];
}

/** What one organisation owes another for a period; undefined when nothing was posted. */
export async function readOwed(
  table: Table,
  { creditor, debtor, period }: Pick<Owed, 'creditor' | 'debtor' | 'period'>,
): Promise<Owed | undefined> {
  return await table.get(keys.owed(creditor, period, debtor), owedSchema, { consistent: true });
}

/** What an organisation is owed: by whom, and for which period; those of periods that begin with `period`. */
export async function readOwedTo(table: Table, creditor: string, period: string, limit: number): Promise<Owed[]> {
  return await table.query({ ...keys.owedTo(creditor, period), limit, consistent: true }, owedSchema);
}

/** What an organisation is owed for the periods from one to another (both counted): by period, then by debtor, behind a sort key. */
export async function readOwedBetween(
  table: Table,
  { creditor, from, to }: { readonly creditor: string; readonly from: string; readonly to: string },
  limit: number,
  after = '',
): Promise<Owed[]> {
  const { pk, sk: begins } = keys.owed(creditor, from, '');
  const upTo = keys.owed(creditor, to, '~').sk;
  const behind = after > begins ? after : begins;
  return behind >= upTo ? [] : await table.query({ pk, upTo, after: behind, limit, consistent: true }, owedSchema);
}

/** What an organisation owes: to whom, and for which period; those of periods that begin with `period`, as of a moment ago. */
export async function readOwedBy(table: Table, debtor: string, period: string, limit: number): Promise<Owed[]> {
  return await table.query({ index: 'gsi1', pk: keys.owes(debtor), prefix: period, limit }, owedSchema);
}
