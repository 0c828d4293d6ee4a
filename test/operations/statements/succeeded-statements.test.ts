import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor, PersonActor } from '../../../shared/context.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import { answerDispute } from '../../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../../shared/statements/dispute-statement.ts';
import { getAgeing } from '../../../shared/statements/get-ageing.ts';
import { getStatement } from '../../../shared/statements/get-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { listStatements } from '../../../shared/statements/list-statements.ts';
import { printStatement } from '../../../shared/statements/print-statement.ts';
import { acceptSuccession } from '../../../shared/successions/accept-succession.ts';
import { proposeSuccession } from '../../../shared/successions/propose-succession.ts';
import { givenCohort } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { closeThrough, openStatements, post, stated, type StatementsTable } from '../../support/statements.ts';
import { organisationFor } from '../../support/successions.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: StatementsTable;
let [host, old, next, other] = ['', '', '', ''];
let cohort: Awaited<ReturnType<typeof givenCohort>>;
let administrators: readonly PersonActor[];

/** "Old Trust" is owed by "Other Trust", and owes the host and "New Trust", by which it is about to be succeeded. */
beforeAll(async () => {
  at = await openStatements(clock);
  const { table } = at;
  const first = await givenFirstOrganisation(table, clock);
  const named = async (name: string) => await givenOrganisation(table, clock, first, name);
  administrators = [first, await named('Old Trust'), await named('New Trust'), await named('Other Trust')];
  [host = '', old = '', next = '', other = ''] = administrators.map(organisationFor);
  cohort = await givenCohort(table, clock, { host });
  await post(table, [
    stated({ creditor: host, debtor: old }),
    stated({ creditor: host, debtor: old, period: '2027-10', cohort: cohort.id }),
    stated({ creditor: old, debtor: other }),
    stated({ creditor: old, debtor: next }),
  ]);
  await closeThrough(table, host, '2027-10');
  await closeThrough(table, old, '2027-09');
});
afterAll(async () => {
  await at.close();
});

/** Somebody in finance of the old organisation, as a request finds them once it was succeeded. */
const ofOld = (): Actor => {
  const actor = personOf(old, ['finance']);
  if (actor.kind !== 'person' || actor.membership === undefined) throw new Error('Nobody');
  return { ...actor, membership: { ...actor.membership, succeededBy: next } };
};
const notFound = { code: 'statement.not-found' };
const issue = async (creditor: string, debtor: string, more: object = {}) =>
  await issueStatement.perform(at.as(creditor), { debtor, period: '2027-09', ...more });

describe('after a succession', () => {
  test('the successor acts for the debts of its predecessor, and only from the day on', async () => {
    const { table } = at;
    const owed = await issue(host, old);
    const [, ofTheOld, ofTheNext] = administrators;
    if (ofTheOld === undefined || ofTheNext === undefined) throw new Error('Nobody');
    const offer = { successor: next, on: '2027-10-20' };
    const { version } = await proposeSuccession.perform(contextOf(table, clock, ofTheOld), offer);
    const seen = { expectedVersion: version };
    await acceptSuccession.perform(contextOf(table, clock, ofTheNext, seen), { organisation: old });
    await at.told();
    const of = { statement: owed.id };
    await expect(getStatement.perform(at.as(next), of)).rejects.toMatchObject(notFound);
    await expect(agreeStatement.perform(at.as(next), { ...of, hash: owed.hash })).rejects.toMatchObject(notFound);
    await expect(issue(next, other, { predecessor: old })).rejects.toMatchObject({ code: 'organisation.not-found' });

    clock.moveTo('2027-10-20T09:00:00.000Z');
    await at.sweep();
    await at.told();
    const { items } = await listStatementLines.perform(at.as(next), of);
    expect(items).toHaveLength(1);
    const lines = items.map(({ id: posting }) => ({ posting, code: 'wrong-amount' }));
    await disputeStatement.perform(at.as(next), { ...of, lines });
    expect(await at.told()).toMatchObject([{ type: 'statement.disputed', audience: [host, old, next] }]);
    const answers = items.map(({ id: posting }) => ({ posting, outcome: 'upheld', words: 'It is right' }));
    await answerDispute.perform(at.as(host), { ...of, answers });
    const agreed = await agreeStatement.perform(at.as(next), { ...of, hash: owed.hash });
    expect(agreed).toMatchObject({ status: 'agreed', debtor: old, hash: owed.hash });
    // It is still not for others to see, nor for the successor what its predecessor has nothing to do with.
    await expect(getStatement.perform(at.as(other), of)).rejects.toMatchObject(notFound);
  });

  test('and for its claims: it issues under its own numbers, and answers', async () => {
    const issued = await issue(next, other, { predecessor: old });
    expect(issued).toMatchObject({ creditor: old, debtor: other, issuer: next, number: 'INV-000001' });
    const told = (await at.told()).filter(({ type }) => type === 'statement.issued');
    expect(told).toMatchObject([{ audience: [old, other, next] }]);
    const { content } = await printStatement.perform(at.as(other), { statement: issued.id });
    expect(content).toContain('Issued by New Trust, which has succeeded it');
    const of = { statement: issued.id };
    const { items } = await listStatementLines.perform(at.as(other), of);
    const [posting = ''] = items.map(({ id }) => id);
    await disputeStatement.perform(at.as(other), { ...of, lines: [{ posting, code: 'not-our-place' }] });
    const reversal = { effectiveOn: '2027-10-01' };
    const answers = [{ posting, outcome: 'corrected', words: 'You are right', reversal }];
    const answered = await answerDispute.perform(at.as(next), { ...of, answers });
    expect(answered).toMatchObject({ status: 'answered' });
    const own = { statement: issued.id, hash: issued.hash };
    await expect(agreeStatement.perform(at.as(next), own)).rejects.toMatchObject(notFound);
  });

  test('lists and ages them as those of its predecessor, apart from its own', async () => {
    await at.told();
    const list = async (more: object) =>
      (await listStatements.perform(at.as(next), { side: 'owed-to-us', ...more })).items;
    expect(await list({})).toEqual([]);
    expect(await list({ predecessor: old })).toMatchObject([{ counterparty: other, number: 'INV-000001' }]);
    expect(await list({ predecessor: old, side: 'owed-by-us' })).toMatchObject([{ counterparty: host }]);
    const ageing = await getAgeing.perform(at.as(next), { predecessor: old });
    expect([ageing.owedToUs.all.total, ageing.owedByUs.all.total]).toEqual([100_000, 100_000]);
    for (const operation of [getAgeing, listStatements]) {
      const input = operation === getAgeing ? { predecessor: old } : { predecessor: old, side: 'owed-to-us' };
      await expect(operation.perform(at.as(other), input)).rejects.toMatchObject({ code: 'organisation.not-found' });
    }
  });

  test('who acts for the predecessor still reads, and takes on nothing', async () => {
    const claim = { cohort: cohort.id, purchaseOrder: 'PO 7' };
    await claimPlace.perform(contextOf(at.table, clock, personOf(next)), claim);
    const later = await issueStatement.perform(at.as(host), { debtor: old, period: '2027-10' });
    // With its places, purchase orders are those of the successor.
    expect(later.purchaseOrders).toEqual([{ cohort: cohort.id, reference: 'PO 7' }]);
    const as = () => contextOf(at.table, clock, ofOld());
    expect(await getStatement.perform(as(), { statement: later.id })).toMatchObject({ status: 'issued' });
    const agreeing = agreeStatement.perform(as(), { statement: later.id, hash: later.hash });
    await expect(agreeing).rejects.toMatchObject({ code: 'organisation.succeeded' });
    const issuing = issueStatement.perform(as(), { debtor: next, period: '2027-09' });
    await expect(issuing).rejects.toMatchObject({ code: 'organisation.succeeded' });
    // The reminder reaches the successor too.
    await at.told();
    clock.moveTo('2027-11-12T09:00:00.000Z');
    await at.sweep();
    const reminders = (await at.told()).filter(({ data }) => data['statement'] === later.id);
    expect(reminders).toMatchObject([{ type: 'statement.due-soon', audience: [host, old, next] }]);
  });

  test('of what the two owed each other it is both sides', async () => {
    const issued = await issue(next, next, { predecessor: old });
    expect(issued).toMatchObject({ creditor: old, debtor: next, issuer: next, number: 'INV-000002' });
    const agreed = await agreeStatement.perform(at.as(next), { statement: issued.id, hash: issued.hash });
    expect(agreed).toMatchObject({ status: 'agreed' });
  });
});
