import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimPlace } from '../../shared/places/claim-place.ts';
import { contextOf, personOf } from '../support/context.ts';
import { givenOpenCohort, givenProgramme } from '../support/given.ts';
import type { CapacityLine } from './capacity-line.ts';
import { measureCapacity } from './capacity.ts';
import { measureLostAcknowledgements } from './lost-acknowledgements.ts';
import { openMeasuredTable } from './measured-table.ts';

let lines: readonly CapacityLine[];
beforeAll(async () => {
  lines = await measureCapacity();
}, 60_000);

function lineOf(operation: string): CapacityLine {
  const found = lines.find((line) => line.operation === operation);
  if (found === undefined) throw new Error(`${operation} was not measured`);
  return found;
}

const onTheLedger = [
  'claim-place',
  'claim-place, by the host',
  'claim-place, two at once, one of which waits',
  'claim-place, to wait',
  'claim-place, to wait until a date',
  'give-back-place, by one who waits',
  'give-back-place, which confirms the next',
  'change-capacity, which confirms the next',
  'name-place',
  'unname-place',
  'a reminder to name somebody',
  'a place that is released and goes to the next',
  'fix-allocation',
];
const claims = onTheLedger.filter((operation) => operation.startsWith('claim-place'));

describe('what is asked for often costs', () => {
  test.each(onTheLedger)('one write unit on a ledger under 1 KB: %s', (operation) => {
    expect(lineOf(operation).ledger).toBe(1);
  });

  test('two on a ledger above 1 KB, so the size of the ledger is what counts', () => {
    expect(lineOf('claim-place, on a ledger above 1 KB (50 entries)').ledger).toBe(2);
  });

  test.each(claims)('at most eight write units with all that follows from it, and no read: %s', (operation) => {
    const { allIn, parts, read } = lineOf(operation);
    expect(allIn).toBeLessThanOrEqual(8);
    expect(Object.values(parts).reduce((sum, units) => sum + units, 0)).toBe(allIn);
    expect(read).toBe(0);
  });

  test('for a claim: the ledger, which also remembers the request, two views, two feeds, the history and its naming date', () => {
    expect(lineOf('claim-place').parts).toEqual({
      due: 1,
      'due (index)': 1,
      ledger: 1,
      'view open': 1,
      'view places': 1,
      feed: 2,
      history: 1,
    });
  });

  test('at most three read units to list a hundred open cohorts', () => {
    const { read, allIn } = lineOf('list-open-cohorts, 100 of them');
    expect(read).toBeGreaterThan(1);
    expect(read).toBeLessThanOrEqual(3);
    expect(allIn).toBe(0);
  });
});

describe('a balance', () => {
  test('costs half a read unit a cohort of its year, and a few for finding them', () => {
    for (const cohorts of [10, 100]) {
      const { read, allIn } = lineOf(`get-balance, of ${String(cohorts)} cohorts`);
      expect(read).toBeGreaterThanOrEqual(cohorts / 2);
      expect(read).toBeLessThanOrEqual(cohorts / 2 + 5);
      expect(allIn).toBe(0);
    }
  });

  test('and unmet demand as much again, for what was refused on each', () => {
    for (const cohorts of [10, 100]) {
      const { read, allIn } = lineOf(`get-unmet-demand, of ${String(cohorts)} cohorts`);
      expect(read).toBeLessThanOrEqual(cohorts + 5);
      expect(allIn).toBe(0);
    }
  });
});

test('a claim that is refused for want of room costs two write units more, for the note of it', async () => {
  const { table, clock, measure, remove } = await openMeasuredTable();
  const [host, trust] = ['org_aaaaaa1', 'org_aaaaaa2'];
  const plan = { host, programme: await givenProgramme(table, clock, host), capacity: 1, waitlist: 0, limit: 1 };
  const cohort = await givenOpenCohort(table, clock, plan);
  await claimPlace.perform(contextOf(table, clock, personOf(host)), { cohort });
  const { asked, followed } = await measure(async () => {
    const claim = claimPlace.perform(contextOf(table, clock, personOf(trust)), { cohort });
    await expect(claim).rejects.toMatchObject({ code: 'place.full' });
  });
  expect(asked.filter(({ write }) => write > 0)).toEqual([
    { part: 'ledger (refused)', write: 1, read: 0 },
    { part: 'refused', write: 1, read: 0 },
    { part: 'refused (index)', write: 1, read: 0 },
  ]);
  expect(followed.filter(({ part }) => part.startsWith('refused'))).toEqual([]);
  await remove();
});

describe('a decision costs on average', () => {
  test('1.05 write units on its ledger when five in a hundred answers are lost', async () => {
    const { decisions, repeated, average, units } = await measureLostAcknowledgements(50, 0.05, 7);
    expect(repeated).toBeGreaterThan(decisions * 0.03);
    expect(average).toBe((decisions + repeated) / decisions);
    expect(average).toBeGreaterThan(1.03);
    expect(average).toBeLessThan(1.07);
    for (const each of Object.values(units)) expect(each).toBeLessThan(1.1);
  }, 60_000);

  test('exactly one when none is lost', async () => {
    expect(await measureLostAcknowledgements(3, 0, 7)).toEqual({
      decisions: 27,
      repeated: 0,
      units: { claim: 1, wait: 1, 'give back, the next is confirmed': 1 },
      average: 1,
    });
  });
});
