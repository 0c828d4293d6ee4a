import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archiveCohort } from '../../../shared/cohorts/archive-cohort.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import type { Attendance } from '../../../shared/places/attendance.ts';
import { allowLateNaming } from '../../../shared/places/allow-late-naming.ts';
import { listCohortAttendance } from '../../../shared/places/list-cohort-attendance.ts';
import { recordAttendance } from '../../../shared/places/record-attendance.ts';
import { replaceNamedPerson } from '../../../shared/places/replace-named-person.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import type { Table } from '../../../shared/table/table.ts';
import { dayIn, givenNamed, givenSessions, host } from '../../support/attended.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: PlacesTable;
let trust: string;
let council: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  council = await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** A cohort with sessions in ten and in forty days, and a named place of the trust's and one of the council's. */
async function given(facts: Partial<Cohort> = {}) {
  const cohort = await givenSessions(at, clock, [10, 40], facts);
  await givenNamed(at, clock, cohort, trust);
  await givenNamed(at, clock, cohort, council);
  await at.told(cohort);
  return cohort;
}
const record = async (
  { id }: Cohort,
  marks: Readonly<Record<number, Attendance>>,
  { session = '1-1', organisation = host, table = at.table } = {},
) => {
  const places = Object.entries(marks).map(([ticket, attendance]) => ({ ticket: Number(ticket), attendance }));
  const context = contextOf(table, clock, personOf(organisation));
  return await recordAttendance.perform(context, { cohort: id, session, places });
};
const list = async ({ id }: Cohort, organisation = host, page = {}) =>
  await listCohortAttendance.perform(at.as(organisation), { cohort: id, ...page });
const refused = (code: string) => expect.objectContaining({ code });

describe('attendance', () => {
  test('is noted for several places at once; host and holder are told of each place, and nothing of a person', async () => {
    const cohort = await given();
    clock.moveBy(10 * day);
    expect(await record(cohort, { 1: 'full', 2: 'none' })).toEqual({
      cohort: cohort.id,
      session: '1-1',
      places: [
        { ticket: 1, attendance: 'full' },
        { ticket: 2, attendance: 'none' },
      ],
    });
    const told = await at.told(cohort);
    expect(told.map(({ type, data, audience }) => [type, data, audience])).toEqual(
      expect.arrayContaining([
        [
          'place.attended',
          { cohort: cohort.id, organisation: trust, ticket: 1, session: '1-1', attendance: 'full' },
          [trust, host],
        ],
        [
          'place.attended',
          { cohort: cohort.id, organisation: council, ticket: 2, session: '1-1', attendance: 'none' },
          [council, host],
        ],
      ]),
    );
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain('per_');
    await record(cohort, { 1: 'full', 2: 'partial' });
    expect(toldOf(await at.told(cohort))).toEqual([['place.attended', undefined, [council, host]]]);
  });

  test('is seen by the host for all places, by others for their own, and who noted it by the host alone', async () => {
    const cohort = await given();
    clock.moveBy(10 * day);
    await record(cohort, { 1: 'none', 2: 'full' });
    const first = clock.now().toISOString();
    clock.moveBy(day);
    await record(cohort, { 1: 'partial' });
    const seen = { session: '1-1', attendance: 'partial', at: clock.now().toISOString() };
    const { items } = await list(cohort);
    const by = expect.stringMatching(/^mem_/);
    expect(items).toEqual([
      {
        ticket: 1,
        organisation: trust,
        sessions: [{ ...seen, by, before: [{ attendance: 'none', at: first, by }] }],
      },
      {
        ticket: 2,
        organisation: council,
        sessions: [{ session: '1-1', attendance: 'full', at: first, by, before: [] }],
      },
    ]);
    expect((await list(cohort, trust)).items).toEqual([
      { ticket: 1, organisation: trust, sessions: [{ ...seen, before: [{ attendance: 'none', at: first }] }] },
    ]);
    expect((await list(cohort, host, { limit: 1 })).items).toEqual(items.slice(0, 1));
    const { next } = await list(cohort, host, { limit: 1 });
    expect((await list(cohort, host, { limit: 1, after: next })).items).toEqual(items.slice(1));
    const other = await given();
    await expect(list(other, host, { after: next })).rejects.toEqual(refused('request.invalid'));
  });

  test('of a session is noted from its day on in London, and of one that there is', async () => {
    const cohort = await givenSessions(at, clock, [10, 40]);
    await givenNamed(at, clock, cohort, trust);
    // In winter the day begins at midnight UTC.
    clock.moveTo(`${dayIn(clock, 10)}T00:00:00.000Z`);
    clock.moveBy(-1);
    const early = { code: 'session.not-begun', details: { facts: { day: cohort.firstDay } } };
    await expect(record(cohort, { 1: 'full' })).rejects.toMatchObject(early);
    clock.moveBy(1);
    await record(cohort, { 1: 'full' });
    await expect(record(cohort, { 1: 'full' }, { session: '1-2' })).rejects.toEqual(refused('session.not-begun'));
    await expect(record(cohort, { 1: 'full' }, { session: '9-9' })).rejects.toEqual(refused('session.not-found'));
    clock.moveBy(9 * 3_600_000);
  });

  test('of all places or none: one that is not there, waits, or has no name keeps all from being noted', async () => {
    const cohort = await given({ capacity: 3 });
    await at.claim(cohort, trust, { quantity: 2 });
    clock.moveBy(10 * day);
    for (const [ticket, code] of [
      [9, 'place.not-found'],
      [4, 'place.not-confirmed'],
      [3, 'place.not-named'],
    ] as const) {
      const details = { facts: { ticket } };
      await expect(record(cohort, { 1: 'full', [ticket]: 'full' })).rejects.toMatchObject({ code, details });
    }
    expect((await list(cohort)).items.map(({ sessions }) => sessions)).toEqual([[], []]);
    const twice = {
      cohort: cohort.id,
      session: '1-1',
      places: [1, 1].map((ticket) => ({ ticket, attendance: 'full' })),
    };
    await expect(recordAttendance.perform(at.as(host), twice)).rejects.toEqual(refused('request.invalid'));
  });

  test('is the host’s to note, until the cohort is archived or cancelled', async () => {
    const cohort = await given();
    clock.moveBy(41 * day);
    await expect(record(cohort, { 1: 'full' }, { organisation: trust })).rejects.toEqual(refused('cohort.not-found'));
    await record(cohort, { 1: 'full' });
    await archiveCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(record(cohort, { 1: 'none' })).rejects.toEqual(refused('cohort.archived'));
    expect((await list(cohort)).items[0]).toMatchObject({ sessions: [{ attendance: 'full' }] });
    const another = await given();
    clock.moveBy(10 * day);
    await cancelCohort.perform(at.as(host), { cohort: another.id });
    await expect(record(another, { 1: 'none' })).rejects.toEqual(refused('cohort.already-ended'));
  });
});

describe('what is noted of a person', () => {
  test('is not shown of another who is named instead, nor of a place without a name', async () => {
    const cohort = await given();
    const [{ id }, until] = [cohort, cohort.lastDay];
    await allowLateNaming.perform(at.as(host), { cohort: id, ticket: 1, until });
    await allowLateNaming.perform(at.as(host), { cohort: id, ticket: 2, until });
    clock.moveBy(10 * day);
    await record(cohort, { 1: 'full', 2: 'full' });
    const person = await givenReleased(at.table, clock, trust, { cohort: id, reference: `INSTEAD-${id}` });
    await replaceNamedPerson.perform(at.as(trust), { cohort: id, ticket: 1, person });
    await unnamePlace.perform(at.as(council), { cohort: id, ticket: 2 });
    expect((await list(cohort)).items).toEqual([{ ticket: 1, organisation: trust, sessions: [] }]);
    await record(cohort, { 1: 'partial' });
    expect((await list(cohort)).items).toMatchObject([{ sessions: [{ attendance: 'partial', before: [] }] }]);
  });

  /** Lets the first two writes come at the same moment, each after both have read. */
  function meeting(isGuarded: boolean): Table {
    const both = Promise.withResolvers<undefined>();
    let arrived = 0;
    return {
      ...at.table,
      put: async (item, onlyIf) => {
        arrived += 1;
        if (arrived === 2) both.resolve(undefined);
        await both.promise;
        return await at.table.put(item, isGuarded ? onlyIf : undefined);
      },
    };
  }
  const noteTwoSessions = async (isGuarded: boolean) => {
    const cohort = await givenSessions(at, clock, [10, 10]);
    await givenNamed(at, clock, cohort, trust);
    clock.moveBy(10 * day);
    const table = meeting(isGuarded);
    await Promise.all(['1-1', '1-2'].map(async (session) => await record(cohort, { 1: 'full' }, { session, table })));
    return (await list(cohort)).items[0]?.sessions.map(({ session }) => session);
  };

  test('of two sessions at the same moment is kept of both', async () => {
    expect(await noteTwoSessions(true)).toEqual(['1-1', '1-2']);
  });

  test('control: without the condition one of the two is lost', async () => {
    expect(await noteTwoSessions(false)).toHaveLength(1);
  });

  test('another person who is named at that moment is not noted as having attended', async () => {
    const cohort = await given();
    const { id } = cohort;
    await allowLateNaming.perform(at.as(host), { cohort: id, ticket: 1, until: cohort.lastDay });
    clock.moveBy(10 * day);
    const person = await givenReleased(at.table, clock, trust, { cohort: id, reference: `MEANWHILE-${id}` });
    let isReplaced = false;
    const table: Table = {
      ...at.table,
      put: async (item, onlyIf) => {
        if (!isReplaced) await replaceNamedPerson.perform(at.as(trust), { cohort: id, ticket: 1, person });
        isReplaced = true;
        return await at.table.put(item, onlyIf);
      },
    };
    await expect(record(cohort, { 1: 'full' }, { table })).rejects.toEqual(refused('request.busy'));
    expect((await list(cohort, trust)).items).toMatchObject([{ sessions: [] }]);
  });
});
