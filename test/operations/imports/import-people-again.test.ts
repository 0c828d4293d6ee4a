import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import type { Context } from '../../../shared/context.ts';
import { getImport } from '../../../shared/imports/get-import.ts';
import { makeImport, saveProgress } from '../../../shared/imports/imports-items.ts';
import { importPeople } from '../../../shared/imports/import-people.ts';
import { addPerson } from '../../../shared/people/add-person.ts';
import { peopleSource } from '../../../shared/people/people-items.ts';
import { personDetails, personIdOf, type Person } from '../../../shared/people/person.ts';
import { recordPeople } from '../../../shared/people/record-people.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { isBusyTable } from '../../../shared/table/busy-table.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { measureImports, type ImportLine } from '../../bench/imports.ts';
import { contextOf, movableClock, personOf, seededNumbers } from '../../support/context.ts';
import { injectFaults } from '../../support/faults.ts';
import { manyPeople, peopleSheet } from '../../support/sheets.ts';
import { createTestTable, databaseClient, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let made: TestTable;
beforeAll(async () => {
  made = await createTestTable();
});
const clients: DynamoDBClient[] = [];
afterAll(async () => {
  for (const client of clients) client.destroy();
  await made.remove();
});

let organisations = 0;
const anOrganisation = () => `org_aga${String((organisations += 1)).padStart(4, '0')}`;
const lines = 260;
const file = peopleSheet(manyPeople(lines));
const whole = { status: 'done', total: lines, done: lines, added: lines, changed: 0, unchanged: 0, wrong: 0 };

/** Sends the one request of these tests: the same file with the same key. */
async function send(organisation: string, by: Partial<Pick<Context, 'table' | 'clock'>> = {}, sent = file) {
  const { table = made.table, clock: at = clock } = by;
  const context = contextOf(table, at, personOf(organisation), { idempotencyKey: 'the-one' });
  return await importPeople.perform(context, { file: sent });
}

async function peopleOf(organisation: string): Promise<readonly Person[]> {
  const found: Person[] = [];
  const read = peopleSource(made.table, organisation);
  for (let page = await read(undefined, 300); page.length > 0; page = await read(page.at(-1)?.sk, 300)) {
    found.push(...page);
  }
  return found;
}
const versionsOf = async (organisation: string) =>
  [...Map.groupBy(await peopleOf(organisation), ({ version }) => version)].map(([version, { length }]) => [
    version,
    length,
  ]);

/** A table through a client of its own, of which the database can be made to misbehave. */
function tableWith(spoil: (client: DynamoDBClient) => void, attempts?: number): Table {
  const client = databaseClient(attempts);
  clients.push(client);
  spoil(client);
  return openTable(client, made.name);
}

/** A table that is gone after so many writes: what was sent before is done. */
const tableThatEnds = (writes: number) =>
  tableWith((client) => {
    let left = writes;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          if (commandName === 'PutItemCommand' && (left -= 1) < 0) throw new Error('The Lambda is gone');
          return await next(request);
        },
      { step: 'initialize', name: 'ends' },
    );
  });

describe('an import that takes long', () => {
  test('stops in good time, tells how far it has come, and goes on from there', async () => {
    const organisation = anOrganisation();
    // Each person takes 81 ms by this clock: 250 of them are more than 20 seconds.
    let instant = clock.now().getTime();
    const slow: Clock = { now: () => new Date((instant += 81)) };
    const first = await send(organisation, { clock: slow });
    expect(first).toMatchObject({ ...whole, status: 'running', done: 250, added: 250 });
    const context = contextOf(made.table, clock, personOf(organisation));
    expect(await getImport.perform(context, { import: first.id })).toEqual(first);
    expect(await send(organisation)).toEqual({ ...first, ...whole });
    expect(await versionsOf(organisation)).toEqual([[1, lines]]);
  });

  test.each([[1], [30], [255]])('cut off after %i writes, is finished by sending it again', async (writes) => {
    const organisation = anOrganisation();
    await expect(send(organisation, { table: tableThatEnds(writes) })).rejects.toThrow('The Lambda is gone');
    expect((await peopleOf(organisation)).length).toBeLessThan(lines);
    expect(await send(organisation)).toMatchObject(whole);
    expect(await versionsOf(organisation)).toEqual([[1, lines]]);
  });

  test('cut off while it changes people, counts each as changed', async () => {
    const organisation = anOrganisation();
    await send(organisation);
    const sent = peopleSheet(manyPeople(lines, { band: '9' }));
    const again = async (table: Table) => {
      const context = contextOf(table, clock, personOf(organisation), { idempotencyKey: 'another' });
      return await importPeople.perform(context, { file: sent });
    };
    await expect(again(tableThatEnds(100))).rejects.toThrow('The Lambda is gone');
    expect(await again(made.table)).toMatchObject({ ...whole, added: 0, changed: lines });
    expect(await versionsOf(organisation)).toEqual([[2, lines]]);
  });
});

describe('an import that is gone on with days later', () => {
  test('leaves alone whom others have added, changed or removed since it began', async () => {
    const organisation = anOrganisation();
    const later = movableClock();
    const lost = { ...made.table, update: async () => await Promise.reject(new Error('The Lambda is gone')) };
    await expect(send(organisation, { table: lost, clock: later })).rejects.toThrow('The Lambda is gone');
    later.moveBy(3 * 86_400_000);
    const seeing = (expectedVersion?: number) =>
      contextOf(made.table, later, personOf(organisation), expectedVersion === undefined ? {} : { expectedVersion });
    const [changed, removed, added] = ['E100000', 'E100001', 'E100259'].map((one) => personIdOf(organisation, one));
    await updatePerson.perform(seeing(1), { person: changed, band: '9' });
    await removePerson.perform(seeing(1), { person: removed });
    await addPerson.perform(seeing(), { ...addPerson.example, reference: 'E100259', name: 'By Hand' });

    expect(await send(organisation, { clock: later })).toMatchObject({ ...whole, added: lines - 3, unchanged: 3 });
    const now = new Map((await peopleOf(organisation)).map((person) => [person.id, person]));
    expect([changed, removed, added].map((id) => now.get(id ?? ''))).toMatchObject([
      { band: '9', version: 2 },
      { status: 'removed', version: 2 },
      { name: 'By Hand', version: 1 },
    ]);
  });
});

describe('an import that meets others', () => {
  test('of the same request at the same time, does everything once', async () => {
    const organisation = anOrganisation();
    const answers = await Promise.all([send(organisation), send(organisation), send(organisation)]);
    for (const answer of answers) expect(answer).toMatchObject(whole);
    expect(await versionsOf(organisation)).toEqual([[1, lines]]);
  });

  test('tries again what a busy table turns away, and knows its own writes whose answers were lost', async () => {
    const organisation = anOrganisation();
    // One attempt a request: here it is the import itself that tries again.
    const throttled = tableWith((client) => {
      injectFaults(client, { throttled: 0.1, lost: 0, conflicts: 0.05 }, seededNumbers(7));
    }, 1);
    expect(await send(organisation, { table: throttled })).toMatchObject(whole);
    // A lost answer the client asks for again, and the write is refused by what it did the first time.
    const lossy = tableWith((client) => {
      injectFaults(client, { throttled: 0, lost: 0.1, conflicts: 0 }, seededNumbers(7));
    });
    const other = anOrganisation();
    expect(await send(other, { table: lossy })).toMatchObject(whole);
    expect([await versionsOf(organisation), await versionsOf(other)]).toEqual([[[1, lines]], [[1, lines]]]);
  });

  test('gives up on a table that stays busy, and is gone on with later', async () => {
    const organisation = anOrganisation();
    let draws = 0;
    const busy = tableWith((client) => {
      injectFaults(client, { throttled: 0.5, lost: 0, conflicts: 0 }, () => ((draws += 1) < 300 ? 0.9 : 0));
    }, 1);
    const given = await send(organisation, { table: busy }).catch((error: unknown) => error);
    expect(isBusyTable(given)).toBe(true);
    expect(await send(organisation)).toMatchObject(whole);
  });
});

describe('how far an import has come', () => {
  const after = (done: number) => ({
    done,
    added: done,
    changed: 0,
    unchanged: 0,
    wrong: 0,
    status: 'running' as const,
  });
  const begun = async (id: string) =>
    await makeImport(made.table, {
      id,
      organisation: anOrganisation(),
      kind: 'people',
      mode: 'good-lines',
      check: false,
      total: 500,
      ...after(0),
      startedAt: clock.now().toISOString(),
      request: 'given',
      expires: 4_000_000_000,
    });

  test('is never set back by a request that has come less far', async () => {
    const before = await begun('imp_000000000001');
    expect(await saveProgress(made.table, before, after(250))).toMatchObject(after(250));
    expect(await saveProgress(made.table, before, after(100))).toMatchObject(after(250));
  });

  test('the check notices: without its condition it would be', async () => {
    const before = await begun('imp_000000000002');
    const update: Table['update'] = async (key, change, schema) =>
      await made.table.update(
        key,
        { ...change, condition: 'attribute_exists(pk) OR #done = :before OR #status = :running' },
        schema,
      );
    const careless = { ...made.table, update };
    await saveProgress(careless, before, after(250));
    expect(await saveProgress(careless, before, after(100))).toMatchObject(after(100));
  });
});

describe('a list of people', () => {
  const details = z.object(personDetails).parse({
    reference: 'E1',
    name: 'One',
    email: 'one@example.org',
    staffGroup: 'managers',
    band: '7',
    role: 'Manager',
    managesPeople: false,
    leadsCommissioning: false,
  });

  test('is known again in the records that it wrote, by its name alone', async () => {
    const context = contextOf(made.table, clock, personOf(anOrganisation()));
    const record = async (list: string) =>
      await recordPeople(context, [{ details, kept: [] }], { id: list, startedAt: clock.now().toISOString() });
    expect([await record('one'), await record('one'), await record('other')]).toEqual([
      ['added'],
      ['added'],
      ['unchanged'],
    ]);
  });
});

describe('what an import costs', () => {
  let measured: readonly ImportLine[];
  beforeAll(async () => {
    measured = await measureImports(300);
  });
  const unitsOf = (what: string) => {
    const { people, progress, read } = measured.find((line) => line.what === what) ?? {};
    return { people, progress, read };
  };

  test('two write units a line for who is new, the record and its place in the index, and one for each step', () => {
    // All or nothing reads twice: whether any line is wrong, and then, step by step, what is to be done.
    expect(unitsOf('everybody is new')).toEqual({ people: 600, progress: 3, read: 300 });
  });

  test('nothing on people for the same file again', () => {
    expect(unitsOf('the same file again')).toEqual({ people: 0, progress: 3, read: 300 });
  });

  test('as much for who is changed, and for nobody else', () => {
    expect(unitsOf('each tenth is changed')).toEqual({ people: 60, progress: 3, read: 300 });
  });

  test('nothing on people for a check', () => {
    expect(unitsOf('only checked')).toEqual({ people: 0, progress: 3, read: 150 });
  });
});
