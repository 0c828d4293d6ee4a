import { organisationNamed } from './cohorts.ts';
import { contextOf, personOf } from './context.ts';
import { streamRelay } from './stream-relay.ts';
import { createTestTable } from './table.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Context } from '../../shared/context.ts';
import { actOnDeadlines } from '../../shared/deadlines/act-on-deadlines.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { findPeriods, postingWrites } from '../../shared/postings/cohort-postings.ts';
import type { NewPosting } from '../../shared/postings/posting.ts';
import { putPeriods } from '../../shared/postings/postings-items.ts';
import { agreeStatement } from '../../shared/statements/agree-statement.ts';
import { getStatement } from '../../shared/statements/get-statement.ts';
import { issueStatement } from '../../shared/statements/issue-statement.ts';
import type { Table } from '../../shared/table/table.ts';

/** The most postings in one transaction. */
const mostAtOnce = 40;
let number = 0;

/** A posting of September 2027, each with an id of its own: "trust" owes "host" the share of its place, 1,000.00 pounds. */
export function stated(facts: Partial<NewPosting> = {}): NewPosting {
  number += 1;
  const cohort = facts.cohort ?? idOfRequest('coh', 'Autumn 2027');
  return {
    id: idOfRequest('pst', 'stated', String(number)),
    creditor: organisationNamed('host'),
    debtor: organisationNamed('trust'),
    cohort,
    reason: 'share',
    cause: `${cohort}.1.7.cohort.frozen`,
    tickets: [number],
    net: 100_000,
    vat: 0,
    treatment: 'outside-scope',
    effectiveOn: '2027-09-07',
    period: '2027-09',
    at: '2027-09-07T00:00:00.000Z',
    ...facts,
  };
}

/** Makes postings as what causes them does, whatever period they are of. */
export async function post(table: Table, postings: readonly NewPosting[]): Promise<void> {
  for (const [creditor, some] of Map.groupBy(postings, (posting) => posting.creditor)) {
    const periods = await findPeriods(table, creditor);
    for (let start = 0; start < some.length; start += mostAtOnce) {
      const made = await table.transact(postingWrites(creditor, some.slice(start, start + mostAtOnce), 1, periods));
      if (!made) throw new Error('A posting is there already, or a period was closed');
    }
  }
}

/** Closes all periods of an organisation up to one. */
export async function closeThrough(table: Table, creditor: string, through: string): Promise<void> {
  const before = await findPeriods(table, creditor);
  const closing = { period: through, by: 'mem_given', at: '2027-10-04T09:00:00.000Z' };
  const version = (before?.version ?? 0) + 1;
  await putPeriods(table, { through, closings: [closing], version }, creditor);
}

/** A statement of a posting between two organisations, of September 2027 unless said otherwise, as its creditor issued it. */
export async function givenStatement(
  table: Table,
  clock: Clock,
  facts: Partial<NewPosting> & Pick<NewPosting, 'creditor' | 'debtor'>,
) {
  const { creditor, debtor, period } = stated(facts);
  await post(table, [stated(facts)]);
  await closeThrough(table, creditor, period);
  const as = contextOf(table, clock, personOf(creditor, ['finance']));
  return await issueStatement.perform(as, { debtor, period });
}

/** What the debtor of a statement makes of it by agreeing. */
export async function agreedBy(
  table: Table,
  clock: Clock,
  { id, hash, debtor }: { readonly id: string; readonly hash: string; readonly debtor: string },
) {
  const as = contextOf(table, clock, personOf(debtor, ['finance']));
  return await agreeStatement.perform(as, { statement: id, hash });
}

/** A fresh table with what finance staff do on it, and the relay of its stream. */
export async function openStatements(clock: Clock) {
  const database = await createTestTable();
  const { table } = database;
  const relay = streamRelay(database, clock);
  const as = (organisation: string, request: Partial<Context['request']> = {}) =>
    contextOf(table, clock, personOf(organisation, ['finance']), request);
  return {
    database,
    table,
    relay,
    as,
    /** Posts, closes the period, and issues the statement of the first posting's pair. */
    given: async (...facts: readonly Partial<NewPosting>[]) => {
      const postings = (facts.length === 0 ? [{}] : facts).map(stated);
      await post(table, postings);
      const [{ creditor, debtor, period } = stated()] = postings;
      await closeThrough(table, creditor, period);
      return await issueStatement.perform(as(creditor), { debtor, period });
    },
    agree: async (statement: Parameters<typeof agreedBy>[2]) => await agreedBy(table, clock, statement),
    /** As a party sees it at this moment. */
    seen: async (organisation: string, statement: string) =>
      await getStatement.perform(as(organisation), { statement }),
    /** What was told since the last time: of each event its type, its data and who is told. */
    told: async () => (await relay.relayAll()).map(({ type, data, audience }) => ({ type, data, audience })),
    /** What the sweeper does each minute. */
    sweep: async () => {
      const { failures } = await actOnDeadlines({ table, epoch: 1, clock }, clock.now());
      if (failures.length > 0) throw new AggregateError(failures.map(({ error }) => error));
    },
    close: async () => {
      relay.stop();
      await database.remove();
    },
  };
}
export type StatementsTable = Awaited<ReturnType<typeof openStatements>>;
