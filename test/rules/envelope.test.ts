import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Announcement } from '../../shared/events/define-event.ts';
import { aggregateId, enclose, envelopeSchema, type ChangeFacts } from '../../shared/events/envelope.ts';
import { keys, type Key } from '../../shared/table/keys.ts';

const announcement: Announcement = {
  type: 'place.claimed',
  version: 1,
  audience: ['org_0123456'],
  data: { tickets: [3] },
  distinction: '3',
};
const facts: ChangeFacts = {
  key: keys.ledger('coh_0123456789ab'),
  epoch: 2,
  version: 7,
  at: '2027-01-04T09:00:00.000Z',
};

describe('an envelope', () => {
  test('says what was announced, of which change, and to whom', () => {
    const envelope = enclose(announcement, facts);
    expect(envelope).toEqual({
      id: 'coh_0123456789ab.2.7.place.claimed.3',
      type: 'place.claimed',
      version: 1,
      at: '2027-01-04T09:00:00.000Z',
      aggregate: 'coh_0123456789ab',
      aggregateVersion: 7,
      audience: ['org_0123456'],
      data: { tickets: [3] },
    });
    expect(envelopeSchema.parse(envelope)).toEqual(envelope);
  });

  test('needs no distinction where there is one announcement of its type', () => {
    const { distinction: _distinction, ...alone } = announcement;
    expect(enclose({ ...alone, audience: 'all' }, facts)).toMatchObject({
      id: 'coh_0123456789ab.2.7.place.claimed',
      audience: 'all',
    });
  });

  test.each<[string, Key, string]>([
    ['an organisation', keys.organisation('org_0123456'), 'org_0123456'],
    [
      'a member, who stands in their organisation’s partition',
      keys.member('org_0123456', 'mem_0123456789abcdef'),
      'mem_0123456789abcdef',
    ],
    ['an API key', keys.apiKey('key_0123456789ab'), 'key_0123456789ab'],
    ['a programme', keys.programme('prg_0123456789ab'), 'prg_0123456789ab'],
    ['a cohort', keys.cohort('coh_0123456789ab'), 'coh_0123456789ab'],
    ['a ledger, which is its cohort’s', keys.ledger('coh_0123456789ab'), 'coh_0123456789ab'],
  ])('names %s by its id', (_what, key, id) => {
    expect(aggregateId(key)).toBe(id);
  });
});

describe('the id of an event', () => {
  const part = fc.constantFrom('a', 'b', '1', '2');
  const change = fc.record({
    aggregate: part,
    epoch: fc.integer({ min: 1, max: 3 }),
    version: fc.integer({ min: 1, max: 30 }),
    type: fc.constantFrom('place.claimed', 'place.confirmed', 'cohort.opened'),
    distinction: fc.option(fc.constantFrom('1', '2', '11'), { nil: undefined }),
  });
  type Change = Parameters<Parameters<typeof change.map>[0]>[0];
  type Naming = (change: Change) => string;
  const idOf: Naming = ({ aggregate, epoch, version, type, distinction }) =>
    enclose({ ...announcement, type, distinction }, { ...facts, key: keys.cohort(aggregate), epoch, version }).id;
  const fields = fc.subarray(['aggregate', 'epoch', 'version', 'type', 'distinction'] as const);
  /** Two are the same exactly when all of what they speak of is. */
  const isTelling = (name: Naming) =>
    fc.property(change, change, fields, (one, two, taken) => {
      const other = { ...one, ...Object.fromEntries(taken.map((field) => [field, two[field]])) };
      return (name(one) === name(other)) === (JSON.stringify(one) === JSON.stringify(other));
    });

  test('is another for another aggregate, epoch, version, type or distinction, and the same for the same', () => {
    fc.assert(isTelling(idOf), { numRuns: 1000 });
  });

  test.each<[string, Naming]>([
    ['the epoch', (one) => idOf({ ...one, epoch: 1 })],
    ['the version', (one) => idOf({ ...one, version: 1 })],
    ['the type', (one) => idOf({ ...one, type: 'place.claimed' })],
    ['the distinction', (one) => idOf({ ...one, distinction: undefined })],
  ])('control: one without %s is noticed', (_what, name) => {
    expect(fc.check(isTelling(name), { seed: 1, numRuns: 1000 }).failed).toBe(true);
  });
});
