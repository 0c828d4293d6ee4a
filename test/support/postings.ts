import type { Context, Role } from '../../shared/context.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { findPeriods, postingWrites } from '../../shared/postings/cohort-postings.ts';
import { openPeriodFor } from '../../shared/postings/period.ts';
import { explainPosting } from '../../shared/postings/explain-posting.ts';
import { listPostings } from '../../shared/postings/list-postings.ts';
import type { NewPosting } from '../../shared/postings/posting.ts';
import { readOwedTo } from '../../shared/postings/postings-items.ts';
import { reversePosting } from '../../shared/postings/reverse-posting.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Table } from '../../shared/table/table.ts';
import { organisationNamed } from './cohorts.ts';
import { contextOf, personOf } from './context.ts';
import { streamRelay } from './stream-relay.ts';
import { createTestTable } from './table.ts';

let number = 0;

/** A posting, each with an id of its own: what "trust" owes "host" for two places, unless said otherwise. */
export function postingOf(facts: Partial<NewPosting> = {}): NewPosting {
  number += 1;
  const effectiveOn = facts.effectiveOn ?? '2026-11-09';
  const cohort = facts.cohort ?? idOfRequest('coh', 'Autumn 2026');
  return {
    id: idOfRequest('pst', String(number)),
    creditor: organisationNamed('host'),
    debtor: organisationNamed('trust'),
    cohort,
    reason: 'share',
    cause: `${cohort}.frozen`,
    tickets: [1, 2],
    net: 291_834,
    vat: 0,
    treatment: 'outside-scope',
    effectiveOn,
    period: effectiveOn.slice(0, 7),
    at: `${effectiveOn}T00:00:00.000Z`,
    ...facts,
  };
}

/** Posts it, into the period that is open for its day. */
export async function givenPosting(table: Table, facts: Partial<NewPosting> = {}, step = 1): Promise<NewPosting> {
  const wanted = postingOf(facts);
  const periods = await findPeriods(table, wanted.creditor);
  const posting = { ...wanted, period: openPeriodFor(wanted.effectiveOn, periods?.through) };
  const made = await table.transact(postingWrites(posting.creditor, [posting], step, periods));
  if (!made) throw new Error(`The posting ${posting.id} is there already`);
  return posting;
}

/** Acts for organisations, as their finance unless said otherwise. */
export function financeOf(table: Table, clock: Clock) {
  return (organisation: string, request: Partial<Context['request']> = {}, roles: readonly Role[] = ['finance']) =>
    contextOf(table, clock, personOf(organisation, roles), request);
}

/** What names a posting to others. */
type Named = Pick<NewPosting, 'id' | 'creditor' | 'debtor' | 'period'>;

/** A fresh table with what finance staff do with postings on it, and the relay of its stream. */
export async function openPostings(clock: Clock) {
  const database = await createTestTable();
  const { table } = database;
  const relay = streamRelay(database, clock);
  const as = financeOf(table, clock);
  const debtor = organisationNamed('trust');
  let creditors = 0;
  /** What `reverse-posting` is asked for: unless said otherwise as disputed, for the last day of 2026. */
  const asked = ({ id: posting, debtor: of, period }: Named, how: object = {}) => {
    return { posting, debtor: of, period, effectiveOn: '2026-12-31', because: 'disputed', ...how };
  };
  return {
    database,
    table,
    relay,
    as,
    asked,
    /** What "trust" owes a creditor of its own: £100.01 and VAT, unless said otherwise. */
    given: async (facts: Partial<NewPosting> = {}) => {
      const creditor = organisationNamed(`creditor ${String((creditors += 1))}`);
      return await givenPosting(table, { creditor, net: 10_001, vat: 2000, treatment: 'standard', ...facts });
    },
    reverse: async (posting: Named, how: object = {}, request: Partial<Context['request']> = {}, by?: string) =>
      await reversePosting.perform(as(by ?? posting.creditor, request), asked(posting, how)),
    explain: async (by: string, { id: posting, creditor, debtor: of, period }: Named) =>
      await explainPosting.perform(as(by), { posting, creditor, debtor: of, period }),
    /** What "trust" owes a creditor for the financial year. */
    list: async ({ creditor }: Pick<Named, 'creditor'>, year = '2026-27') =>
      await listPostings.perform(as(creditor), { counterparty: debtor, side: 'owed-to-us', year }),
    /** What a creditor is owed for each period, by the sums. */
    owed: async ({ creditor }: Pick<Named, 'creditor'>) => {
      const sums = await readOwedTo(table, creditor, '', 100);
      return sums.map(({ period, net, vat, postings }) => [period, net, vat, postings]);
    },
    /** What was told of the postings that were reversed, since the last time. */
    told: async () => (await relay.relayAll()).filter(({ type }) => type === 'cost.reversed'),
    close: async () => {
      relay.stop();
      await database.remove();
    },
  };
}
export type PostingsTable = Awaited<ReturnType<typeof openPostings>>;
