import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AnyOperation } from '../../shared/operation.ts';
import { getCostPlan } from '../../shared/costs/get-cost-plan.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { putPeriods, postingItem } from '../../shared/postings/postings-items.ts';
import { listPostings } from '../../shared/postings/list-postings.ts';
import { issueStatement } from '../../shared/statements/issue-statement.ts';
import { manyAtOnce } from '../../shared/table/many-at-once.ts';
import { givenCohort, organisationNamed } from '../support/cohorts.ts';
import { contextOf, personOf } from '../support/context.ts';
import { lineOf } from '../support/costs.ts';
import { postingOf } from '../support/postings.ts';
import { databaseClient } from '../support/table.ts';
import { openMeasuredTable, type MeasuredTable } from './measured-table.ts';
import { quartiles } from './quartiles.ts';

/** What it takes to read something of so many lines while there are so many postings in the table. */
export interface PostingsLine {
  readonly what: string;
  readonly lines: number;
  readonly postings: number;
  /** Read units of DynamoDB, and requests to it. */
  readonly read: number;
  readonly requests: number;
  /** The median, in milliseconds. */
  readonly milliseconds: number;
}

const host = organisationNamed('host');
const period = '2026-11';
/** How many lines a cost plan has that is read. */
const planLines = [10, 60] as const;
/** As many items as one request writes, and so many requests at once. */
const batchSize = 25;
const batchesAtOnce = 8;

/** How many lines a statement has that is read, and how often each is timed. */
interface Reading {
  readonly lines: readonly number[];
  readonly rounds: number;
}

/**
 * Fills a table with postings of others, up to each of these sizes in turn, and at each reads what has so many lines of its own:
 * the postings of a pair for a month, its statement as it is issued, and a cost plan.
 */
export async function measurePostings(
  sizes: readonly number[],
  { lines: statementLines, rounds }: Reading,
): Promise<PostingsLine[]> {
  const measured = await openMeasuredTable();
  const load = loaderOf(measured.name);
  await putPeriods(measured.table, { through: period, closings: [], version: 1 }, host);
  const plans = new Map<number, string>();
  for (const lines of planLines) plans.set(lines, await givenPlan(measured, lines));
  const read: PostingsLine[] = [];
  let there = 0;
  for (const size of sizes) {
    await load(othersFrom(there, size));
    there = size;
    for (const lines of statementLines) {
      const debtor = organisationNamed(`debtor of ${String(lines)} among ${String(size)}`);
      await load(Array.from({ length: lines }, () => postingOf({ debtor, effectiveOn: `${period}-09` })));
      const asked = { counterparty: debtor, side: 'owed-to-us', period, limit: 100 };
      read.push({
        what: 'list-postings, all pages',
        lines,
        postings: size,
        ...(await allPages(measured, rounds, asked)),
      });
      const work = performing(measured, issueStatement, { debtor, period });
      read.push({ what: 'issue-statement', lines, postings: size, ...(await costOf(measured, 1, work)) });
    }
    for (const [lines, cohort] of plans) {
      const work = performing(measured, getCostPlan, { cohort });
      read.push({ what: 'get-cost-plan', lines, postings: size, ...(await costOf(measured, rounds, work)) });
    }
  }
  await measured.remove();
  return read;
}

/** Postings between others, of two years and some hundred pairs, from one number up to another. */
function othersFrom(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    const month = 1 + (number % 12);
    const day = `202${String(5 + (number % 2))}-${String(month).padStart(2, '0')}-15`;
    const named = (name: string, of: number) => organisationNamed(`${name} ${String(number % of)}`);
    const cohort = idOfRequest('coh', String(number % 500));
    return postingOf({ creditor: named('creditor', 17), debtor: named('debtor', 23), cohort, effectiveOn: day });
  });
}

/** Puts postings into the table through a client of its own, which is not metered. */
function loaderOf(table: string) {
  const client = databaseClient();
  return async (postings: readonly ReturnType<typeof postingOf>[]) => {
    const writes: WriteRequest[] = postings.map((posting) => {
      return { PutRequest: { Item: marshall(postingItem(posting, 1), { removeUndefinedValues: true }) } };
    });
    const batches = Array.from({ length: Math.ceil(writes.length / batchSize) }, (_, index) =>
      writes.slice(index * batchSize, (index + 1) * batchSize),
    );
    await manyAtOnce(batches, batchesAtOnce, async (batch) => {
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
      if (Object.keys(answer.UnprocessedItems ?? {}).length > 0) throw new Error('The database is too busy');
    });
  };
}

async function givenPlan({ table, clock }: MeasuredTable, count: number): Promise<string> {
  const { id: cohort } = await givenCohort(table, clock);
  const lines = Array.from({ length: count }, (_, index) => lineOf(`line-${String(index)}`, 'other', 1000 + index));
  await setCostPlan.perform(contextOf(table, clock, personOf(host, ['finance']), { expectedVersion: 0 }), {
    cohort,
    lines,
  });
  return cohort;
}

type Cost = Pick<PostingsLine, 'read' | 'requests' | 'milliseconds'>;

/** What something costs; the time is the median of some rounds. */
async function costOf({ measure }: MeasuredTable, times: number, work: () => Promise<unknown>): Promise<Cost> {
  const took: number[] = [];
  let charges: Awaited<ReturnType<MeasuredTable['measure']>>['asked'] = [];
  for (let round = 0; round < times; round += 1) {
    ({ asked: charges } = await measure(async () => {
      const begun = performance.now();
      await work();
      took.push(performance.now() - begun);
    }));
  }
  const read = charges.reduce((sum, charge) => sum + charge.read, 0);
  const requests = charges.filter((charge) => charge.read > 0).length;
  return { read, requests, milliseconds: quartiles(took).median };
}

const by = ({ table, clock }: MeasuredTable) => contextOf(table, clock, personOf(host, ['finance']));

function performing(measured: MeasuredTable, operation: AnyOperation, input: unknown) {
  return async () => await operation.perform(by(measured), input);
}

async function allPages(measured: MeasuredTable, rounds: number, asked: object): Promise<Cost> {
  return await costOf(measured, rounds, async () => {
    let after: string | undefined;
    do {
      const page = await listPostings.perform(by(measured), after === undefined ? asked : { ...asked, after });
      after = page.next;
    } while (after !== undefined);
  });
}
