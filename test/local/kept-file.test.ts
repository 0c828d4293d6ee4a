import { afterAll, expect, test } from '@jest/globals';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, readKept, writeKept } from '../../local/kept-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'cohortium-kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a kept value is read back, from a folder made for it, and there is none before', () => {
  const file = join(folder, 'deep', 'value.json');
  expect(readKept(file)).toBeUndefined();
  writeKept(file, { lanes: [1, null] });
  expect(readKept(file)).toEqual({ lanes: [1, null] });
  expect(existsSync(`${file}.new`)).toBe(false);
});

test('a journal gives the next run what was put and not removed, in the order it came', () => {
  const file = join(folder, 'order.journal');
  const journal = openJournal(file);
  for (const id of ['a', 'b', 'c']) journal.put(id, { id });
  journal.remove('b');
  journal.put('a', { id: 'a again' });
  expect([...openJournal(file).entries]).toEqual([
    ['a', { id: 'a again' }],
    ['c', { id: 'c' }],
  ]);
});

test('a last line that is half written is left out, and what comes after it is not', () => {
  const file = join(folder, 'half.journal');
  openJournal(file).put('a', 'whole');
  appendFileSync(file, '["b","ha');
  const next = openJournal(file);
  expect([...next.entries]).toEqual([['a', 'whole']]);
  next.put('c', 'whole, too');
  expect([...openJournal(file).entries.keys()]).toEqual(['a', 'c']);
});

test('a journal does not grow without end', () => {
  const file = join(folder, 'long.journal');
  const journal = openJournal(file);
  journal.put('kept', 'from the beginning');
  for (let act = 0; act < 20_100; act += 1) journal.put('moved', act);
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(11_000);
  expect(statSync(file).size).toBeGreaterThan(0);
  expect([...openJournal(file).entries]).toEqual([
    ['kept', 'from the beginning'],
    ['moved', 20_099],
  ]);
});

test('without a file a journal keeps nothing beyond itself', () => {
  const journal = openJournal(undefined);
  journal.put('a', 1);
  expect([...journal.entries]).toEqual([['a', 1]]);
  expect(openJournal(undefined).entries.size).toBe(0);
});
