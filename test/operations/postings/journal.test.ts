import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { exportJournal } from '../../../shared/postings/export-journal.ts';
import { postingsMade } from '../../../shared/postings/postings-items.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { openJournals, type JournalsTable } from '../../support/journals.ts';
import { parties } from '../../support/people.ts';
import { givenPosting, postingOf } from '../../support/postings.ts';

const { trust, council } = parties;
const formula = '=HYPERLINK("https://example.org")';
const clock = movableClock('2027-11-03T09:00:00.000Z');
let at: JournalsTable;

beforeAll(async () => {
  at = await openJournals(clock);
});
afterAll(async () => {
  await at.close();
});

describe('export-journal', () => {
  test('has a line for each posting of the month, with accounts, VAT, cost centre and cause; at both organisations', async () => {
    const { host, cohort } = await at.givenHost();
    const shared = await cohort(['2027-09-14', '2027-10-05'], { opened: true });
    const lines = [
      { ...lineOf('venue', 'venue', 10_001), costCentre: 'C4711', reference: 'INV-1' },
      { ...lineOf('food', 'other', 0), costCentre: 'C4711', reference: formula },
    ];
    await costsOn(at.table, clock).set(shared, 0, { lines });
    const facts = { creditor: host, cohort: shared.id, net: 10_001, vat: 2000, treatment: 'standard' as const };
    const posting = await givenPosting(at.table, { ...facts, effectiveOn: '2027-09-07' });
    await givenPosting(at.table, { ...facts, effectiveOn: '2027-10-01' });
    const { id, debtor, period } = posting;
    const how = { effectiveOn: '2027-09-30', because: 'agreed' };
    const reversal = await reversePosting.perform(at.as(host), { posting: id, debtor, period, ...how });
    const rows = await at.journal(host, '2027-09');
    const days = { cohortFrom: '2027-09-14', cohortTo: '2027-10-05' };
    const told = { cohort: shared.id, title: 'Aspiring Leaders', cohortName: shared.name, ...days };
    const amounts = { net: '100.01', vat: '20.00', gross: '120.01', vatTreatment: 'standard' };
    const both = { period: '2027-09', ...told, ...amounts };
    const ofHost = {
      side: 'receivable',
      counterparty: trust,
      counterpartyName: 'trust',
      costCentre: 'C4711',
      // The lines of the plan do not agree on one.
      reference: '',
      purchaseOrder: '',
      statement: '',
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
    const mine = (await at.journal(trust, '2027-09')).filter(({ counterparty }) => counterparty === host);
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
    expect((await at.journal(council, '2027-09')).filter(({ counterparty }) => counterparty === host)).toEqual([]);
  });

  test('no name and no reference becomes a formula, and no amount is below nought', async () => {
    const { host, cohort } = await at.givenHost(formula);
    const shared = await cohort(['2027-09-14']);
    const lines = [{ ...lineOf('venue', 'venue', 5), reference: formula, costCentre: '+1' }];
    await costsOn(at.table, clock).set(shared, 0, { lines });
    await givenPosting(at.table, { creditor: host, cohort: shared.id, net: -5, vat: 1, effectiveOn: '2027-09-07' });
    for (const organisation of [host, trust]) {
      const { content } = await exportJournal.perform(at.as(organisation), { period: '2027-09' });
      expect(content).not.toMatch(/(^|[,;\n]"?)[=+\-@]/);
    }
    expect((await at.journal(host, '2027-09')).map(({ net, vat, reference }) => [net, vat, reference])).toEqual([
      ['0.05', '0.00', `'${formula}`],
      ['0.00', '0.01', `'${formula}`],
    ]);
    const names = (await at.journal(trust, '2027-09')).map(({ counterpartyName }) => counterpartyName);
    expect(names).toContain(`'${formula}`);
  });

  test('above 5,000 postings it is refused before any of them is read, and can be had by counterparty', async () => {
    const { host, cohort } = await at.givenHost();
    const shared = await cohort(['2027-09-14']);
    const facts = { creditor: host, cohort: shared.id, effectiveOn: '2027-09-07' };
    const [write] = postingsMade([postingOf({ ...facts, debtor: trust })], 1).slice(-1);
    if (write === undefined || !('change' in write)) throw new Error('There is no sum');
    const values = { ...write.change.values, ':count': 5001 };
    await at.table.update(write.key, { ...write.change, values }, z.unknown());
    const { id } = await givenPosting(at.table, { ...facts, debtor: council });
    const tooLarge = (words: string) => expect.objectContaining({ code: 'request.too-large', message: words });
    const most = 'has more than 5000 postings and accruals:';
    await expect(at.journal(host, '2027-09')).rejects.toEqual(
      tooLarge(`This journal ${most} ask for it one counterparty at a time`),
    );
    await expect(at.journal(host, '2027-09', trust)).rejects.toEqual(
      tooLarge(`The journal with this counterparty ${most} list its postings instead, page by page`),
    );
    expect(await at.journal(host, '2027-09', council)).toMatchObject([{ id, counterparty: council }]);
    const lead = at.as(host, {}, ['administrator', 'programme-lead']);
    const denied = exportJournal.perform(lead, { period: '2027-09' });
    await expect(denied).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });

  test('of one counterparty: both sides, accruals too, and nothing else is read; control: of all, all is', async () => {
    const { host, cohort, forecast } = await at.givenHost();
    const shared = await cohort(['2027-09-14']);
    await forecast(shared);
    await at.relay.relayAll();
    for (const [creditor, debtor] of [
      [host, trust],
      [trust, host],
      [host, council],
    ] as const) {
      await givenPosting(at.table, { creditor, debtor, cohort: shared.id, effectiveOn: '2027-09-07' });
    }
    await at.closeMonth(host, '2027-09');
    const read: string[] = [];
    const noting: Table = {
      ...at.table,
      query: async (options, schema) => {
        const found = await at.table.query(options, schema);
        read.push(...found.map(() => `${options.pk} ${options.prefix ?? ''}`));
        return found;
      },
    };
    const shown = async (period: string, counterparty?: string) => {
      read.length = 0;
      const rows = await at.journal(host, period, counterparty, noting);
      const told = rows.map(({ entry, side, counterpartyName }) => [entry, side, counterpartyName]);
      return { told: new Set(told), read: read.length };
    };
    const ofTrust = [
      ['posting', 'receivable', 'trust'],
      ['posting', 'payable', 'trust'],
      ['accrual', 'receivable', 'trust'],
    ];
    expect(await shown('2027-09', trust)).toEqual({ told: new Set(ofTrust), read: 3 });
    const ofAll = [...ofTrust, ['posting', 'receivable', 'council'], ['accrual', 'receivable', 'council']];
    // Of all, the sums of the pairs are read as well, in which this partner is one.
    expect(await shown('2027-09')).toEqual({ told: new Set(ofAll), read: 8 });
    const back = new Set([['accrual-reversal', 'receivable', 'council']]);
    expect(await shown('2027-10', council)).toEqual({ told: back, read: 1 });
    const { name } = await exportJournal.perform(at.as(host), { period: '2027-10', counterparty: council });
    expect(name).toBe(`journal-${host}-2027-10-${council}.csv`);
    expect(await shown('2027-09', organisationNamed('nobody'))).toEqual({ told: new Set(), read: 0 });
    expect((await at.journal(council, '2027-09', trust)).map((row) => row['id'])).toEqual([]);
  });
});
