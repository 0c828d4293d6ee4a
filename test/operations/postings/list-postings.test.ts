import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mostPence } from '../../../shared/costs/pence.ts';
import { findOwed } from '../../../shared/postings/find-owed.ts';
import { listCohortPostings } from '../../../shared/postings/list-cohort-postings.ts';
import { listPostings } from '../../../shared/postings/list-postings.ts';
import { givenCohort, organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { parties } from '../../support/people.ts';
import { financeOf, givenPosting } from '../../support/postings.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

const clock = movableClock('2027-01-04T09:00:00.000Z');
const { host, trust, council } = parties;
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
const list = async (organisation: string, asked: object) => await listPostings.perform(as(organisation), asked);
const ids = ({ items }: { readonly items: readonly { readonly id: string }[] }) => items.map(({ id }) => id);

describe('list-postings', () => {
  test('tells both of a pair the same, with cause, places, cohort and day', async () => {
    const creditor = newCreditor();
    const cohort = await givenCohort(made.table, clock, { host: creditor });
    const facts = { creditor, cohort: cohort.id, net: 10_001, vat: 2000, treatment: 'standard' as const };
    const posting = await givenPosting(made.table, facts);
    const told = { ...posting, gross: 12_001, title: 'Aspiring Leaders', name: 'Autumn 2026' };
    const asked = { period: '2026-11' };
    const ofUs = await list(creditor, { ...asked, counterparty: trust, side: 'owed-to-us' });
    expect(ofUs).toEqual({ items: [{ ...told, name: cohort.name }] });
    expect(await list(trust, { ...asked, counterparty: creditor, side: 'owed-by-us' })).toEqual(ofUs);
    expect(await list(trust, { ...asked, counterparty: creditor, side: 'owed-to-us' })).toEqual({ items: [] });
    expect(await list(council, { ...asked, counterparty: creditor, side: 'owed-by-us' })).toEqual({ items: [] });
    expect(await list(council, { ...asked, counterparty: trust, side: 'owed-to-us' })).toEqual({ items: [] });
  });

  test('amounts as large as can be: their sums are larger, and are read still', async () => {
    const creditor = newCreditor();
    const facts = { creditor, net: mostPence, vat: mostPence / 5, treatment: 'standard' as const };
    for (const step of [1, 2]) await givenPosting(made.table, facts, step);
    const { items } = await list(creditor, { counterparty: trust, side: 'owed-to-us', period: '2026-11' });
    expect(items.map(({ gross }) => gross)).toEqual([12_000_000_000, 12_000_000_000]);
    const { owed } = await findOwed(made.table, creditor, { from: '2026-11', to: '2026-11' });
    expect(owed.map(({ chargedByUs }) => chargedByUs)).toEqual([{ net: 20_000_000_000, gross: 24_000_000_000 }]);
  });

  test('of a financial year, from April to March, and of no other', async () => {
    const creditor = newCreditor();
    const post = async (effectiveOn: string) => (await givenPosting(made.table, { creditor, effectiveOn })).id;
    const [before, first, last, after] = [
      await post('2026-03-31'),
      await post('2026-04-01'),
      await post('2027-03-31'),
      await post('2027-04-01'),
    ];
    const ofYear = async (year: string) => ids(await list(creditor, { counterparty: trust, side: 'owed-to-us', year }));
    expect(await ofYear('2026-27')).toEqual([first, last]);
    expect(await ofYear('2025-26')).toEqual([before]);
    expect(await ofYear('2027-28')).toEqual([after]);
  });

  test('in pages, each posting once; a cursor of another month leads nowhere else', async () => {
    const creditor = newCreditor();
    const made1 = [];
    for (const effectiveOn of ['2026-09-30', '2026-10-01', '2026-10-02', '2026-10-31', '2026-11-01']) {
      made1.push((await givenPosting(made.table, { creditor, effectiveOn })).id);
    }
    const asked = { counterparty: trust, side: 'owed-to-us', year: '2026-27', limit: 2 };
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(creditor, after === undefined ? asked : { ...asked, after });
      seen.push(...ids(page));
      after = page.next;
    } while (after !== undefined);
    expect([...seen].sort()).toEqual([...made1].sort());
    expect([seen[0], seen[4]]).toEqual([made1[0], made1[4]]);
    const { next } = await list(creditor, { ...asked, limit: 1 });
    const november = { counterparty: trust, side: 'owed-to-us', period: '2026-11' };
    expect(ids(await list(creditor, { ...november, after: next }))).toEqual([made1[4]]);
    const latest = await list(creditor, { ...asked, limit: 4 });
    expect(ids(await list(creditor, { ...november, period: '2026-09', after: latest.next }))).toEqual([]);
    await expect(list(creditor, { ...november, after: 'elsewhere' })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  test('wants a month or a year, and not both; and finance', async () => {
    const asked = { counterparty: trust, side: 'owed-to-us' };
    for (const when of [{}, { period: '2026-11', year: '2026-27' }, { period: '2026-13' }]) {
      await expect(list(host, { ...asked, ...when })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    const lead = as(host, {}, ['administrator', 'programme-lead']);
    const denied = listPostings.perform(lead, { ...asked, period: '2026-11' });
    await expect(denied).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});

describe('list-cohort-postings', () => {
  test('the host sees all in the order in which they were made, a partner its own, others that there is no such cohort', async () => {
    const cohort = await givenCohort(made.table, clock, { sharedWith: [trust, council] });
    const post = async (debtor: string, step: number) =>
      (await givenPosting(made.table, { cohort: cohort.id, debtor }, step)).id;
    const [later, first] = [await post(trust, 2), await post(council, 1)];
    const latest = await post(council, 10);
    const listed = async (organisation: string, page: object = {}) =>
      await listCohortPostings.perform(as(organisation), { cohort: cohort.id, ...page });
    expect(ids(await listed(host))).toEqual([first, later, latest]);
    expect(ids(await listed(trust))).toEqual([later]);
    expect(ids(await listed(council))).toEqual([first, latest]);
    const { items, next } = await listed(host, { limit: 2 });
    expect([ids({ items }), ids(await listed(host, { limit: 2, after: next }))]).toEqual([[first, later], [latest]]);
    await expect(listed(organisationNamed('stranger'))).rejects.toMatchObject({ code: 'cohort.not-found' });
    await expect(
      listCohortPostings.perform(as(host, {}, ['programme-lead']), { cohort: cohort.id }),
    ).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});
