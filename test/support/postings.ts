import type { Context, Role } from '../../shared/context.ts';
import { idOfRequest } from '../../shared/ids.ts';
import { findPeriods, postingWrites } from '../../shared/postings/cohort-postings.ts';
import { openPeriodFor } from '../../shared/postings/period.ts';
import type { NewPosting } from '../../shared/postings/posting.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Table } from '../../shared/table/table.ts';
import { organisationNamed } from './cohorts.ts';
import { contextOf, personOf } from './context.ts';

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
