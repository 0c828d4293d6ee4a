import { describe, expect, test } from '@jest/globals';
import { journalSheet, type Known } from '../../../shared/postings/journal-sheet.ts';
import type { JournalFact } from '../../../shared/postings/read-journal.ts';

const [host, trust] = ['org_0123456', 'org_6543210'];
const cohort = 'coh_0123456789ab';
const journal = { organisation: host, period: '2027-09' };
const sixMegabytes = 6 * 1024 * 1024;

const facts = Array.from({ length: 5000 }, (_, number): JournalFact => {
  const id = `pst_${String(number).padStart(16, '0')}`;
  const what = { creditor: host, debtor: trust, cohort, net: 583_667, vat: 116_733, treatment: 'standard' as const };
  const cause = `${cohort}-0004.1.0000000007.place.given-back.4`;
  return { id, ...what, entry: 'posting', date: '2027-09-07', reason: 'places-changed', cause };
});
/** All that is told beside the amounts, in these words. */
const knownAs = (title: string, name: string, organisation: string, reference: string): Known => ({
  cohorts: new Map([[cohort, { title, name, firstDay: '2027-09-14', lastDay: '2027-11-30' }]]),
  organisations: new Map([[trust, { name: organisation }]]),
  bookingOf: () => ({ costCentre: reference, reference, purchaseOrder: reference, statement: 'INV-000001' }),
});
/** How many bytes an answer with a file in it has: a string of JSON. */
const bytesOf = (content: string) => Buffer.byteLength(JSON.stringify(content));

describe('the sheet of a journal', () => {
  test('of 5,000 postings, as they usually are, is well below what one answer carries', () => {
    const known = knownAs('Aspiring Leaders', 'Autumn 2027', 'North East London NHS Foundation Trust', 'PO-20417');
    const bytes = bytesOf(journalSheet(journal, facts, known));
    expect(bytes / facts.length).toBeLessThan(500);
    expect(bytes).toBeLessThan(sixMegabytes / 2);
  });

  test('is so with the longest names and references in letters of one byte', () => {
    const known = knownAs('t'.repeat(80), 'n'.repeat(80), 'o'.repeat(120), 'r'.repeat(60));
    expect(bytesOf(journalSheet(journal, facts, known))).toBeLessThan(sixMegabytes);
  });

  test('is refused where it would not go into an answer, and says what to do; a shorter one is not', () => {
    const known = knownAs('“'.repeat(80), '“'.repeat(80), '“'.repeat(120), '"'.repeat(60));
    const tooLarge = (message: string) => expect.objectContaining({ code: 'request.too-large', message });
    expect(() => journalSheet(journal, facts, known)).toThrow(
      tooLarge('This journal has more than six megabytes: ask for it one counterparty at a time'),
    );
    const words = 'has more than six megabytes: list its postings instead, page by page';
    expect(() => journalSheet({ ...journal, counterparty: trust }, facts, known)).toThrow(
      tooLarge(`The journal with this counterparty ${words}`),
    );
    expect(journalSheet(journal, facts.slice(0, 2500), known)).toContain('INV-000001');
  });
});
