import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { catalogue } from '../../shared/events/catalogue.ts';
import { describeAsAsyncApi, describeAsMarkdown, exampleOf } from '../../shared/events/describe-events.ts';

const file = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('docs/events.md and docs/asyncapi.json are what the catalogue gives (npm run docs)', () => {
  expect(file('events.md')).toBe(describeAsMarkdown(catalogue));
  expect(JSON.parse(file('asyncapi.json'))).toEqual(describeAsAsyncApi(catalogue));
});

test('no two events have one type, and each type is a noun and what happened to it', () => {
  const types = catalogue.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
});

describe.each(catalogue.map((event) => [event.type, event] as const))('%s', (_type, event) => {
  test('takes its example, and refuses what lacks a field or has one of the wrong type', () => {
    expect(event.data.safeParse(event.example).success).toBe(true);
    for (const field of Object.keys(event.example)) {
      const { [field]: _left, ...rest } = event.example;
      const isOptional = event.data.safeParse(rest).success;
      expect(event.data.safeParse({ ...event.example, [field]: { wrong: true } }).success).toBe(false);
      expect(isOptional || event.data.safeParse(rest).success === false).toBe(true);
    }
  });

  test('has no field that could hold a person', () => {
    const fields = JSON.stringify(z.toJSONSchema(event.data));
    expect(fields).not.toMatch(/"(name|email|firstName|lastName|subject|phone|address)"/);
    expect(exampleOf(event)).toMatchObject({ type: event.type });
  });
});
