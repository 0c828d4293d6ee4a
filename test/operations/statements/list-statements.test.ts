import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getAgeing } from '../../../shared/statements/get-ageing.ts';
import { listStatements } from '../../../shared/statements/list-statements.ts';
import { claimForSettlement, markSettled } from '../../../shared/statements/settle-statement.ts';
import type { Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { openStatements, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const [host, trust, other] = [organisationNamed('host'), organisationNamed('trust'), organisationNamed('other')];
const settlement = 'stl_aaaaaaaaaaaa';
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

describe('list-statements', () => {
  const [us, them] = [organisationNamed('us'), organisationNamed('them')];
  const list = async (organisation: string, asked: object) => {
    const { items } = await listStatements.perform(at.as(organisation), asked);
    return items.map(({ number, period, counterparty, status }) => [number, period, counterparty, status]);
  };

  test('tells both sides, of a year, a month, or a status, page by page', async () => {
    const issued = [];
    for (const period of ['2027-02', '2027-03', '2027-04', '2028-03', '2028-04']) {
      issued.push(await at.given({ creditor: us, debtor: them, period }));
    }
    await at.given({ creditor: them, debtor: us, period: '2027-04', net: -1 });
    const [, march] = issued;
    if (march !== undefined) await at.agree(march);
    await at.told();
    const line = (number: number, period: string, status = 'issued') => [
      `INV-00000${String(number)}`,
      period,
      them,
      status,
    ];
    const all = [
      line(1, '2027-02'),
      line(2, '2027-03', 'agreed'),
      line(3, '2027-04'),
      line(4, '2028-03'),
      line(5, '2028-04'),
    ];
    const side = 'owed-to-us';
    expect(await list(us, { side })).toEqual(all);
    expect(await list(us, { side, year: '2027-28' })).toEqual(all.slice(2, 4));
    expect(await list(us, { side, period: '2027-03' })).toEqual(all.slice(1, 2));
    expect(await list(us, { side, status: 'agreed' })).toEqual(all.slice(1, 2));
    expect(await list(us, { side: 'owed-by-us' })).toEqual([['CRN-000001', '2027-04', them, 'issued']]);
    expect(await list(them, { side: 'owed-by-us', year: '2027-28' })).toEqual(
      all.slice(2, 4).map(([number, period, , status]) => [number, period, us, status]),
    );
    const first = await listStatements.perform(at.as(us), { side, limit: 3 });
    expect(first.items).toHaveLength(3);
    expect(await list(us, { side, limit: 3, after: first.next })).toEqual(all.slice(3));
    expect(await list(other, { side })).toEqual([]);
    await expect(list(us, { side, year: '2027-28', period: '2027-04' })).rejects.toMatchObject({
      code: 'request.invalid',
    });
    await expect(list(us, { side, predecessor: them })).rejects.toMatchObject({ code: 'organisation.not-found' });
  });
});

describe('get-ageing', () => {
  test('tells what is not settled by how long ago it was due, for both sides', async () => {
    const [us, them, others] = [organisationNamed('aged us'), organisationNamed('aged'), organisationNamed('aged 2')];
    const due = async (debtor: string, period: string, net: number, vat = 0) =>
      await at.given({ creditor: us, debtor, period, net, vat, treatment: 'standard' });
    const settled = await due(them, '2027-01', 7_777);
    await due(them, '2027-02', 100, 20);
    await due(them, '2027-03', -30);
    await due(others, '2027-02', 5);
    await at.agree(settled);
    const claim = { statement: settled.id, settlement };
    await claimForSettlement(at.table, clock, claim);
    await markSettled(at.table, clock, claim);
    await at.told();
    const nothing = { notDue: 0, days1To30: 0, days31To60: 0, days61To90: 0, over90Days: 0, total: 0 };
    const ages = [
      ['2027-11-03', 'notDue'],
      ['2027-11-04', 'days1To30'],
      ['2027-12-03', 'days1To30'],
      ['2027-12-04', 'days31To60'],
      ['2028-01-02', 'days31To60'],
      ['2028-01-03', 'days61To90'],
      ['2028-02-01', 'days61To90'],
      ['2028-02-02', 'over90Days'],
    ] as const;
    for (const [day, age] of ages) {
      clock.moveTo(`${day}T12:00:00.000Z`);
      const of = (sum: number) => ({ ...nothing, [age]: sum, total: sum });
      const { asOf, owedToUs, owedByUs } = await getAgeing.perform(at.as(us), {});
      expect(asOf).toBe(day);
      const both = [
        { organisation: them, ...of(90) },
        { organisation: others, ...of(5) },
      ].sort((one, another) => (one.organisation < another.organisation ? -1 : 1));
      expect(owedToUs).toEqual({ counterparties: both, all: of(95) });
      expect(owedByUs).toEqual({ counterparties: [], all: nothing });
      const theirs = await getAgeing.perform(at.as(them), {});
      expect(theirs.owedByUs).toEqual({ counterparties: [{ organisation: us, ...of(90) }], all: of(90) });
    }
    clock.moveTo('2027-10-04T09:00:00.000Z');
  });

  test('is refused when there are more open statements than are looked through', async () => {
    const line = { sk: 'x', statement: 'sta_000000000000', counterparty: trust, period: '2027-09', number: 'INV-1' };
    const dates = { issuedOn: '2027-10-04', dueOn: '2027-11-03' };
    const full: Table = {
      ...at.table,
      query: async (options, schema) =>
        await Promise.resolve(
          Array.from({ length: options.limit }, () =>
            schema.parse({ ...line, ...dates, kind: 'invoice', gross: 1, status: 'issued' }),
          ),
        ),
    };
    const asked = getAgeing.perform(contextOf(full, clock, personOf(host, ['finance'])), {});
    await expect(asked).rejects.toMatchObject({ code: 'request.too-large' });
  });
});

describe('the reminder of a statement', () => {
  const dueSoon = async () => (await at.told()).filter(({ type }) => type === 'statement.due-soon');
  const at0 = async (instant: string) => {
    clock.moveTo(instant);
    await at.sweep();
    return await dueSoon();
  };

  test('is told once, a week before the date, unless it is settled or of nought', async () => {
    const [us, them] = [organisationNamed('remind us'), organisationNamed('remind them')];
    const of = async (period: string, net = 100) => await at.given({ creditor: us, debtor: them, period, net });
    const open = await of('2027-01');
    const settled = await of('2027-02');
    await of('2027-03', 0);
    const agreed = await of('2027-04');
    for (const statement of [settled, agreed]) await at.agree(statement);
    const claim = { statement: settled.id, settlement };
    await claimForSettlement(at.table, clock, claim);
    await markSettled(at.table, clock, claim);
    await at.told();
    // Statements of the other tests are due on the same day.
    const ours = (events: Awaited<ReturnType<typeof dueSoon>>) => events.filter(({ data }) => data['creditor'] === us);
    // Due on 3 November: reminded at midnight in London that begins 27 October, in summer time.
    expect(await at0('2027-10-26T22:59:59.000Z')).toEqual([]);
    const told = ours(await at0('2027-10-26T23:00:00.000Z'));
    expect(new Map(told.map(({ data }) => [data['statement'], data['status']]))).toEqual(
      new Map([
        [open.id, 'issued'],
        [agreed.id, 'agreed'],
      ]),
    );
    expect(told).toHaveLength(2);
    expect(told[0]?.audience).toEqual([us, them]);
    expect(await at0('2027-11-20T00:00:00.000Z')).toEqual([]);
    expect(await at.seen(us, open.id)).toMatchObject({ status: 'issued' });
  });
});
