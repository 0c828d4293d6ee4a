import { expect, test } from '@jest/globals';
import { endOfDay } from '../../shared/clock.ts';
import { idOfRequest, idPattern, newId, newSecret } from '../../shared/ids.ts';
import { seededRandom } from '../support/context.ts';

test('an id carries its prefix, its own length and no letter that reads as a digit', () => {
  const random = seededRandom(1);
  for (let i = 0; i < 200; i += 1) expect(newId('org', random)).toMatch(idPattern('org'));
  expect(newSecret(random)).toMatch(/^[0-9a-hjkmnp-tv-z]{32}$/);
});

test('the same request gives the same id, and the boundaries of its parts count', () => {
  expect(idOfRequest('prg', 'a', 'b')).toBe(idOfRequest('prg', 'a', 'b'));
  expect(idOfRequest('prg', 'a', 'b')).not.toBe(idOfRequest('prg', 'ab', ''));
});

test('a day ends at midnight in London, in winter and in summer, and on the days when the clocks change', () => {
  expect(endOfDay('2027-01-15').toISOString()).toBe('2027-01-16T00:00:00.000Z');
  expect(endOfDay('2027-07-15').toISOString()).toBe('2027-07-15T23:00:00.000Z');
  expect(endOfDay('2027-03-28').toISOString()).toBe('2027-03-28T23:00:00.000Z');
  expect(endOfDay('2027-10-31').toISOString()).toBe('2027-11-01T00:00:00.000Z');
});
