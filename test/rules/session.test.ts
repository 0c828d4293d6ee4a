import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { identifiedSessions, keptSessionsSchema, plannedSessionsSchema } from '../../shared/cohorts/session.ts';

const times = { from: '09:30', to: '16:30' };
const [first, second, third] = ['2027-09-14', '2027-10-05', '2027-11-02'].map((day) => ({ day, ...times }));
if (first === undefined || second === undefined || third === undefined) throw new Error('There are three');
const idsOf = (sessions: readonly { readonly id: string }[]) => sessions.map(({ id }) => id);
const planned = identifiedSessions([first, second], 1);

describe('the id of a session', () => {
  test('is made of the version that brought it and its place in it', () => {
    expect(idsOf(planned)).toEqual(['1-1', '1-2']);
    expect(plannedSessionsSchema.parse(planned)).toEqual(planned);
  });

  test('stays when the session is moved under it, renamed in venue, or comes in another order', () => {
    const moved = identifiedSessions([{ ...third, id: '1-1', venue: 'Online' }, second], 2, planned);
    expect(moved).toEqual([
      { ...third, id: '1-1', venue: 'Online' },
      { ...second, id: '1-2' },
    ]);
  });

  test('is found by when the session began, for those who give none', () => {
    const changed = identifiedSessions([{ ...first, to: '17:00' }, second, third], 2, planned);
    expect(idsOf(changed)).toEqual(['1-1', '1-2', '2-3']);
  });

  test('is given to one only: who takes the time of a session that is moved away is another', () => {
    const swapped = identifiedSessions([first, { ...second, id: '1-1' }], 2, planned);
    expect(idsOf(swapped)).toEqual(['2-1', '1-1']);
  });

  test('that is gone does not come back', () => {
    const shorter = identifiedSessions([first], 2, planned);
    expect(idsOf(identifiedSessions([first, second], 3, shorter))).toEqual(['1-1', '3-2']);
    expect(() => identifiedSessions([first, { ...second, id: '1-2' }], 3, shorter)).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
  });

  test.each([
    ['one that the plan does not have', [{ ...first, id: '7-1' }, second], ['sessions.0.id']],
    [
      'one that is given twice',
      [
        { ...first, id: '1-1' },
        { ...second, id: '1-1' },
      ],
      ['sessions.1.id'],
    ],
  ])('%s is refused with its field', (_what, given, fields) => {
    const refused = expect.objectContaining({
      code: 'request.invalid',
      details: { fields: fields.map((field) => expect.objectContaining({ field })) },
    });
    expect(() => identifiedSessions(given, 2, planned)).toThrow(refused);
  });

  test('of a plan that was written without any is its place, the same at each reading', () => {
    const kept = keptSessionsSchema.parse([first, second]);
    expect(idsOf(kept)).toEqual(['0-1', '0-2']);
    expect(keptSessionsSchema.parse(kept)).toEqual(kept);
    expect(idsOf(identifiedSessions([first, second, third], 6, kept))).toEqual(['0-1', '0-2', '6-3']);
  });

  test('is never given to two, and never to another session again, whatever changes', () => {
    const days = fc.uniqueArray(fc.integer({ min: 10, max: 28 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 6 }), (plans) => {
        const began = new Map<string, string>();
        let before = keptSessionsSchema.parse([]);
        for (const [index, plan] of plans.entries()) {
          const given = plan
            .toSorted((one, other) => one - other)
            .map((day) => ({ day: `2027-09-${String(day)}`, ...times }));
          before = identifiedSessions(given, index + 1, before);
          expect(new Set(idsOf(before)).size).toBe(before.length);
          for (const { id, day } of before) expect(began.get(id) ?? day).toBe(day);
          for (const { id, day } of before) began.set(id, day);
        }
      }),
    );
  });
});
