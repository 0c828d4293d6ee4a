import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAccrualsTo, readClosing } from '../../../shared/postings/accruals-items.ts';
import { getPeriods } from '../../../shared/postings/get-periods.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import { readOwedTo } from '../../../shared/postings/postings-items.ts';
import { recordAccruals } from '../../../shared/postings/record-accruals.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { openJournals, type JournalsTable } from '../../support/journals.ts';
import { parties } from '../../support/people.ts';

const { trust } = parties;
const clock = movableClock('2027-11-03T09:00:00.000Z');
let at: JournalsTable;

beforeAll(async () => {
  at = await openJournals(clock);
});
afterAll(async () => {
  await at.close();
});

const accounts = (rows: readonly Readonly<Record<string, string>>[]) =>
  rows.map(({ entry, date, debitAccount, creditAccount, counterpartyName, gross }) => {
    return [entry, date, debitAccount, creditAccount, counterpartyName, gross];
  });

describe('accruals', () => {
  test('what was forecast for sessions that were held is accrued at the closing and taken back in the next month', async () => {
    const { host, name, cohort, forecast } = await at.givenHost();
    const begun = await cohort(['2027-09-14', '2027-10-05']);
    const old = await cohort(['2026-02-03']);
    await forecast(begun);
    await forecast(await cohort(['2027-11-02']));
    await forecast(old, 300);
    await cohort(['2027-09-15']);
    await at.relay.relayAll();
    const { closings } = await at.closeMonth(host, '2027-09');
    const accrued = { isDone: true, accruals: 4, net: 5001 + 1000 + 300 + 2000, incomplete: false };
    expect(closings).toMatchObject([{ period: '2027-09', accrued }]);
    expect(await getPeriods.perform(at.as(host), {})).toEqual({ through: '2027-09', closings });
    const [income, recharges, costs, expenses] = [
      'Accrued income',
      'Recharges of shared programme costs',
      'Shared programme costs',
      'Accrued expenses',
    ];
    expect(new Set(accounts(await at.journal(host, '2027-09')))).toEqual(
      new Set([
        ['accrual', '2027-09-30', income, recharges, 'trust', '50.01'],
        ['accrual', '2027-09-30', income, recharges, 'council', '10.00'],
        ['accrual', '2027-09-30', income, recharges, 'trust', '3.00'],
        ['accrual', '2027-09-30', income, recharges, 'council', '20.00'],
      ]),
    );
    const back = (await at.journal(trust, '2027-10')).filter((row) => row['cohort'] === begun.id);
    expect(accounts(back)).toEqual([['accrual-reversal', '2027-10-01', expenses, costs, name, '50.01']]);
    expect(back[0]).toMatchObject({
      id: `accrual.2027-09.${begun.id}.${trust}.reversal`,
      cause: '1 of 2 sessions held by the end of 2027-09',
    });
    // In journals alone: nothing of it is owed.
    expect(await readOwedTo(at.table, host, '', 10)).toEqual([]);
    const asked = { counterparty: trust, side: 'owed-to-us', year: '2027-28' };
    expect(await listPostings.perform(at.as(host), asked)).toEqual({ items: [] });
  });

  test('once: what was recorded stays, whoever closes the month again and whatever is forecast then', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    const begun = await cohort(['2027-09-14']);
    await forecast(begun);
    await at.relay.relayAll();
    const first = await at.closeMonth(host, '2027-09');
    await at.table.delete(keys.shares(begun.id));
    await forecast(begun, 77);
    expect(await at.closeMonth(host, '2027-09')).toEqual(first);
    await at.table.delete(keys.closing(host, '2027-09'));
    await Promise.all([1, 2, 3].map(async () => await at.closeMonth(host, '2027-09')));
    const recorded = await readAccrualsTo(at.table, host, '2027-09', 10);
    expect(recorded).toHaveLength(2);
    expect(new Set(recorded.map(({ net }) => net))).toEqual(new Set([10_001, 2000]));
    // Still a forecast at the end of the next month, it is accrued once more, as it is then.
    await at.closeMonth(host, '2027-10');
    const next = await readAccrualsTo(at.table, host, '2027-10', 10);
    expect(new Set(next.map(({ net }) => net))).toEqual(new Set([2000, 77]));
  });

  test('cut off anywhere, the same request goes on; the control, which forgets how far it had come, begins anew', async () => {
    for (const isForgetful of [false, true]) {
      const { host, cohort, forecast } = await at.givenHost();
      for (const days of [['2027-09-14'], ['2027-02-02'], ['2026-06-02']]) await forecast(await cohort(days));
      await at.relay.relayAll();
      let noted = 0;
      const dying: Table = {
        ...at.table,
        put: async (item, onlyIf) => {
          if (!item.sk.startsWith('CLOSING#')) return await at.table.put(item, onlyIf);
          noted += 1;
          if (noted === 2) throw new Error('Killed');
          return isForgetful || (await at.table.put(item, onlyIf));
        },
      };
      await expect(recordAccruals(dying, clock, host, '2027-09')).rejects.toThrow('Killed');
      expect((await readClosing(at.table, host, '2027-09'))?.parts).toBe(isForgetful ? undefined : 1);
      expect(await recordAccruals(at.table, clock, host, '2027-09')).toMatchObject({ isDone: true, accruals: 6 });
      expect(await readAccrualsTo(at.table, host, '2027-09', 10)).toHaveLength(6);
    }
  });

  test('a request that takes too long stops between two parts and says so', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    await forecast(await cohort(['2026-06-02']));
    await at.relay.relayAll();
    const slow: Table = {
      ...at.table,
      put: async (item, onlyIf) => {
        clock.moveBy(20_000);
        return await at.table.put(item, onlyIf);
      },
    };
    const part = await recordAccruals(slow, clock, host, '2027-09');
    expect(part).toMatchObject({ isDone: false, parts: 1, accruals: 0 });
    expect(await recordAccruals(at.table, clock, host, '2027-09')).toMatchObject({ isDone: true, accruals: 2 });
  });

  test('a month that is closed together with a later one has none of its own', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    await forecast(await cohort(['2027-09-14']));
    await at.relay.relayAll();
    await at.closeMonth(host, '2027-10');
    await at.closeMonth(host, '2027-09');
    expect(await readAccrualsTo(at.table, host, '2027-09', 10)).toEqual([]);
    expect(await readAccrualsTo(at.table, host, '2027-10', 10)).toHaveLength(2);
    expect(await readAccrualsTo(at.table, organisationNamed('host'), '2027-10', 10)).toEqual([]);
  });
});
