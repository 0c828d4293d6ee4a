import { expect, test } from '@jest/globals';
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
