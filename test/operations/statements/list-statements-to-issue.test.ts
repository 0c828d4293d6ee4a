import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { listStatementsToIssue } from '../../../shared/statements/list-statements-to-issue.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import type { Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { closeThrough, openStatements, post, stated, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-11-04T09:00:00.000Z');
const [host, trust, other] = [organisationNamed('host'), organisationNamed('trust'), organisationNamed('other')];
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

const list = async (organisation: string, asked: object = {}) =>
  await listStatementsToIssue.perform(at.as(organisation), asked);

describe('list-statements-to-issue', () => {
  test('tells who owes for which closed month until that is stated, page by page', async () => {
    await post(at.table, [
      stated({ period: '2027-08', net: 5_000, vat: 1_000, treatment: 'standard' }),
      stated({ period: '2027-09' }),
      stated({ period: '2027-09', net: -250_000 }),
      stated({ period: '2027-09', debtor: other, net: 7 }),
      stated({ period: '2027-10', debtor: other, net: 8 }),
      stated({ creditor: other, period: '2027-09' }),
    ]);
    // Nothing while no month is closed.
    expect(await list(host)).toEqual({ items: [] });
    await closeThrough(at.table, host, '2027-09');
    const august = { debtor: trust, period: '2027-08', lines: 1, net: 5_000, vat: 1_000, gross: 6_000 };
    const september = { debtor: trust, period: '2027-09', lines: 2, net: -150_000, vat: 0, gross: -150_000 };
    const ofOther = { debtor: other, period: '2027-09', lines: 1, net: 7, vat: 0, gross: 7 };
    const inSeptember = [september, ofOther].sort((a, b) => (a.debtor < b.debtor ? -1 : 1));
    expect(await list(host)).toEqual({ items: [august, ...inSeptember] });
    expect(await list(host, { from: '2027-09' })).toEqual({ items: inSeptember });
    expect(await list(host, { from: '2027-10' })).toEqual({ items: [] });
    const first = await list(host, { limit: 2 });
    expect(first.items).toEqual([august, inSeptember[0]]);
    expect((await list(host, { limit: 2, after: first.next })).items).toEqual(inSeptember.slice(1));
    // A position outside of what is asked for leads no further back.
    expect(await list(host, { from: '2027-09', after: first.next })).toEqual({ items: inSeptember.slice(1) });

    // What is stated is passed over, also where a whole page is.
    await issueStatement.perform(at.as(host), { debtor: trust, period: '2027-08' });
    await issueStatement.perform(at.as(host), { debtor: trust, period: '2027-09' });
    expect((await list(host)).items).toEqual([ofOther]);
    expect((await list(host, { limit: 1 })).items).toEqual([ofOther]);
    await issueStatement.perform(at.as(host), { debtor: other, period: '2027-09' });
    expect((await list(host)).items).toEqual([]);
  });

  test('control: without looking for what is issued, and by when months are closed, more would be listed', async () => {
    const creditor = organisationNamed('another host');
    const of = { creditor, debtor: trust };
    await post(at.table, [stated({ ...of, period: '2027-08' }), stated({ ...of, period: '2027-10' })]);
    await closeThrough(at.table, creditor, '2027-08');
    await issueStatement.perform(at.as(creditor), { debtor: trust, period: '2027-08' });
    const listOn = async (table: Table) => {
      const context = contextOf(table, clock, personOf(creditor, ['finance']));
      return (await listStatementsToIssue.perform(context, {})).items.map(({ period }) => period);
    };
    expect(await listOn(at.table)).toEqual([]);
    const nothingIssued: Table = { ...at.table, getMany: async () => await Promise.resolve([]) };
    expect(await listOn(nothingIssued)).toEqual(['2027-08']);
    const allClosed: Table = {
      ...at.table,
      get: async (key, schema, options) => {
        const item = await at.table.get(key, schema, options);
        return key.sk === 'PERIODS' ? schema.parse({ ...item, through: '2027-12' }) : item;
      },
    };
    expect(await listOn(allClosed)).toEqual(['2027-10']);
  });

  test('is of the own accounts alone', async () => {
    expect(await list(trust)).toEqual({ items: [] });
    await expect(list(trust, { predecessor: host })).rejects.toMatchObject({ code: 'organisation.not-found' });
    await expect(list(host, { from: '2027-13' })).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
