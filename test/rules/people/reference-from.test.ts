import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { referenceFrom } from '../../../shared/people/pass-on-people.ts';
import { personDetails } from '../../../shared/people/person.ts';

const organisation = 'org_0123abc';
const references = fc.stringMatching(/^[A-Z0-9][A-Z0-9 ._/-]{0,38}[A-Z0-9]$/);

test('a reference that somebody else has gets the short id of its organisation behind it', () => {
  expect(referenceFrom('20417733', organisation)).toBe('20417733/0123ABC');
});

test('what comes out is a reference again, however long the first was, and says where it is from', () => {
  fc.assert(
    fc.property(references, (reference) => {
      const passed = referenceFrom(reference, organisation);
      expect(personDetails.reference.parse(passed)).toBe(passed);
      expect(passed.endsWith('/0123ABC')).toBe(true);
    }),
  );
});

test('long ones that begin alike stay apart', () => {
  const beginning = 'A'.repeat(39);
  expect(referenceFrom(`${beginning}1`, organisation)).not.toBe(referenceFrom(`${beginning}2`, organisation));
});
