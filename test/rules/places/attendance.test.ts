import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  attendanceOf,
  attendances,
  completionOf,
  hasAttended,
  mostCorrections,
  withAttendance,
  withCompletion,
  withoutCompletion,
} from '../../../shared/places/attendance.ts';
import { placeRecordSchema, type PlaceRecord } from '../../../shared/places/place-record.ts';
import { restatePlaceRecord } from '../../../shared/places/place-records-events.ts';
import { keys } from '../../../shared/table/keys.ts';

const [one, other] = ['per_0000000000000001', 'per_0000000000000002'];
const record = (facts: Partial<PlaceRecord> = {}) =>
  placeRecordSchema.parse({
    ...keys.place('coh_0123456789ab', 7),
    cohort: 'coh_0123456789ab',
    ticket: 7,
    organisation: 'org_0123456',
    host: 'org_6543210',
    person: one,
    version: 1,
    change: { type: 'drafted', by: 'mem', at: '2027-01-04T09:00:00.000Z' },
    ...facts,
  });
const by = (number: number) => ({ by: `mem_${String(number)}`, at: `2027-01-04T09:00:${String(10 + number)}.000Z` });

describe('attendance of a session', () => {
  test('is what was noted last; what differed before it stands behind, five times back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...attendances), { minLength: 1, maxLength: 40 }), (marks) => {
        let place = record();
        for (const [number, attendance] of marks.entries()) {
          const next = withAttendance(place, '1-1', { attendance, ...by(number) });
          expect(next === undefined).toBe(attendanceOf(place).get('1-1')?.attendance === attendance);
          place = placeRecordSchema.parse(next ?? place);
        }
        const { attendance, before } = attendanceOf(place).get('1-1') ?? {};
        const differing = marks.filter((mark, number) => mark !== marks[number - 1]);
        expect([...(before ?? []).map((was) => was.attendance), attendance]).toEqual(
          differing.slice(-mostCorrections - 1),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('of one session leaves the others, and counts for nobody else', () => {
    const first = withAttendance(record(), '1-1', { attendance: 'full', ...by(1) });
    const second = first && withAttendance(first, '1-2', { attendance: 'none', ...by(2) });
    if (second === undefined) throw new Error('Nothing was noted');
    expect([...attendanceOf(second).keys()]).toEqual(['1-1', '1-2']);
    expect(hasAttended(second, [{ id: '1-1' }])).toBe(true);
    expect(hasAttended(second, [{ id: '1-2' }, { id: '1-3' }])).toBe(false);
    expect(attendanceOf({ ...second, person: other }).size).toBe(0);
    expect(attendanceOf({ ...second, person: undefined }).size).toBe(0);
    const another = withAttendance({ ...second, person: other }, '1-2', { attendance: 'full', ...by(3) });
    expect(another?.attended).toEqual({
      person: other,
      sessions: { '1-2': { attendance: 'full', ...by(3), before: [] } },
    });
    // Whoever is put back has what was noted of them.
    const back = another && { ...another, person: one };
    expect(back && [...attendanceOf(back).keys()]).toEqual(['1-1', '1-2']);
    const again = back && withAttendance(back, '1-3', { attendance: 'full', ...by(4) });
    expect(again && [...attendanceOf(again).keys()]).toEqual(['1-1', '1-2', '1-3']);
    expect(again && placeRecordSchema.parse(again).replaced?.map(({ person }) => person)).toEqual([other]);
    expect(withAttendance(record({ person: undefined }), '1-1', { attendance: 'full', ...by(1) })).toBeUndefined();
  });
});

describe('completion', () => {
  test('is kept with what stood there before, five times back, and counts for nobody else', () => {
    let place = record();
    for (let number = 0; number < 8; number += 1) {
      const next = withCompletion(place, { on: `2027-02-0${String(number + 1)}`, ...by(number) });
      place = placeRecordSchema.parse(next);
    }
    expect(completionOf(place)).toMatchObject({ on: '2027-02-08', person: one });
    expect(completionOf(place)?.before.map(({ on }) => on)).toEqual(
      ['03', '04', '05', '06', '07'].map((day) => `2027-02-${day}`),
    );
    expect(withCompletion(place, { on: '2027-02-08', ...by(9) })).toBeUndefined();
    expect(completionOf({ ...place, person: other })).toBeUndefined();
    expect(withCompletion({ ...place, person: other }, { on: '2027-02-08', ...by(9) })?.completed?.before).toEqual([]);
    expect(withCompletion(record({ person: undefined }), { on: '2027-02-08', ...by(9) })).toBeUndefined();
  });

  test('is taken back where there is one', () => {
    const withdrawn = { withdrawn: 'not-fulfilled' as const, ...by(2) };
    expect(withoutCompletion(record(), withdrawn)).toBeUndefined();
    const complete = withCompletion(record(), { on: '2027-02-01', ...by(1) });
    const gone = complete && withoutCompletion(complete, withdrawn);
    expect(gone?.completed).toEqual({ person: one, ...withdrawn, before: [{ on: '2027-02-01', ...by(1) }] });
    expect(gone && withoutCompletion(gone, withdrawn)).toBeUndefined();
  });
});

test('told anew, a record says what is noted of who is named, and of nobody else', () => {
  const attended = withAttendance(record(), '1-1', { attendance: 'full', ...by(1) });
  const complete = attended && withCompletion(attended, { on: '2027-02-01', ...by(2) });
  if (complete === undefined) throw new Error('Nothing was noted');
  expect(restatePlaceRecord(complete)).toMatchObject([
    { data: { attended: [{ session: '1-1', attendance: 'full' }], completedOn: '2027-02-01', exceptionMade: false } },
  ]);
  const { data } = restatePlaceRecord({ ...complete, person: other })[0] ?? {};
  expect(Object.keys(data ?? {})).not.toContain('attended');
  expect(data?.['completedOn']).toBeUndefined();
});
