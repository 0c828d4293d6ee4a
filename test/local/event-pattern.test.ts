import { describe, expect, test } from '@jest/globals';
import { matchesPattern, refusedOperators } from '../../local/event-pattern.ts';
import type { Json } from '../../local/json.ts';

const event = {
  source: 'cohortium',
  'detail-type': 'place.claimed',
  detail: {
    type: 'claimed',
    places: 3,
    free: null,
    late: false,
    empty: '',
    tags: ['host', 'waiting'],
    lines: [{ pence: 5 }],
  },
};

/** A pattern on one field of the detail. */
const on = (field: string, ...alternatives: Json[]): Json => ({ detail: { [field]: alternatives } });

describe('a pattern matches as EventBridge says', () => {
  test.each<[says: string, pattern: Json, matches: boolean]>([
    ['a value among several', { source: ['other', 'cohortium'] }, true],
    ['no value of several', { source: ['other'] }, false],
    ['every key must match', { source: ['cohortium'], 'detail-type': ['place.given-back'] }, false],
    ['a key that the event lacks', { account: ['1'] }, false],
    ['a number', on('places', 3), true],
    ['a number is not its text', on('places', '3'), false],
    ['null', on('free', null), true],
    ['null is not absence', on('nothing', null), false],
    ['a boolean', on('late', false), true],
    ['an empty text', on('empty', ''), true],
    ['an item of a list', on('tags', 'waiting'), true],
    ['no item of a list', on('tags', 'guest'), false],
    ['a field of an item of a list', { detail: { lines: { pence: [5] } } }, true],
    ['prefix', { 'detail-type': [{ prefix: 'place.' }] }, true],
    ['another prefix', { 'detail-type': [{ prefix: 'cohort.' }] }, false],
    ['prefix of a number', on('places', { prefix: '3' }), false],
    ['prefix without case', { 'detail-type': [{ prefix: { 'equals-ignore-case': 'PLACE.' } }] }, true],
    ['suffix', { 'detail-type': [{ suffix: '.claimed' }] }, true],
    ['another suffix', { 'detail-type': [{ suffix: '.waiting' }] }, false],
    ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'COHORTIUM' }] }, true],
    ['equals-ignore-case is about the whole', { source: [{ 'equals-ignore-case': 'COHORT' }] }, false],
    ['wildcard', { 'detail-type': [{ wildcard: 'pl*.cl*d' }] }, true],
    ['wildcard takes other signs as they are', { 'detail-type': [{ wildcard: 'place?cl*' }] }, false],
    ['numeric in a range', on('places', { numeric: ['>', 2, '<=', 3] }), true],
    ['numeric out of a range', on('places', { numeric: ['>', 3, '<=', 9] }), false],
    ['numeric equal', on('places', { numeric: ['=', 3] }), true],
    ['numeric of a text', on('type', { numeric: ['=', 3] }), false],
    ['exists', on('type', { exists: true }), true],
    ['exists of a list', on('tags', { exists: true }), true],
    ['exists of what is not there', on('nothing', { exists: true }), false],
    ['exists looks at leaves, not at objects', { detail: [{ exists: true }] }, false],
    ['exists false', on('nothing', { exists: false }), true],
    ['exists false below what is not there', { gone: { deep: [{ exists: false }] } }, true],
    ['exists false of what is there', on('type', { exists: false }), false],
    ['anything-but another value', on('type', { 'anything-but': 'waiting' }), true],
    ['anything-but the value', on('type', { 'anything-but': 'claimed' }), false],
    ['anything-but a list with the value', on('type', { 'anything-but': ['waiting', 'claimed'] }), false],
    ['anything-but of what is not there', on('nothing', { 'anything-but': 'claimed' }), false],
    ['anything-but a prefix', on('type', { 'anything-but': { prefix: 'cl' } }), false],
    ['anything-but another prefix', on('type', { 'anything-but': { prefix: 'w' } }), true],
    ['anything-but any of several suffixes', on('type', { 'anything-but': { suffix: ['ing', 'ed'] } }), false],
    ['$or with one branch that matches', { $or: [{ source: ['x'] }, { detail: { places: [3] } }] }, true],
    ['$or with none', { $or: [{ source: ['x'] }, { detail: { places: [4] } }] }, false],
    ['$or beside a key that does not match', { source: ['x'], $or: [{ detail: { places: [3] } }] }, false],
  ])('%s', (_, pattern, matches) => {
    expect(refusedOperators(pattern)).toEqual([]);
    expect(matchesPattern(pattern, event)).toBe(matches);
  });
});

describe('what the matcher does not run is refused by name', () => {
  test.each<[pattern: Json, refused: string]>([
    [on('ip', { cidr: '10.0.0.0/24' }), 'cidr'],
    [on('type', { 'anything-but': { cidr: '10.0.0.0/24' } }), 'anything-but {"cidr":"10.0.0.0/24"}'],
    [on('type', { 'anything-but': { exists: true } }), 'anything-but {"exists":true}'],
    [on('type', { 'anything-but': [['claimed']] }), 'anything-but [["claimed"]]'],
    [on('type', { prefix: ['a', 'b'] }), 'prefix ["a","b"]'],
    [on('type', { suffix: { wildcard: 'a*' } }), 'suffix {"wildcard":"a*"}'],
    [on('type', { wildcard: String.raw`a\*b` }), String.raw`wildcard "a\\*b"`],
    [on('type', { exists: 'yes' }), 'exists "yes"'],
    [on('places', { numeric: ['!=', 3] }), 'numeric ["!=",3]'],
    [on('places', { numeric: ['>'] }), 'numeric ["\u003e"]'],
    [on('places', { numeric: ['>', '3'] }), 'numeric [">","3"]'],
    [on('type', { prefix: 'a', suffix: 'b' }), '(2 operators in one: {"prefix":"a","suffix":"b"})'],
    [{ source: 'cohortium' }, 'source (not a list of alternatives)'],
    [{ source: [] }, 'source (not a list of alternatives)'],
    [{ detail: { tags: [['host']] } }, 'tags (a list in a list)'],
    [{ $or: { source: ['x'] } }, '$or (not a list of patterns)'],
    [{ $or: [{ source: [{ cidr: '::/0' }] }] }, 'cidr'],
    ['place.claimed', '(not an object)'],
  ])('%j', (pattern, refused) => {
    expect(refusedOperators(pattern)).toEqual([refused]);
  });

  test('an operator that slipped through would match nothing', () => {
    expect(matchesPattern(on('type', { cidr: 'claimed' }), event)).toBe(false);
  });
});
