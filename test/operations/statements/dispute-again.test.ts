import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../../../shared/context.ts';
import { answerDispute } from '../../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../../shared/statements/dispute-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openStatements, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

let hosts = 0;
/** A statement of so many lines by an organisation that has stated nothing else, and its lines. */
async function given(count = 2) {
  const creditor = organisationNamed(`host ${String((hosts += 1))}`);
  const statement = await at.given(...Array.from({ length: count }, () => ({ creditor })));
  const { items } = await listStatementLines.perform(at.as(creditor), { statement: statement.id, limit: 100 });
  await at.told();
  const [first = '', second = '', third = ''] = items.map(({ id }) => id);
  return { ...statement, first, second, third };
}
type Given = Awaited<ReturnType<typeof given>>;
type Request = Partial<Context['request']>;

const dispute = async ({ id }: Given, postings: readonly string[], request: Request = {}, by = trust) =>
  await disputeStatement.perform(at.as(by, request), {
    statement: id,
    lines: postings.map((posting) => ({ posting, code: 'not-our-place', words: 'We gave it back' })),
  });
const answer = async ({ id, creditor }: Given, answers: readonly object[], request: Request = {}, by = creditor) =>
  await answerDispute.perform(at.as(by, request), { statement: id, answers });
const upheld = (posting: string) => ({ posting, outcome: 'upheld', words: 'It was attended' });
describe('a late copy of a request', () => {
  const first = { idempotencyKey: 'first' };
  /** Disputed and answered, and disputed once more; all of the same line. */
  async function inSecondRound() {
    const statement = await given();
    await dispute(statement, [statement.first], first);
    await answer(statement, [upheld(statement.first)], first);
    await dispute(statement, [statement.first], { idempotencyKey: 'second' });
    return statement;
  }

  test('that disputed an earlier round opens no other', async () => {
    const statement = await inSecondRound();
    await answer(statement, [upheld(statement.first)], { idempotencyKey: 'second' });
    await dispute(statement, [statement.first], first);
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'answered', disputes: [{}, {}] });
  });

  test('that answered an earlier round answers no later one', async () => {
    const statement = await inSecondRound();
    await answer(statement, [upheld(statement.first)], first);
    const { status, disputes } = await at.seen(trust, statement.id);
    expect([status, disputes.map(({ answeredAt }) => answeredAt !== undefined)]).toEqual(['disputed', [true, false]]);
  });
});
