import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../../../shared/context.ts';
import { getImport } from '../../../shared/imports/get-import.ts';
import { importPeople } from '../../../shared/imports/import-people.ts';
import type { ImportAnswer } from '../../../shared/imports/import.ts';
import { readPerson } from '../../../shared/people/people-items.ts';
import { personIdOf } from '../../../shared/people/person.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { manyPeople, peopleSheet, type SheetPerson } from '../../support/sheets.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock();
let made: TestTable;
beforeAll(async () => {
  made = await createTestTable();
});
afterAll(async () => {
  await made.remove();
});

let organisations = 0;
/** An organisation that has nobody on record, with how its lead imports people and finds them again. */
function organisation() {
  const id = `org_imp${String((organisations += 1)).padStart(4, '0')}`;
  const context = (request: Partial<Context['request']> = {}) => contextOf(made.table, clock, personOf(id), request);
  return {
    id,
    context,
    async import(people: readonly SheetPerson[] | string, options: object = {}, key?: string): Promise<ImportAnswer> {
      const file = typeof people === 'string' ? people : peopleSheet(people);
      const request = key === undefined ? {} : { idempotencyKey: key };
      return await importPeople.perform(context(request), { file, ...options });
    },
    async find(...references: readonly string[]) {
      const reading = references.map(async (one) => await readPerson(made.table, id, personIdOf(id, one)));
      return (await Promise.all(reading)).map((person) => (person?.status === 'active' ? person : undefined));
    },
  };
}
const goodLines = { mode: 'good-lines' };

describe('a sheet of people', () => {
  test('puts everybody on record, as they are written down', async () => {
    const lead = organisation();
    const person = {
      reference: 'e1',
      staffGroup: 'Nurses and midwives',
      band: 'Band 8A',
      managesPeople: 'TRUE',
      leadsCommissioning: 'N',
    };
    const answer = await lead.import([{ ...person, managerReference: 'E2', accessNeeds: 'A seat near the screen' }]);
    expect(answer).toEqual({
      id: expect.stringMatching(/^imp_/),
      kind: 'people',
      mode: 'all-or-nothing',
      check: false,
      status: 'done',
      total: 1,
      done: 1,
      added: 1,
      changed: 0,
      unchanged: 0,
      wrong: 0,
      startedAt: '2027-01-04T09:00:00.000Z',
      wrongLines: [],
    });
    const [found] = await lead.find('E1');
    expect(found).toMatchObject({
      organisation: lead.id,
      reference: 'E1',
      name: 'Example Person e1',
      email: 'e1@trust.example.org',
      staffGroup: 'nurses-and-midwives',
      band: '8a',
      managesPeople: true,
      leadsCommissioning: false,
      managerReference: 'E2',
      accessNeeds: 'A seat near the screen',
      version: 1,
    });
  });

  test('adds who is not there, changes who differs, and leaves alone who does not', async () => {
    const lead = organisation();
    await lead.import([{ reference: 'E1' }, { reference: 'E2' }, { reference: 'E4' }]);
    const answer = await lead.import([
      { reference: 'E3' },
      { reference: 'E2', role: 'Head of nursing' },
      { reference: 'E1', email: 'E1@Trust.example.org' },
    ]);
    expect(answer).toMatchObject({ added: 1, changed: 1, unchanged: 1, done: 3 });
    const [first, second, third, fourth] = await lead.find('E1', 'E2', 'E3', 'E4');
    expect([first?.version, second?.version, third?.version, fourth?.version]).toEqual([1, 2, 1, 1]);
    expect(second?.role).toBe('Head of nursing');
  });

  test('keeps what it has no column for, and takes away what it has an empty cell for', async () => {
    const lead = organisation();
    await lead.import([{ reference: 'E1', managerReference: 'E2', accessNeeds: 'Step-free access' }]);
    expect(await lead.import([{ reference: 'E1' }])).toMatchObject({ unchanged: 1 });
    await lead.import([{ reference: 'E1', managerReference: '' }]);
    const [found] = await lead.find('E1');
    expect(found).toMatchObject({ accessNeeds: 'Step-free access' });
    expect(found).not.toHaveProperty('managerReference');
  });

  test('is the organisation’s own: another that has the same references has other people', async () => {
    const [one, other] = [organisation(), organisation()];
    await one.import([{ reference: 'E1', name: 'One' }]);
    expect(await other.import([{ reference: 'E1', name: 'Other' }])).toMatchObject({ added: 1 });
    expect((await one.find('E1')).map((person) => person?.name)).toEqual(['One']);
  });
});

describe('lines that are wrong', () => {
  const people: readonly SheetPerson[] = [
    { reference: 'E1' },
    { reference: 'E2', email: 'nobody', band: '10', managesPeople: 'sometimes', name: '', role: 'x'.repeat(121) },
    { reference: '#3' },
    { reference: 'E4', email: 'nobody' },
    { reference: 'e4 ' },
  ];
  const wrongLines = [
    {
      line: 3,
      mistakes: [
        { column: 'name', message: 'This is missing' },
        { column: 'email', message: 'This is not an e-mail address' },
        {
          column: 'band',
          message: 'This has to be one of: 2, 3, 4, 5, 6, 7, 9, 8a, 8b, 8c, 8d, very-senior, medical, other',
        },
        { column: 'role', message: 'At most 120 characters' },
        { column: 'managesPeople', message: 'Write yes or no' },
      ],
    },
    {
      line: 4,
      mistakes: [
        { column: 'reference', message: 'Letters and digits, with spaces . _ / or - between them, 40 at most' },
      ],
    },
    {
      line: 5,
      mistakes: [
        { column: 'email', message: 'This is not an e-mail address' },
        { column: 'reference', message: 'Line 6 has the same reference' },
      ],
    },
    { line: 6, mistakes: [{ column: 'reference', message: 'Line 5 has the same reference' }] },
  ];

  test('stop all the others, when it is all or nothing', async () => {
    const lead = organisation();
    const answer = await lead.import(people);
    expect(answer).toMatchObject({
      status: 'refused',
      total: 5,
      done: 5,
      added: 0,
      unchanged: 0,
      wrong: 4,
      wrongLines,
    });
    expect(await lead.find('E1', 'E2', 'E4')).toEqual([undefined, undefined, undefined]);
  });

  test('are left out, when the good lines are asked for', async () => {
    const lead = organisation();
    const answer = await lead.import(people, goodLines);
    expect(answer).toMatchObject({ status: 'done', total: 5, done: 5, added: 1, wrong: 4, wrongLines });
    expect((await lead.find('E1', 'E2', 'E4')).map((person) => person?.reference)).toEqual([
      'E1',
      undefined,
      undefined,
    ]);
  });

  test.each(['all-or-nothing', 'good-lines'])('are told in a check, which does nothing: %s', async (mode) => {
    const lead = organisation();
    await lead.import([{ reference: 'E1', band: '7' }]);
    const answer = await lead.import(people, { mode, check: 'true' });
    expect(answer).toMatchObject({ status: 'checked', check: true, changed: 1, added: 0, wrong: 4, wrongLines });
    expect((await lead.find('E1'))[0]).toMatchObject({ band: '7', version: 1 });
  });

  test('as many as there are, and as wrong as can be, are told page by page', async () => {
    const lead = organisation();
    const hopeless = { name: 'x'.repeat(200), email: 'x', staffGroup: 'x', band: 'x', role: 'x'.repeat(200) };
    const all = manyPeople(620, { ...hopeless, managesPeople: 'x', leadsCommissioning: 'x', managerReference: '#' });
    const answer = await lead.import(all.map((person, index) => (index === 300 ? { reference: 'E1' } : person)));
    expect(answer).toMatchObject({ status: 'refused', wrong: 619, done: 620 });
    const lines = answer.wrongLines.map(({ line }) => line);
    let { next } = answer;
    for (let page = 0; next !== undefined && page < 5; page += 1) {
      const more = await getImport.perform(lead.context(), { import: answer.id, after: next });
      lines.push(...more.wrongLines.map(({ line }) => line));
      ({ next } = more);
    }
    expect(lines).toEqual(Array.from({ length: 620 }, (_, index) => index + 2).filter((line) => line !== 302));
    expect(answer.wrongLines[0]?.mistakes).toHaveLength(8);
  });
});

describe('a line with the reference of somebody who was removed', () => {
  test('is wrong, and says what to do: a newcomer would have their places', async () => {
    const lead = organisation();
    await lead.import([{ reference: 'E1' }]);
    await removePerson.perform(lead.context({ expectedVersion: 1 }), { person: personIdOf(lead.id, 'E1') });
    const sheet: readonly SheetPerson[] = [{ reference: 'E1', name: 'New Comer' }, { reference: 'E2' }];
    const message =
      'Who had this reference was removed: give a newcomer another one; who comes back is added by themselves, as returning';
    const wrong = { wrong: 1, wrongLines: [{ line: 2, mistakes: [{ column: 'reference', message }] }] };
    expect(await lead.import(sheet, { check: 'true' })).toMatchObject({ ...wrong, status: 'checked', added: 1 });
    expect(await lead.import(sheet)).toMatchObject({ ...wrong, status: 'refused', added: 0 });
    expect(await lead.find('E1', 'E2')).toEqual([undefined, undefined]);
    expect(await lead.import(sheet, goodLines)).toMatchObject({ ...wrong, status: 'done', added: 1 });
    expect(await lead.find('E1', 'E2')).toMatchObject([undefined, { version: 1 }]);
  });
});

describe('a request that is repeated', () => {
  test('answers what was done, and does nothing more', async () => {
    const lead = organisation();
    const first = await lead.import([{ reference: 'E1' }, { reference: '#' }], goodLines, 'a-key');
    await lead.import([{ reference: 'E1', band: '9' }]);
    expect(await lead.import([{ reference: 'E1' }, { reference: '#' }], goodLines, 'a-key')).toEqual(first);
    expect((await lead.find('E1'))[0]).toMatchObject({ band: '9', version: 2 });
  });

  test('with another file or another mode is another request', async () => {
    const lead = organisation();
    await lead.import([{ reference: 'E1' }], {}, 'a-key');
    const refused = { code: 'request.key-reused' };
    await expect(lead.import([{ reference: 'E2' }], {}, 'a-key')).rejects.toMatchObject(refused);
    await expect(lead.import([{ reference: 'E1' }], goodLines, 'a-key')).rejects.toMatchObject(refused);
    await expect(lead.import([{ reference: 'E1' }], { check: 'true' }, 'a-key')).rejects.toMatchObject(refused);
    expect((await lead.find('E2'))[0]).toBeUndefined();
  });
});

describe('a file is refused', () => {
  test('that is no sheet of people: told in which line, and nothing is done', async () => {
    const lead = organisation();
    const unreadable = { code: 'sheet.unreadable' };
    await expect(lead.import('reference,name\nE1,One')).rejects.toMatchObject({
      ...unreadable,
      details: {
        fields: [
          {
            field: 'line 1',
            message: 'A column is missing: "email", "staffGroup", "band", "role", "managesPeople" and 1 more',
          },
        ],
      },
    });
    const broken = peopleSheet([{ reference: 'E1' }, { reference: 'E2' }]).replace('"E2"', '"E2');
    await expect(lead.import(broken)).rejects.toMatchObject({
      ...unreadable,
      message: expect.stringContaining('Line 3'),
    });
    await expect(lead.import('')).rejects.toMatchObject({ code: 'request.invalid' });
    expect((await lead.find('E1'))[0]).toBeUndefined();
  });

  test('with more than 5,000 lines', async () => {
    await expect(organisation().import(manyPeople(5001))).rejects.toMatchObject({ code: 'request.too-large' });
  });

  test('with options that there are not', async () => {
    const lead = organisation();
    for (const options of [{ mode: 'some' }, { check: 'yes' }, { organisation: 'org_0000000' }])
      await expect(lead.import([{ reference: 'E1' }], options)).rejects.toMatchObject({ code: 'request.invalid' });
  });
});

describe('get-import', () => {
  test('answers what the import itself did', async () => {
    const lead = organisation();
    const answer = await lead.import([{ reference: 'E1' }, { reference: '#' }], goodLines);
    expect(await getImport.perform(lead.context(), { import: answer.id })).toEqual(answer);
  });

  test('knows nothing of the imports of others, nor a page that there is not', async () => {
    const [lead, other] = [organisation(), organisation()];
    const { id } = await lead.import([{ reference: 'E1' }]);
    const notFound = { code: 'import.not-found' };
    await expect(getImport.perform(other.context(), { import: id })).rejects.toMatchObject(notFound);
    await expect(getImport.perform(lead.context(), { import: 'imp_0000000000zz' })).rejects.toMatchObject(notFound);
    const after = Buffer.from('LEDGER').toString('base64url');
    await expect(getImport.perform(lead.context(), { import: id, after })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });
});
