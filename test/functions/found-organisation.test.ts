import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { operatorHandler } from '../../functions/operator/found-organisation.ts';
import { acceptInvitation } from '../../shared/organisations/accept-invitation.ts';
import { foundOrganisation } from '../../shared/organisations/found-organisation.ts';
import { openTable } from '../../shared/table/table.ts';
import { recordingEdge } from '../support/api.ts';
import { contextOf, movableClock } from '../support/context.ts';
import { injectFaults } from '../support/faults.ts';
import { signedIn } from '../support/given-organisations.ts';
import { createTestTable, databaseClient, type TestTable } from '../support/table.ts';

const clock = movableClock();
let made: TestTable;
let edge: ReturnType<typeof recordingEdge>;

beforeEach(async () => {
  made = await createTestTable();
  edge = recordingEdge(made.table, clock);
});
afterEach(async () => {
  await made.remove();
});

const { example } = foundOrganisation;
let invocations = 0;
/** Invokes the operator's Lambda. */
async function found(event: unknown, at = edge): Promise<unknown> {
  return await operatorHandler(() => at)(event, { awsRequestId: `invocation-${String((invocations += 1))}` });
}
const accept = async (code: unknown, subject: string) =>
  await acceptInvitation.perform(contextOf(made.table, clock, signedIn(subject)), { code });
const founded = {
  organisation: expect.stringMatching(/^org_[0-9a-z]{7}$/),
  code: expect.stringMatching(/^inv_/),
  expiresAt: '2027-01-18T09:00:00.000Z',
};
const codeOf = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : '';
const problem = (status: number, code: string) => ({
  type: `urn:cohortium:problem:${code}`,
  status,
  code,
  instance: expect.stringMatching(/^urn:cohortium:request:invocation-\d+$/),
});

describe('the operator founds the first organisation', () => {
  test('once, and its first administrator joins with the code', async () => {
    const answer = await found(example);
    expect(answer).toEqual(founded);
    expect(await accept(codeOf(answer), 'first')).toMatchObject({ roles: ['administrator'] });
    expect(await found(example)).toMatchObject(problem(409, 'installation.already-founded'));
    expect(edge.recorded).toEqual([]);
  });

  test('again while nobody has joined: the same organisation, another code', async () => {
    const [one, other] = [await found(example), await found(example)];
    expect(other).toEqual(founded);
    expect({ ...Object(other), code: '' }).toEqual({ ...Object(one), code: '' });
    expect(codeOf(one)).not.toBe(codeOf(other));
    await accept(codeOf(other), 'first');
  });

  test('but no second one, whether or not somebody has joined', async () => {
    const another = { ...example, name: 'Another', identifiers: [] };
    const { code } = { code: codeOf(await found(example)) };
    expect(await found(another)).toMatchObject(problem(409, 'installation.already-founded'));
    await accept(code, 'first');
    expect(await found(another)).toMatchObject(problem(409, 'installation.already-founded'));
  });

  test('once also when asked many times at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await found(example)));
    const organisations = answers.map((answer) =>
      typeof answer === 'object' && answer !== null && 'organisation' in answer ? answer.organisation : undefined,
    );
    expect(new Set(organisations).size).toBe(1);
    expect(organisations[0]).toMatch(/^org_/);
  });
});

test.each<readonly [string, unknown, string]>([
  ['nothing', undefined, ''],
  ['null', null, ''],
  ['a text', 'RF4', ''],
  ['a list', [example], ''],
  ['a wrong kind', { ...example, kind: 'nhs' }, 'kind'],
  ['a field too many', { ...example, id: 'org_0000000' }, 'id'],
  [
    'the key __proto__',
    JSON.parse('{"__proto__":{"name":"x"},"name":"A","kind":"trust","identifiers":[]}'),
    '__proto__',
  ],
])('given %s, is refused in a problem document, and nothing is founded', async (_what, event, field) => {
  expect(await found(event)).toMatchObject({
    ...problem(400, 'request.invalid'),
    fields: [{ field, message: expect.any(String) }],
  });
  expect(await found(example)).toEqual(founded);
});

test('a fault is answered as a problem that says nothing, and logged whole', async () => {
  const client = databaseClient(1);
  injectFaults(client, { throttled: 0, lost: 1, conflicts: 0 }, () => 0.5);
  const broken = recordingEdge(openTable(client, made.name), clock);
  expect(await found(example, broken)).toMatchObject({
    ...problem(500, 'request.failed'),
    detail: 'Something went wrong on our side',
  });
  expect(broken.recorded).toEqual([
    {
      kind: 'failed',
      message: 'Founding failed',
      facts: {
        request: expect.stringMatching(/^invocation-\d+$/),
        error: expect.objectContaining({ message: 'Injected: the connection was reset' }),
      },
    },
  ]);
  // It was carried out all the same: the operator asks again, and is answered.
  expect(await found(example)).toEqual(founded);
  client.destroy();
});

test('a table that is too busy is asked again, and is no fault', async () => {
  const client = databaseClient(1);
  injectFaults(client, { throttled: 1, lost: 0, conflicts: 0 }, () => 0);
  const busy = recordingEdge(openTable(client, made.name), clock);
  expect(await found(example, busy)).toMatchObject(problem(503, 'request.busy'));
  expect(busy.recorded).toEqual([]);
  client.destroy();
});
