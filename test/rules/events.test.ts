import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { catalogue } from '../../shared/events/catalogue.ts';
import type { EventDefinition } from '../../shared/events/define-event.ts';
import {
  describeAsAsyncApi,
  describeAsMarkdown,
  exampleOf,
  payloadSchema,
} from '../../shared/events/describe-events.ts';

const file = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** What subscribers were promised that an event of this version is, and is not: data that was once right stays right. */
const fixtureSchema = z.strictObject({
  version: z.int(),
  valid: z.record(z.string(), z.record(z.string(), z.unknown())),
  invalid: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Fixture = z.infer<typeof fixtureSchema>;
const fixtureOf = (type: string) => fixtureSchema.parse(JSON.parse(file(`test/rules/event-fixtures/${type}.json`)));

/** What an event's schemas say against its fixture: that of the code, and the JSON schema that subscribers are given. */
function objections(event: EventDefinition, { version, valid, invalid }: Fixture): string[] {
  const published = z.fromJSONSchema(payloadSchema(event));
  const takes = (data: Readonly<Record<string, unknown>>) =>
    [event.data.safeParse(data).success, published.safeParse({ ...exampleOf(event), data }).success].join();
  return [
    ...(version === event.version ? [] : [`the fixture is of version ${String(version)}`]),
    ...Object.entries(valid).flatMap(([what, data]) => (takes(data) === 'true,true' ? [] : [`refused: ${what}`])),
    ...Object.entries(invalid).flatMap(([what, data]) => (takes(data) === 'false,false' ? [] : [`taken: ${what}`])),
  ];
}

test('docs/events.md and docs/asyncapi.json are what the catalogue gives (npm run docs)', () => {
  expect(file('docs/events.md')).toBe(describeAsMarkdown(catalogue));
  expect(JSON.parse(file('docs/asyncapi.json'))).toEqual(describeAsAsyncApi(catalogue));
});

test('control: an event that is left out of the documents, or another version of it, is noticed', () => {
  const [first, ...others] = catalogue;
  if (first === undefined) throw new Error('There is no event');
  expect(file('docs/events.md')).not.toBe(describeAsMarkdown(others));
  const raised = [{ ...first, version: 2 }, ...others];
  expect(JSON.parse(file('docs/asyncapi.json'))).not.toEqual(describeAsAsyncApi(raised));
});

test('no two events have one type, and each type is a noun and what happened to it', () => {
  const types = catalogue.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
});

test('every event has its fixtures, and there are none of an event that is not', () => {
  const fixtures = readdirSync(new URL('event-fixtures', import.meta.url)).map((name) => name.replace('.json', ''));
  expect([...fixtures].sort()).toEqual(catalogue.map(({ type }) => type).sort());
});

describe.each(catalogue.map((event) => [event.type, event] as const))('%s', (type, event) => {
  test('takes what is right and refuses what is wrong, in the code and in what subscribers are given', () => {
    const fixture = fixtureOf(type);
    expect(Object.keys(fixture.valid).length).toBeGreaterThan(0);
    expect(Object.keys(fixture.invalid).length).toBeGreaterThan(1);
    expect(objections(event, fixture)).toEqual([]);
  });

  test('control: right for wrong, wrong for right, and another version are noticed', () => {
    const { version, valid, invalid } = fixtureOf(type);
    expect(objections(event, { version: version + 1, valid: invalid, invalid: valid })).toEqual([
      expect.stringContaining('version'),
      ...Object.keys(invalid).map((what) => `refused: ${what}`),
      ...Object.keys(valid).map((what) => `taken: ${what}`),
    ]);
  });

  test('has an example that subscribers’ schema takes', () => {
    expect(z.fromJSONSchema(payloadSchema(event)).safeParse(exampleOf(event)).success).toBe(true);
    expect(exampleOf(event)).toMatchObject({ type, data: event.example });
  });

  test('has no field that could hold a person', () => {
    const fields = JSON.stringify(z.toJSONSchema(event.data));
    expect(fields).not.toMatch(/"(name|email|firstName|lastName|subject|phone|address)"/);
  });
});

describe('the envelope', () => {
  const [event] = catalogue;
  if (event === undefined) throw new Error('There is no event');
  const published = z.fromJSONSchema(payloadSchema(event));
  const example = exampleOf(event);

  test.each([
    ['told to all', { audience: 'all' }],
    ['told to several', { audience: ['org_0123456', 'org_6543210'] }],
  ])('is right: %s', (_what, change) => {
    expect(published.safeParse({ ...example, ...change }).success).toBe(true);
  });

  test.each([
    ['no id', { id: undefined }],
    ['another type', { type: 'place.sold' }],
    ['another version of the schema', { version: 2 }],
    ['a day for an instant', { at: '2027-01-04' }],
    ['no audience', { audience: undefined }],
    ['an audience that is neither all nor a list', { audience: 'some' }],
    ['half a version of the aggregate', { aggregateVersion: 1.5 }],
    ['no data', { data: undefined }],
  ])('is wrong: %s', (_what, change) => {
    expect(published.safeParse({ ...example, ...change }).success).toBe(false);
  });
});
