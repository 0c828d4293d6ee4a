import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { agreeStatement } from '../../../shared/statements/agree-statement.ts';
import { exportStatement } from '../../../shared/statements/export-statement.ts';
import { issueStatement } from '../../../shared/statements/issue-statement.ts';
import { printStatement } from '../../../shared/statements/print-statement.ts';
import { keys } from '../../../shared/table/keys.ts';
import { givenCohort, organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { closeThrough, openStatements, post, stated, type StatementsTable } from '../../support/statements.ts';
import { organisationFor } from '../../support/successions.ts';

const clock = movableClock('2027-10-04T09:00:00.000Z');
let at: StatementsTable;
let host: string;
let trust: string;
let statement: Awaited<ReturnType<typeof issueStatement.perform>>;
let lines: readonly ReturnType<typeof stated>[];

/** Names that would do harm if they were taken for something else than text. */
const harmful = { title: '<script>alert("1")</script>', name: "=cmd|' /C calc'!A0" };

beforeAll(async () => {
  at = await openStatements(clock);
  const { table } = at;
  const administrator = await givenFirstOrganisation(table, clock);
  host = organisationFor(administrator);
  trust = organisationFor(await givenOrganisation(table, clock, administrator, 'Smith & <b>Sons</b> "Ltd"'));
  const cohort = await givenCohort(table, clock, { host, ...harmful });
  const lead = contextOf(table, clock, personOf(trust));
  await claimPlace.perform(lead, { cohort: cohort.id, purchaseOrder: 'PO-<1>' });
  const of = { creditor: host, debtor: trust };
  const vat = { treatment: 'standard' as const };
  const share = stated({ ...of, ...vat, cohort: cohort.id, tickets: [1, 7], net: 608_334, vat: 121_667 });
  lines = [
    share,
    stated({ ...of, ...vat, cohort: cohort.id, reason: 'reversal', reverses: share.id, net: -5, vat: -1 }),
    stated({ ...of, net: 50 }),
  ];
  await post(table, lines);
  await closeThrough(table, host, '2027-09');
  statement = await issueStatement.perform(at.as(host), { debtor: trust, period: '2027-09', purchaseOrder: 'PO 2' });
});
afterAll(async () => {
  await at.close();
});

const printed = async (by: string) => await printStatement.perform(at.as(by), { statement: statement.id });

describe('print-statement', () => {
  test('is a page that tells finance staff everything, the same to both', async () => {
    const { name, content } = await printed(trust);
    expect(name).toBe(`statement-${statement.id}.html`);
    expect(await printed(host)).toEqual({ name, content });
    const text = content
      .replaceAll(/<style>.*<\/style>/gs, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    const told = [
      'Invoice INV-000001',
      'Smith &amp; &lt;b&gt;Sons&lt;/b&gt; &quot;Ltd&quot;',
      'September 2027',
      '3 November 2027',
      'PO 2',
      'Purchase order PO-&lt;1&gt;',
      '£7,300.45',
      '1, 7',
      '£6,083.34',
      '\u2212£0.06',
      'Reversal Of line',
      'Standard rate £6,083.29 £1,216.66 £7,299.95',
      'Outside the scope of VAT £0.50 £0.00 £0.50',
      'To agree, or to dispute',
      statement.hash,
      ...lines.flatMap(({ id, cause }) => [id, cause]),
    ];
    for (const words of told) expect(text).toContain(words);
  });

  test('is read out as it is meant: a language, headings in order, tables with captions and headers', async () => {
    const { content } = await printed(trust);
    expect(content).toMatch(/^<!doctype html>\s*<html lang="en-GB">/);
    expect(content).toMatch(/<title>Invoice INV-000001: [^<]+, September 2027<\/title>/);
    const headings = [...content.matchAll(/<h(\d)>/g)].map(([, level]) => level);
    expect(headings[0]).toBe('1');
    expect(new Set(headings.slice(1))).toEqual(new Set(['2']));
    expect(content.match(/<table>\s*<caption>/g)).toHaveLength(2);
    expect(content.match(/<table/g)).toHaveLength(2);
    for (const [header] of content.matchAll(/<th\b[^>]*>/g)) expect(header).toMatch(/scope="(col|row)"/);
    const count = (tag: string) => content.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length;
    for (const tag of ['main', 'table', 'tr', 'td', 'th', 'section', 'span', 'code', 'dl', 'dt', 'dd', 'p', 'div']) {
      expect([tag, count(tag)]).toEqual([tag, content.match(new RegExp(`</${tag}\\s*>`, 'g'))?.length]);
    }
  });

  test('lets nothing in but its own style: no script, nothing from elsewhere, and names are text', async () => {
    const { content } = await printed(trust);
    expect(content).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|<link|<img|\shref=|\ssrc=|@import|url\(/i);
    expect(content).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(content) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(content).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;"`);
    expect(style).toContain('@media print');
  });

  test('of a credit note says who is to pay whom, and of what is agreed that it stays so', async () => {
    const credit = await at.given({ creditor: trust, debtor: host, net: -1_234_567 });
    const print = async () => (await printStatement.perform(at.as(host), { statement: credit.id })).content;
    const page = await print();
    expect(page).toContain('Credit note CRN-000001');
    expect(page).toContain('To be credited');
    expect(page).toContain('£12,345.67');
    await agreeStatement.perform(at.as(host), { statement: credit.id, hash: credit.hash });
    const agreed = await print();
    expect(agreed).toContain('Agreed on 4 October 2027');
    expect(agreed).not.toContain('To agree, or to dispute');
  });
});

describe('export-statement', () => {
  const rowsIn = (content: string) =>
    z.array(z.record(z.string(), z.string())).parse(parse(content, { bom: true, columns: true }));

  test('has a line each with what caused it, in pounds, and no cell that is a formula', async () => {
    const { name, content } = await exportStatement.perform(at.as(host), { statement: statement.id });
    expect(name).toBe(`statement-${statement.id}.csv`);
    const rows = new Map(rowsIn(content).map((row) => [row['line'], row]));
    expect(rows.size).toBe(3);
    const [share, reversal, other] = lines;
    expect(rows.get(share?.id)).toEqual({
      number: 'INV-000001',
      period: '2027-09',
      creditor: host,
      creditorName: expect.any(String),
      debtor: trust,
      debtorName: 'Smith & <b>Sons</b> "Ltd"',
      dueOn: '2027-11-03',
      purchaseOrder: 'PO-<1>',
      line: share?.id,
      cohort: share?.cohort,
      title: harmful.title,
      cohortName: `'${harmful.name}`,
      reason: 'share',
      because: '',
      reverses: '',
      places: '1 7',
      effectiveOn: '2027-09-07',
      net: '6083.34',
      vat: '1216.67',
      gross: '7300.01',
      vatTreatment: 'standard',
      cause: share?.cause,
    });
    const credit = { net: '-0.05', vat: '-0.01', gross: '-0.06', reverses: share?.id };
    expect(rows.get(reversal?.id)).toMatchObject(credit);
    expect(rows.get(other?.id)).toMatchObject({ purchaseOrder: 'PO 2', title: '', gross: '0.5' });
  });

  test.each([
    ['export-statement', exportStatement],
    ['print-statement', printStatement],
  ])(
    '%s is not for others, nor of a part that there is not, nor of lines that were changed',
    async (_name, operation) => {
      const of = async (by: string, more = {}) =>
        await operation.perform(at.as(by), { statement: statement.id, ...more });
      await expect(of(organisationNamed('other'))).rejects.toMatchObject({ code: 'statement.not-found' });
      const wrong = { code: 'request.invalid', details: { fields: [{ field: 'part' }] } };
      await expect(of(trust, { part: 2 })).rejects.toMatchObject(wrong);
      const [first] = lines;
      if (first === undefined) throw new Error('There is no line');
      const item = { ...first, ...keys.posting(host, trust, '2027-09', first.id), gsi1pk: 'X', gsi1sk: 'X' };
      await at.table.put({ ...item, net: 1 });
      await expect(of(trust)).rejects.toMatchObject({ code: 'statement.altered' });
      await at.table.put(item);
      await expect(of(trust)).resolves.toMatchObject({ name: expect.any(String) });
    },
  );
});
