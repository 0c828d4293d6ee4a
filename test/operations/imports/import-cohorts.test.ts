import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { listProgrammeCohorts } from '../../../shared/cohorts/list-programme-cohorts.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { updateCohort } from '../../../shared/cohorts/update-cohort.ts';
import { importCohorts } from '../../../shared/imports/import-cohorts.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const host = organisationNamed('host');
let at: PlacesTable;
let programme: string;
beforeAll(async () => {
  at = await openPlaces(clock);
  programme = await givenProgramme(at.table, clock, host);
});
afterAll(async () => {
  await at.close();
});

const columns = ['programme', 'name', 'sessions', 'capacity', 'waitlist', 'limit', 'opensAt'] as const;
type Row = Partial<Readonly<Record<(typeof columns)[number], string>>>;
const sessions = '2027-09-14 9:30-16:30 King George Hospital; 2027-09-21 09:30–16:30';
/** A sheet of cohorts with semicolons, as much of Europe writes them; all that a row does not say is filled in. */
function sheet(...rows: readonly Row[]): string {
  const usual = { programme, sessions, capacity: '20', waitlist: '10', limit: '8', opensAt: '2027-06-01 09:00' };
  const lines = rows.map((row, index) => {
    const filled: Row = { ...usual, name: `Cohort ${String(index + 1)}`, ...row };
    return columns.map((column) => `"${filled[column] ?? ''}"`).join(';');
  });
  return [columns.join(';'), ...lines].join('\r\n');
}
const send = async (file: string, options: object = {}, by = host, request = {}) =>
  await importCohorts.perform(at.as(by, request), { file, ...options });
/** The cohorts of a programme by name, as the host sees them once all has been told. */
async function planned(of = programme) {
  await at.relay.relayAll();
  const { items } = await listProgrammeCohorts.perform(at.as(host), { programme: of, limit: 100 });
  const cohorts = items.map(async ({ id }) => await getCohort.perform(at.as(host), { cohort: id }));
  return new Map((await Promise.all(cohorts)).map((cohort) => [cohort.name, cohort]));
}
const fresh = async () => await givenProgramme(at.table, clock, host);

describe('a sheet of cohorts', () => {
  test('plans each as a draft, by the rules of create-cohort', async () => {
    const answer = await send(sheet({ name: 'Autumn 2027' }, { name: 'Spring 2028', opensAt: '01/06/2027 09:00:00' }));
    expect(answer).toMatchObject({ kind: 'cohorts', status: 'done', total: 2, added: 2, wrong: 0 });
    const byHand = await createCohort.perform(at.as(host), {
      programme: await fresh(),
      name: 'Autumn 2027',
      sessions: [
        { day: '2027-09-14', from: '09:30', to: '16:30', venue: 'King George Hospital' },
        { day: '2027-09-21', from: '09:30', to: '16:30' },
      ],
      capacity: 20,
      waitlist: 10,
      limit: 8,
      opensAt: '2027-06-01T08:00:00.000Z',
    });
    const cohorts = await planned();
    const autumn = cohorts.get('Autumn 2027');
    expect(autumn).toEqual({ ...byHand, id: autumn?.id, programme });
    expect(cohorts.get('Spring 2028')).toMatchObject({ status: 'draft', opensAt: '2027-06-01T08:00:00.000Z' });
  });

  test('sent again changes nothing; a draft that differs is changed, its held places and naming as they were', async () => {
    const of = await fresh();
    const rows = [{ programme: of }, { programme: of }];
    await send(sheet(...rows));
    expect(await send(sheet(...rows))).toMatchObject({ unchanged: 2, added: 0, changed: 0 });
    const [first] = [...(await planned(of)).values()];
    const naming = { daysBefore: 60, daysAfterConfirmed: 3, freezeDaysBefore: 1 };
    const seen = { expectedVersion: 1 };
    await updateCohort.perform(at.as(host, seen), { cohort: first?.id, naming });
    const name = first?.name ?? '';
    expect(await send(sheet({ programme: of, name, capacity: '22' }))).toMatchObject({ changed: 1 });
    const changed = (await planned(of)).get(name);
    expect(changed).toMatchObject({ capacity: 22, version: 3, naming });
    expect(changed?.sessions).toEqual(first?.sessions);
  });

  test('finds by its name what was planned by hand, and what the list of cohorts does not tell yet', async () => {
    const of = await fresh();
    await createCohort.perform(at.as(host), { ...createCohort.example, programme: of, name: 'By hand' });
    await at.relay.relayAll();
    expect(await send(sheet({ programme: of, name: 'By hand' }, { programme: of }))).toMatchObject({
      changed: 1,
      added: 1,
    });
    expect(
      await send(sheet({ programme: of, name: 'By hand' }, {}, { programme: of, name: 'Cohort 2' })),
    ).toMatchObject({ status: 'done', unchanged: 2 });
    expect([...(await planned(of)).keys()].sort()).toEqual(['By hand', 'Cohort 2']);
  });

  test('of which one was renamed, or cancelled, or has its name twice, leaves them alone and says so', async () => {
    const of = await fresh();
    await send(sheet({ programme: of, name: 'A' }, { programme: of, name: 'B' }, { programme: of, name: 'C' }));
    const before = await planned(of);
    const idOf = (name: string) => ({ cohort: before.get(name)?.id });
    await updateCohort.perform(at.as(host, { expectedVersion: 1 }), { ...idOf('A'), name: 'A, renamed' });
    await cancelCohort.perform(at.as(host), idOf('B'));
    await createCohort.perform(at.as(host), { ...createCohort.example, programme: of, name: 'C' });
    await at.relay.relayAll();
    const changed = (name: string) => ({ programme: of, name, capacity: '21' });
    const answer = await send(sheet(changed('A'), changed('B'), changed('C')), { mode: 'good-lines' });
    expect(answer.wrongLines.map(({ mistakes }) => mistakes)).toEqual([
      [{ column: 'name', message: 'The cohort that was planned under this name has another now' }],
      [{ column: 'name', message: 'This cohort is no draft any more: its plan is not changed by a sheet' }],
      [{ column: 'name', message: 'The programme has several cohorts of this name' }],
    ]);
  });

  test('tells its drafts to their host, as any others', async () => {
    const of = await fresh();
    await at.relay.relayAll();
    await send(sheet({ programme: of }));
    await send(sheet({ programme: of, limit: '7' }));
    expect((await at.relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([
      ['cohort.created', [host]],
      ['cohort.updated', [host]],
    ]);
  });
});

describe('lines that are wrong', () => {
  const wrongIn = async (rows: readonly Row[], options: object = {}) => {
    const answer = await send(sheet(...rows), options);
    expect(answer).toMatchObject({ added: 0, changed: 0, unchanged: 0 });
    return answer.wrongLines.map(({ line, mistakes }) => [line, ...mistakes.map((one) => [one.column, one.message])]);
  };

  test('are told by column, in words', async () => {
    const session = 'Write it as 2027-09-14 09:30-16:30 and the venue';
    const rows = [
      { name: '', sessions: 'soon', capacity: 'twenty', waitlist: '151', limit: '0', opensAt: '31/02/2027 09:00' },
      { programme: 'Aspiring Leaders', sessions: '2027-09-14 09:30-16:30; 2027-02-30 09:30-16:30' },
      { sessions: '2027-09-14 09:30-25:00', opensAt: '2027-06-01' },
      { sessions: '2200-09-14 09:30-16:30' },
      { sessions: `2027-09-14 09:30-16:30 ${'x'.repeat(201)}` },
      { sessions: '; ;' },
    ];
    expect(await wrongIn(rows)).toEqual([
      [
        2,
        ['name', 'This is missing'],
        ['sessions', `Session 1: ${session}`],
        ['capacity', 'Write a whole number'],
        ['waitlist', 'At most 150'],
        ['limit', 'At least 1'],
        ['opensAt', 'Write a day and a time in London, such as 2027-03-01 09:00'],
      ],
      [3, ['programme', 'This is not the id of a programme'], ['sessions', 'Session 2: There is no such day']],
      [
        4,
        ['sessions', 'Session 1: There is no such time of day'],
        ['opensAt', 'Write a day and a time in London, such as 2027-03-01 09:00'],
      ],
      [5, ['sessions', 'Session 1: This day is too far ahead']],
      [6, ['sessions', 'Session 1: The venue has at most 200 characters']],
      [7, ['sessions', 'At least 1 of them']],
    ]);
  });

  test('are those too whose plan does not fit together, or that are there twice', async () => {
    const rows = [
      { sessions: '2027-09-14 16:30-09:30; 2027-09-13 09:30-16:30' },
      { capacity: '150', waitlist: '150', opensAt: '2028-01-01 09:00' },
      { name: 'Twin' },
      { name: 'Twin', capacity: '5' },
    ];
    expect(await wrongIn(rows)).toEqual([
      [
        2,
        ['sessions', 'Session 1: A session ends after it begins'],
        ['sessions', 'Session 2: Sessions stand in order and do not overlap'],
      ],
      [
        3,
        ['waitlist', 'Places and waiting list together are at most 180'],
        ['opensAt', 'Claims have to open before the first day is over'],
      ],
      [4, ['name', 'Line 5 has the same programme and name']],
      [5, ['name', 'Line 4 has the same programme and name']],
    ]);
  });

  test('are told five mistakes each at most, so that a whole step of them fits', async () => {
    const session = (index: number) => `2027-09-${String(28 - index).padStart(2, '0')} 09:30-16:30`;
    const backwards = Array.from({ length: 28 }, (_, index) => session(index)).join('; ');
    const rows = Array.from({ length: 250 }, () => ({ sessions: backwards }));
    const answer = await send(sheet(...rows));
    expect(answer).toMatchObject({ status: 'refused', wrong: 250 });
    const message = 'Sessions stand in order and do not overlap';
    expect(answer.wrongLines[0]?.mistakes).toEqual([
      ...[2, 3, 4, 5].map((number) => ({ column: 'sessions', message: `Session ${String(number)}: ${message}` })),
      { message: 'And 23 more mistakes' },
    ]);
  });

  test('are those of programmes that are not published, or are not the organisation’s own', async () => {
    const draft = await createProgramme.perform(at.as(host), createProgramme.example);
    const others = await givenProgramme(at.table, clock, organisationNamed('other'));
    const none = 'Your organisation has no programme with this id';
    const rows = [{ programme: draft.id }, { programme: others }, { programme: 'prg_000000000000' }];
    for (const check of ['true', 'false'])
      expect(await wrongIn(rows, { check })).toEqual([
        [2, ['programme', 'This programme is not published']],
        [3, ['programme', none]],
        [4, ['programme', none]],
      ]);
  });

  test('are those of cohorts that are open; the same plan again is not wrong', async () => {
    const of = await fresh();
    await send(sheet({ programme: of }));
    const [cohort] = [...(await planned(of)).values()];
    await openCohort.perform(at.as(host), { cohort: cohort?.id });
    expect(await send(sheet({ programme: of }))).toMatchObject({ unchanged: 1, wrong: 0 });
    expect(await wrongIn([{ programme: of, limit: '9' }])).toEqual([
      [2, ['name', 'This cohort is no draft any more: its plan is not changed by a sheet']],
    ]);
  });

  test('stop all the others, when it is all or nothing: also where only the table could tell', async () => {
    const of = await fresh();
    const file = sheet({ programme: of }, { programme: 'prg_000000000000' });
    expect(await send(file)).toMatchObject({ status: 'refused', added: 0, wrong: 1 });
    expect((await planned(of)).size).toBe(0);
    expect(await send(file, { mode: 'good-lines' })).toMatchObject({ status: 'done', added: 1, wrong: 1 });
    expect((await planned(of)).size).toBe(1);
  });
});

describe('a request that is repeated', () => {
  test('answers what was done; two at once do it once', async () => {
    const of = await fresh();
    const file = sheet({ programme: of }, { programme: of });
    const request = { idempotencyKey: 'once' };
    const answers = await Promise.all([1, 2, 3].map(async () => await send(file, {}, host, request)));
    for (const answer of [...answers, await send(file, {}, host, request)])
      expect(answer).toMatchObject({ status: 'done', added: 2, changed: 0, unchanged: 0 });
    expect([...(await planned(of)).values()].map(({ version }) => version)).toEqual([1, 1]);
    await expect(send(sheet({ programme: of }), {}, host, request)).rejects.toMatchObject({
      code: 'request.key-reused',
    });
  });

  const cutOff = async (file: string, request: object) => {
    const context = at.as(host, request);
    const table = { ...context.table, update: async () => await Promise.reject(new Error('The Lambda is gone')) };
    await expect(importCohorts.perform({ ...context, table }, { file })).rejects.toThrow('The Lambda is gone');
  };

  test('counts as changed what it has changed before it was cut off', async () => {
    const of = await fresh();
    await send(sheet({ programme: of }));
    const request = { idempotencyKey: 'cut off' };
    const file = sheet({ programme: of, capacity: '21' });
    await cutOff(file, request);
    expect(await send(file, {}, host, request)).toMatchObject({ status: 'done', changed: 1, unchanged: 0 });
  });

  test('days later leaves alone the drafts that were changed, or opened, since it began', async () => {
    const of = await fresh();
    const request = { idempotencyKey: 'days later' };
    const file = sheet({ programme: of }, { programme: of }, { programme: of });
    await cutOff(file, request);
    clock.moveBy(3 * 86_400_000);
    const [changed, opened] = [...(await planned(of)).values()];
    await updateCohort.perform(at.as(host, { expectedVersion: 1 }), { cohort: changed?.id, capacity: 12 });
    await updateCohort.perform(at.as(host, { expectedVersion: 1 }), { cohort: opened?.id, capacity: 13 });
    await openCohort.perform(at.as(host), { cohort: opened?.id });
    expect(await send(file, {}, host, request)).toMatchObject({ status: 'done', added: 1, unchanged: 2, wrong: 0 });
    const capacities = new Set([...(await planned(of)).values()].map(({ capacity }) => capacity));
    expect(capacities).toEqual(new Set([12, 13, 20]));
  });
});

test('a file that is no sheet of cohorts, or has more than 500 lines, is refused', async () => {
  await expect(send('programme,name\n1,2')).rejects.toMatchObject({ code: 'sheet.unreadable' });
  const rows = Array.from({ length: 501 }, () => ({}));
  await expect(send(sheet(...rows))).rejects.toMatchObject({ code: 'request.too-large' });
});
