import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openDisputes, upheld, type DisputesTable } from '../../support/disputes.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let at: DisputesTable;

beforeAll(async () => {
  at = await openDisputes(clock);
});
afterAll(async () => {
  await at.close();
});

describe('a late copy of a request', () => {
  const first = { idempotencyKey: 'first' };
  /** Disputed and answered, and disputed once more; all of the same line. */
  async function inSecondRound() {
    const statement = await at.given();
    await at.dispute(statement, [statement.first], first);
    await at.answer(statement, [upheld(statement.first)], first);
    await at.dispute(statement, [statement.first], { idempotencyKey: 'second' });
    return statement;
  }

  test('that disputed an earlier round opens no other', async () => {
    const statement = await inSecondRound();
    await at.answer(statement, [upheld(statement.first)], { idempotencyKey: 'second' });
    await at.dispute(statement, [statement.first], first);
    expect(await at.seen(trust, statement.id)).toMatchObject({ status: 'answered', disputes: [{}, {}] });
  });

  test('that answered an earlier round answers no later one', async () => {
    const statement = await inSecondRound();
    await at.answer(statement, [upheld(statement.first)], first);
    const { status, disputes } = await at.seen(trust, statement.id);
    expect([status, disputes.map(({ answeredAt }) => answeredAt !== undefined)]).toEqual(['disputed', [true, false]]);
  });
});
