import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { findPeriods, postingWrites } from '../../../shared/postings/cohort-postings.ts';
import { getPeriods } from '../../../shared/postings/get-periods.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import { actorId } from '../../../shared/context.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { financeOf, givenPosting, postingOf } from '../../support/postings.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const trust = organisationNamed('trust');
let made: TestTable;
let as: ReturnType<typeof financeOf>;

beforeAll(async () => {
  made = await createTestTable();
  as = financeOf(made.table, clock);
});
afterAll(async () => {
  await made.remove();
});

let groups = 0;
/** A creditor of its own to each test. */
const newCreditor = () => organisationNamed(`creditor ${String((groups += 1))}`);
const close = async (creditor: string, period: string) => await closePeriod.perform(as(creditor), { period });
const periods = async (organisation: string) => await getPeriods.perform(as(organisation), {});

describe('close-period', () => {
  test('closes a month and all before it; who did it and when is kept; again it changes nothing', async () => {
    const creditor = newCreditor();
    expect(await periods(creditor)).toEqual({ closings: [] });
    const by = actorId(as(creditor).actor);
    const accrued = { isDone: true, accruals: 0, net: 0, incomplete: false };
    const november = { period: '2026-11', by, at: '2027-01-04T09:00:00.000Z', accrued };
    expect(await close(creditor, '2026-11')).toEqual({ through: '2026-11', closings: [november] });
    clock.moveBy(60_000);
    expect(await close(creditor, '2026-11')).toEqual({ through: '2026-11', closings: [november] });
    expect(await close(creditor, '2026-09')).toEqual({ through: '2026-11', closings: [november] });
    const december = { period: '2026-12', by, at: '2027-01-04T09:01:00.000Z', accrued };
    expect(await close(creditor, '2026-12')).toEqual({ through: '2026-12', closings: [december, november] });
    expect(await periods(creditor)).toEqual({ through: '2026-12', closings: [december, november] });
    expect(await periods(trust)).toEqual({ closings: [] });
  });

  test('does not close a month that is not over in London', async () => {
    const creditor = newCreditor();
    for (const period of ['2027-01', '2027-02', '2028-04']) {
      await expect(close(creditor, period)).rejects.toMatchObject({ code: 'period.not-over' });
    }
    const summer = movableClock('2026-06-30T22:59:59.000Z');
    const inSummer = financeOf(made.table, summer);
    const closeJune = async () => await closePeriod.perform(inSummer(creditor), { period: '2026-06' });
    await expect(closeJune()).rejects.toMatchObject({ code: 'period.not-over' });
    summer.moveTo('2026-06-30T23:00:00.000Z');
    expect(await closeJune()).toMatchObject({ through: '2026-06' });
  });

  test('at once by several: each month is closed, and by one of them', async () => {
    const creditor = newCreditor();
    await Promise.all(
      ['2026-10', '2026-11', '2026-10', '2026-11'].map(async (period) => await close(creditor, period)),
    );
    const { through, closings } = await periods(creditor);
    expect(through).toBe('2026-11');
    const months = closings.map(({ period }) => period);
    expect([['2026-11'], ['2026-11', '2026-10']]).toContainEqual(months);
  });

  test('keeps the last sixty closings', async () => {
    const creditor = newCreditor();
    const months = Array.from({ length: 61 }, (_, index) => {
      return `20${String(20 + Math.floor(index / 12))}-${String(1 + (index % 12)).padStart(2, '0')}`;
    });
    for (const month of months) await close(creditor, month);
    const { closings } = await periods(creditor);
    expect([closings.length, closings[0]?.period, closings.at(-1)?.period]).toEqual([60, months[60], months[1]]);
  });

  test('is for finance alone', async () => {
    for (const role of ['administrator', 'programme-lead', 'manager', 'staff'] as const) {
      const by = as(newCreditor(), {}, [role]);
      await expect(closePeriod.perform(by, { period: '2026-12' })).rejects.toMatchObject({ code: 'actor.not-allowed' });
      await expect(getPeriods.perform(by, {})).rejects.toMatchObject({ code: 'actor.not-allowed' });
    }
  });
});

describe('what is posted after a month was closed', () => {
  test('goes into the first open one and keeps its true day', async () => {
    const creditor = newCreditor();
    const early = await givenPosting(made.table, { creditor, effectiveOn: '2026-11-09' });
    await close(creditor, '2026-12');
    const late = await givenPosting(made.table, { creditor, effectiveOn: '2026-11-09' });
    const inMonth = async (period: string) => {
      const asked = { counterparty: trust, side: 'owed-to-us', period };
      const { items } = await listPostings.perform(as(creditor), asked);
      return items.map(({ id, effectiveOn }) => [id, effectiveOn]);
    };
    expect(await inMonth('2026-11')).toEqual([[early.id, '2026-11-09']]);
    expect(await inMonth('2026-12')).toEqual([]);
    expect(await inMonth('2027-01')).toEqual([[late.id, '2026-11-09']]);
  });

  test('is never what was worked out before that; the control posts it, nothing being closed meanwhile', async () => {
    for (const isClosed of [true, false]) {
      const creditor = newCreditor();
      const seen = await findPeriods(made.table, creditor);
      if (isClosed) await close(creditor, '2026-11');
      const writes = postingWrites(creditor, [postingOf({ creditor })], 1, seen);
      expect(await made.table.transact(writes)).toBe(!isClosed);
    }
  });
});
