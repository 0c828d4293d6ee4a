import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { changeByItself } from '../../../shared/change.ts';
import { sessionId } from '../../../shared/cohorts/session.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { sharesWritten } from '../../../shared/costs/shares-items.ts';
import { readAccrualsTo, readClosing } from '../../../shared/postings/accruals-items.ts';
import { closePeriod } from '../../../shared/postings/close-period.ts';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { getPeriods } from '../../../shared/postings/get-periods.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import { postingsMade, readOwedTo } from '../../../shared/postings/postings-items.ts';
import { recordAccruals } from '../../../shared/postings/record-accruals.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { givenProgramme } from '../../support/given.ts';
import { givenNamedOrganisation, parties } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { financeOf, givenPosting, postingOf } from '../../support/postings.ts';

const { trust, council } = parties;
const formula = '=HYPERLINK("https://example.org")';
const clock = movableClock('2027-11-03T09:00:00.000Z');
let at: PlacesTable;
let as: ReturnType<typeof financeOf>;

beforeAll(async () => {
  at = await openPlaces(clock);
  as = financeOf(at.table, clock);
  await givenNamedOrganisation(at.table, clock, 'trust');
  await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

let groups = 0;
/** A host of its own to each test, its programme, and cohorts of it that were forecast to cost the trust and the council something. */
async function given(name?: string) {
  groups += 1;
  const host = await givenNamedOrganisation(at.table, clock, name ?? `creditor ${String(groups)}`);
  const programme = await givenProgramme(at.table, clock, host);
  const cohort = async (days: readonly string[], facts: Partial<Cohort> = {}) => {
    const sessions = days.map((day, index) => {
      return { id: sessionId.parse(`1-${String(index + 1)}`), day, from: '09:00', to: '16:30' };
    });
    const [firstDay = '', lastDay = ''] = [days[0], days.at(-1)];
    return await at.given({ host, programme, sessions, firstDay, lastDay, ...facts });
  };
  const forecast = async ({ id }: Cohort, net = 10_001) => {
    const share = { vat: 0, treatment: 'outside-scope' as const, tickets: [1] };
    const shares = [
      { ...share, organisation: trust, net },
      { ...share, organisation: council, net: 2000 },
    ];
    const change = changeByItself('forecast', clock.now());
    const standing = { cohort: id, host, status: 'forecast' as const, freezesOn: '2027-09-07', shared: 12_001, shares };
    const { put } = sharesWritten({ ...standing, changes: 1, steps: 0, closes: [], version: 1, change });
    await at.table.put(put);
  };
  await at.relay.relayAll();
  return { host, cohort, forecast };
}
const close = async (host: string, period: string) => await closePeriod.perform(as(host), { period });
const journal = async (organisation: string, period: string) => {
  const { content } = await exportJournal.perform(as(organisation), { period });
  return z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true }));
};
const accounts = (rows: readonly Readonly<Record<string, string>>[]) =>
  rows.map(({ entry, date, debitAccount, creditAccount, counterpartyName, gross }) => {
    return [entry, date, debitAccount, creditAccount, counterpartyName, gross];
  });

describe('export-journal', () => {
  test('has a line for each posting of the month, with accounts, VAT, cost centre and cause; at both organisations', async () => {
    const { host, cohort } = await given();
    const shared = await cohort(['2027-09-14'], { opened: true });
    const lines = [
      { ...lineOf('venue', 'venue', 10_001), costCentre: 'C4711', reference: 'PO-1' },
      { ...lineOf('food', 'other', 0), costCentre: 'C4711', reference: formula },
    ];
    await costsOn(at.table, clock).set(shared, 0, { lines });
    const facts = { creditor: host, cohort: shared.id, net: 10_001, vat: 2000, treatment: 'standard' as const };
    const posting = await givenPosting(at.table, { ...facts, effectiveOn: '2027-09-07' });
    await givenPosting(at.table, { ...facts, effectiveOn: '2027-10-01' });
    const { id, debtor, period } = posting;
    const how = { effectiveOn: '2027-09-30', because: 'agreed' };
    const reversal = await reversePosting.perform(as(host), { posting: id, debtor, period, ...how });
    const rows = await journal(host, '2027-09');
    const told = { cohort: shared.id, title: 'Aspiring Leaders', cohortName: shared.name };
    const amounts = { net: '100.01', vat: '20.00', gross: '120.01', vatTreatment: 'standard' };
    const both = { period: '2027-09', ...told, ...amounts };
    const ofHost = {
      side: 'receivable',
      counterparty: trust,
      counterpartyName: 'trust',
      costCentre: 'C4711',
      reference: `PO-1; ${formula}`,
    };
    expect(new Map(rows.map((row) => [row['id'], row]))).toEqual(
      new Map([
        [
          id,
          {
            id,
            date: '2027-09-07',
            entry: 'posting',
            debitAccount: 'Receivables from other organisations',
            creditAccount: 'Recharges of shared programme costs',
            reason: 'share',
            reverses: '',
            cause: posting.cause,
            ...both,
            ...ofHost,
          },
        ],
        [
          reversal.id,
          {
            id: reversal.id,
            date: '2027-09-30',
            entry: 'reversal',
            debitAccount: 'Recharges of shared programme costs',
            creditAccount: 'Receivables from other organisations',
            reason: 'reversal',
            reverses: id,
            cause: id,
            ...both,
            ...ofHost,
          },
        ],
      ]),
    );
    const mine = (await journal(trust, '2027-09')).filter(({ counterparty }) => counterparty === host);
    const seen = mine.map((row) => [
      row['id'],
      row['debitAccount'],
      row['creditAccount'],
      row['net'],
      row['costCentre'],
    ]);
    expect(new Set(seen)).toEqual(
      new Set([
        [id, 'Shared programme costs', 'Payables to other organisations', '100.01', ''],
        [reversal.id, 'Payables to other organisations', 'Shared programme costs', '100.01', ''],
      ]),
    );
    expect((await journal(council, '2027-09')).filter(({ counterparty }) => counterparty === host)).toEqual([]);
  });

  test('no name and no reference becomes a formula, and no amount is below nought', async () => {
    const { host, cohort } = await given(formula);
    const shared = await cohort(['2027-09-14']);
    const lines = [{ ...lineOf('venue', 'venue', 5), reference: formula, costCentre: '+1' }];
    await costsOn(at.table, clock).set(shared, 0, { lines });
    await givenPosting(at.table, { creditor: host, cohort: shared.id, net: -5, vat: 1, effectiveOn: '2027-09-07' });
    for (const organisation of [host, trust]) {
      const { content } = await exportJournal.perform(as(organisation), { period: '2027-09' });
      expect(content).not.toMatch(/(^|[,;\n]"?)[=+\-@]/);
    }
    expect((await journal(host, '2027-09')).map(({ net, vat, reference }) => [net, vat, reference])).toEqual([
      ['0.05', '0.00', `'${formula}`],
      ['0.00', '0.01', `'${formula}`],
    ]);
    const names = (await journal(trust, '2027-09')).map(({ counterpartyName }) => counterpartyName);
    expect(names).toContain(`'${formula}`);
  });

  test('above 5,000 postings it is refused before any of them is read', async () => {
    const { host } = await given();
    const [write] = postingsMade([postingOf({ creditor: host, effectiveOn: '2027-09-07' })], 1).slice(-1);
    if (write === undefined || !('change' in write)) throw new Error('There is no sum');
    const values = { ...write.change.values, ':count': 5001 };
    await at.table.update(write.key, { ...write.change, values }, z.unknown());
    await expect(journal(host, '2027-09')).rejects.toMatchObject({ code: 'request.too-large' });
    const lead = as(host, {}, ['administrator', 'programme-lead']);
    const denied = exportJournal.perform(lead, { period: '2027-09' });
    await expect(denied).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});

describe('accruals', () => {
  test('what was forecast for sessions that were held is accrued at the closing and taken back in the next month', async () => {
    const { host, cohort, forecast } = await given();
    const begun = await cohort(['2027-09-14', '2027-10-05']);
    const old = await cohort(['2026-02-03']);
    await forecast(begun);
    await forecast(await cohort(['2027-11-02']));
    await forecast(old, 300);
    await cohort(['2027-09-15']);
    await at.relay.relayAll();
    const { closings } = await close(host, '2027-09');
    const accrued = { isDone: true, accruals: 4, net: 5001 + 1000 + 300 + 2000, incomplete: false };
    expect(closings).toMatchObject([{ period: '2027-09', accrued }]);
    expect(await getPeriods.perform(as(host), {})).toEqual({ through: '2027-09', closings });
    const [income, recharges, costs, expenses] = [
      'Accrued income',
      'Recharges of shared programme costs',
      'Shared programme costs',
      'Accrued expenses',
    ];
    expect(new Set(accounts(await journal(host, '2027-09')))).toEqual(
      new Set([
        ['accrual', '2027-09-30', income, recharges, 'trust', '50.01'],
        ['accrual', '2027-09-30', income, recharges, 'council', '10.00'],
        ['accrual', '2027-09-30', income, recharges, 'trust', '3.00'],
        ['accrual', '2027-09-30', income, recharges, 'council', '20.00'],
      ]),
    );
    const back = (await journal(trust, '2027-10')).filter((row) => row['cohort'] === begun.id);
    const name = `creditor ${String(groups)}`;
    expect(accounts(back)).toEqual([['accrual-reversal', '2027-10-01', expenses, costs, name, '50.01']]);
    expect(back[0]).toMatchObject({
      id: `accrual.2027-09.${begun.id}.${trust}.reversal`,
      cause: '1 of 2 sessions held by the end of 2027-09',
    });
    // In journals alone: nothing of it is owed.
    expect(await readOwedTo(at.table, host, '', 10)).toEqual([]);
    const asked = { counterparty: trust, side: 'owed-to-us', year: '2027-28' };
    expect(await listPostings.perform(as(host), asked)).toEqual({ items: [] });
  });

  test('once: what was recorded stays, whoever closes the month again and whatever is forecast then', async () => {
    const { host, cohort, forecast } = await given();
    const begun = await cohort(['2027-09-14']);
    await forecast(begun);
    await at.relay.relayAll();
    const first = await close(host, '2027-09');
    await at.table.delete(keys.shares(begun.id));
    await forecast(begun, 77);
    expect(await close(host, '2027-09')).toEqual(first);
    await at.table.delete(keys.closing(host, '2027-09'));
    await Promise.all([1, 2, 3].map(async () => await close(host, '2027-09')));
    const recorded = await readAccrualsTo(at.table, host, '2027-09', 10);
    expect(recorded).toHaveLength(2);
    expect(new Set(recorded.map(({ net }) => net))).toEqual(new Set([10_001, 2000]));
    // Still a forecast at the end of the next month, it is accrued once more, as it is then.
    await close(host, '2027-10');
    const next = await readAccrualsTo(at.table, host, '2027-10', 10);
    expect(new Set(next.map(({ net }) => net))).toEqual(new Set([2000, 77]));
  });

  test('cut off anywhere, the same request goes on; the control, which forgets how far it had come, begins anew', async () => {
    for (const isForgetful of [false, true]) {
      const { host, cohort, forecast } = await given();
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
    const { host, cohort, forecast } = await given();
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
    const { host, cohort, forecast } = await given();
    await forecast(await cohort(['2027-09-14']));
    await at.relay.relayAll();
    await close(host, '2027-10');
    await close(host, '2027-09');
    expect(await readAccrualsTo(at.table, host, '2027-09', 10)).toEqual([]);
    expect(await readAccrualsTo(at.table, host, '2027-10', 10)).toHaveLength(2);
    expect(await readAccrualsTo(at.table, organisationNamed('host'), '2027-10', 10)).toEqual([]);
  });
});
