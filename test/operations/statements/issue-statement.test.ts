import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getStatement } from '../../../shared/statements/get-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { listStatementLines } from '../../../shared/statements/list-statement-lines.ts';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import type { Table } from '../../../shared/table/table.ts';
import { keys } from '../../../shared/table/keys.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { closeThrough, openStatements, post, stated, type StatementsTable } from '../../support/statements.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
const [host, trust, other] = [organisationNamed('host'), organisationNamed('trust'), organisationNamed('other')];
let at: StatementsTable;

beforeAll(async () => {
  at = await openStatements(clock);
});
afterAll(async () => {
  await at.close();
});

/** An organisation that has stated nothing yet. */
let hosts = 0;
const newHost = () => organisationNamed(`host ${String((hosts += 1))}`);
const issue = async (creditor: string, debtor: string, period = '2027-09', more = {}) =>
  await issueStatement.perform(at.as(creditor), { debtor, period, ...more });

describe('issue-statement', () => {
  test('states all that was posted for a closed period, once, with its number, date and totals', async () => {
    const lines = [
      stated({ net: 608_334, vat: 121_667, treatment: 'standard' }),
      stated({ net: -8_334, vat: -1_667, treatment: 'standard', reason: 'places-changed' }),
      stated({ net: 50_001 }),
    ];
    await post(at.table, [...lines, stated({ period: '2027-10' }), stated({ debtor: other })]);
    await closeThrough(at.table, host, '2027-09');
    const request = { idempotencyKey: 'once' };
    const given = { debtor: trust, period: '2027-09', days: 45, purchaseOrder: 'PO 4711' };
    const statement = await issueStatement.perform(at.as(host, request), given);
    expect(statement).toMatchObject({
      creditor: host,
      debtor: trust,
      issuer: host,
      period: '2027-09',
      kind: 'invoice',
      number: 'INV-000001',
      issuedOn: '2027-10-04',
      dueOn: '2027-11-18',
      purchaseOrder: 'PO 4711',
      status: 'issued',
      version: 1,
      lines: 3,
      net: 650_001,
      vat: 120_000,
      gross: 770_001,
      vatByTreatment: [
        { treatment: 'outside-scope', net: 50_001, vat: 0 },
        { treatment: 'standard', net: 600_000, vat: 120_000 },
      ],
    });
    // The same request once more, and what another makes of it.
    expect(await issueStatement.perform(at.as(host, request), given)).toEqual(statement);
    await expect(issue(host, trust)).rejects.toMatchObject({
      code: 'statement.already-issued',
      details: { facts: { statement: statement.id } },
    });
    expect(await getStatement.perform(at.as(trust), { statement: statement.id })).toEqual({
      ...statement,
      disputes: [],
    });
    const [told, ...more] = await at.told();
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      type: 'statement.issued',
      audience: [host, trust],
      data: { statement: statement.id, creditor: host, debtor: trust, number: 'INV-000001', gross: 770_001 },
    });
    expect(JSON.stringify(told)).not.toContain('4711');
  });

  test('below nought is a credit note, with a number of its own series', async () => {
    const creditor = newHost();
    const credit = await at.given({ creditor, net: -5_000, vat: -1_000, treatment: 'standard' });
    expect(credit).toMatchObject({ kind: 'credit-note', number: 'CRN-000001', gross: -6_000 });
    await post(at.table, [stated({ creditor, period: '2027-08' })]);
    expect(await issue(creditor, trust, '2027-08')).toMatchObject({ kind: 'invoice', number: 'INV-000001' });
  });

  test('is due after thirty days unless another number is chosen, and never on a day that does not fit', async () => {
    const creditor = newHost();
    expect(await at.given({ creditor })).toMatchObject({ dueOn: '2027-11-03' });
    for (const days of [0, 91, 1.5]) {
      await expect(issue(creditor, trust, '2027-08', { days })).rejects.toMatchObject({ code: 'request.invalid' });
    }
    for (const period of ['2027-13', '2027', '2027-09-01']) {
      await expect(issue(creditor, trust, period)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('is refused while the period is open, and when there is nothing to state', async () => {
    const creditor = newHost();
    await post(at.table, [stated({ creditor })]);
    await expect(issue(creditor, trust)).rejects.toMatchObject({ code: 'statement.period-open' });
    await closeThrough(at.table, creditor, '2027-08');
    await expect(issue(creditor, trust)).rejects.toMatchObject({ code: 'statement.period-open' });
    await closeThrough(at.table, creditor, '2027-09');
    await expect(issue(creditor, other)).rejects.toMatchObject({ code: 'statement.nothing-to-issue' });
    await expect(issue(creditor, creditor)).rejects.toMatchObject({ code: 'statement.nothing-to-issue' });
    // None of these has taken a number.
    expect(await issue(creditor, trust)).toMatchObject({ number: 'INV-000001' });
  });

  test('states nothing of accounts that are not the own ones', async () => {
    const foreign = issueStatement.perform(at.as(other), { debtor: trust, period: '2027-09', predecessor: host });
    await expect(foreign).rejects.toMatchObject({ code: 'organisation.not-found' });
  });

  test('takes ten thousand lines and not one more', async () => {
    const creditor = newHost();
    await closeThrough(at.table, creditor, '2027-09');
    const of = async (lines: number) => {
      const posting = { ...stated({ creditor, net: 1 }), pk: 'P', gsi1pk: 'P', gsi1sk: 'P' };
      const many: Table = {
        ...at.table,
        query: async ({ after, limit }, schema) =>
          await Promise.resolve(idsOf(lines, after, limit).map((id) => schema.parse({ ...posting, id, sk: id }))),
      };
      const given = { debtor: trust, period: '2027-09' };
      return await issueStatement.perform(contextOf(many, clock, personOf(creditor, ['finance'])), given);
    };
    await expect(of(10_001)).rejects.toMatchObject({ code: 'request.too-large' });
    expect(await of(10_000)).toMatchObject({ lines: 10_000, net: 10_000 });
  });
});

/** The ids behind one of a partition that has so many postings. */
function idsOf(lines: number, after: string | undefined, limit: number): string[] {
  const from = after === undefined ? 0 : Number(after.slice(-6)) + 1;
  const length = Math.max(0, Math.min(limit, lines - from));
  return Array.from({ length }, (_, index) => `pst_${String(from + index).padStart(16, '0')}`);
}

describe('the numbers of an issuer', () => {
  const debtors = Array.from({ length: 6 }, (_, index) => organisationNamed(`debtor ${String(index)}`));
  /** Issues to all at the same moment, on a table that may be spoilt. */
  const race = async (table: Table) => {
    const creditor = newHost();
    await post(
      at.table,
      debtors.map((debtor) => stated({ creditor, debtor })),
    );
    await closeThrough(at.table, creditor, '2027-09');
    const issued = debtors.map(
      async (debtor) =>
        await issueStatement.perform(contextOf(table, clock, personOf(creditor, ['finance'])), {
          debtor,
          period: '2027-09',
        }),
    );
    return (await Promise.all(issued)).map(({ number }) => number).sort();
  };
  const gapless = debtors.map((_, index) => `INV-00000${String(index + 1)}`);

  test('have no gap and none twice, whoever issues at the same moment', async () => {
    expect(await race(at.table)).toEqual(gapless);
  });

  test('control: without the condition on the number it is found out', async () => {
    const spoilt: Table = {
      ...at.table,
      transact: async (writes) =>
        await at.table.transact(
          writes.map((write) =>
            'change' in write
              ? {
                  ...write,
                  change: {
                    update: write.change.update,
                    names: write.change.names ?? {},
                    values: { ':number': write.change.values?.[':number'] },
                  },
                }
              : write,
          ),
        ),
    };
    expect(await race(spoilt)).not.toEqual(gapless);
  });
});

describe('the lines of a statement', () => {
  const all = async (statement: string, limit: number) => {
    const items = [];
    let after: string | undefined;
    do {
      const page = await listStatementLines.perform(at.as(trust), { statement, limit, ...(after && { after }) });
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return items;
  };
  /** As docs/recipes.md tells a partner to work it out, without our code. */
  const hashBy = (lines: readonly object[]) => {
    const sorted = lines.map((line) => Object.fromEntries(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1))));
    return createHash('sha256').update(JSON.stringify(sorted), 'utf8').digest('hex');
  };

  test('are told page by page, each with its cause, and give the hash that the statement has', async () => {
    const creditor = newHost();
    const reversed = stated({ creditor });
    const reversal = {
      creditor,
      reason: 'reversal' as const,
      cause: reversed.id,
      reverses: reversed.id,
      because: 'wrong-amount' as const,
      net: -100_000,
      effectiveOn: '2027-08-30',
    };
    const statement = await at.given(reversed, reversal, { creditor }, { creditor }, { creditor, tickets: [] });
    const lines = await all(statement.id, 2);
    expect(lines).toHaveLength(5);
    expect(lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).sort());
    expect(lines.find(({ reason }) => reason === 'reversal')).toMatchObject({ ...reversal, period: '2027-09' });
    expect(hashBy(lines)).toBe(statement.hash);
    expect(await all(statement.id, 100)).toEqual(lines);
  });

  test('control: a line that was changed, left out or put in is found out by the hash, and not agreed to', async () => {
    const { table } = at;
    const creditor = newHost();
    const statement = await at.given({ creditor }, { creditor });
    const [first] = await all(statement.id, 100);
    if (first === undefined) throw new Error('It has no line');
    const agree = async () =>
      await agreeStatement.perform(at.as(trust), { statement: statement.id, hash: statement.hash });
    const key = keys.posting(creditor, trust, '2027-09', first.id);
    const rest = { gsi1pk: 'X', gsi1sk: 'X' };
    const spoils = [
      async () => await table.put({ ...first, ...rest, ...key, net: 99_999 }),
      async () => await table.put({ ...first, ...rest, ...key, cause: 'another' }),
      async () => await table.delete(key),
      async () => {
        await table.put({ ...first, ...rest, ...key });
        const id = 'pst_0000000000000000';
        await table.put({ ...first, ...rest, ...keys.posting(creditor, trust, '2027-09', id), id });
      },
    ];
    for (const spoil of spoils) {
      await spoil();
      expect(hashBy(await all(statement.id, 100))).not.toBe(statement.hash);
      await expect(agree()).rejects.toMatchObject({ code: 'statement.altered' });
    }
    await table.delete(keys.posting(creditor, trust, '2027-09', 'pst_0000000000000000'));
    expect(await agree()).toMatchObject({ status: 'agreed' });
  });
});
