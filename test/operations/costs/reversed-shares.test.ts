import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getShares } from '../../../shared/costs/get-shares.ts';
import { postShares } from '../../../shared/costs/post-shares.ts';
import { readShares } from '../../../shared/costs/shares-items.ts';
import type { Posting } from '../../../shared/postings/posting.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { keys } from '../../../shared/table/keys.ts';
import type { Table } from '../../../shared/table/table.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { freeze, openShares, type SharesTable } from '../../support/shares.ts';

const clock = movableClock();
let at: SharesTable;

beforeAll(async () => {
  at = await openShares(clock);
});
afterAll(async () => {
  await at.close();
});

type Named = Awaited<ReturnType<SharesTable['givenShared']>>;
/** A cohort of which two thirds of £1,000.00 were posted to the trust, and a third to the council. */
async function given(): Promise<Named> {
  const cohort = await at.givenShared();
  clock.moveTo(freeze);
  await at.consumed(cohort);
  return cohort;
}
const seenBy = async (cohort: Named, organisation: string, table: Table = at.table) => {
  const finance = contextOf(table, clock, personOf(organisation, ['finance']));
  return (await getShares.perform(finance, { cohort: cohort.id })).shares;
};
async function postedTo(cohort: Named, organisation: string): Promise<Posting> {
  const posting = (await at.postings(cohort)).find(({ debtor }) => debtor === organisation);
  if (posting === undefined) throw new Error('Nothing was posted to it');
  return posting;
}
/** What was reversed of a share, without VAT. */
const takenBack = (share: Awaited<ReturnType<typeof seenBy>>[number]) => ('reversed' in share ? share.reversed.net : 0);
const reverse = async ({ id: posting, debtor, period }: Pick<Posting, 'id' | 'debtor' | 'period'>, remains?: number) =>
  await reversePosting.perform(at.costs.as(at.host), {
    posting,
    debtor,
    period,
    effectiveOn: '2027-09-07',
    because: 'agreed',
    remains,
  });

describe('what was reversed', () => {
  test('stands beside a share, which stays as it was posted; reversed in turn, nothing is left to show', async () => {
    const cohort = await given();
    const before = await seenBy(cohort, at.host);
    expect(before.filter((share) => 'reversed' in share)).toEqual([]);
    const opposite = await reverse(await postedTo(cohort, at.council));
    const share = before.find(({ organisation }) => organisation === at.council);
    const withReversed = { ...share, net: 33_333, reversed: { net: -33_333, vat: 0 } };
    expect(await seenBy(cohort, at.council)).toEqual([withReversed]);
    const all = before.map((one) => (one.organisation === at.council ? withReversed : one));
    expect(await seenBy(cohort, at.host)).toEqual(all);
    expect(await seenBy(cohort, at.trust)).toEqual(before.filter(({ organisation }) => organisation === at.trust));
    await reverse(opposite);
    expect(await seenBy(cohort, at.host)).toEqual(before);
  });

  test('is without what stays owed of it, and adds up with what was reversed of that', async () => {
    const cohort = await given();
    const reversed = async () => (await seenBy(cohort, at.trust)).map((share) => [share.net, takenBack(share)]);
    const { remains } = await reverse(await postedTo(cohort, at.trust), 50_000);
    expect(await reversed()).toEqual([[66_667, -16_667]]);
    const find = async (id: string | undefined) => (await at.postings(cohort)).find((one) => one.id === id);
    const adjustment = await find(remains?.posting);
    if (adjustment === undefined) throw new Error('Nothing remains');
    await reverse(adjustment, 20_000);
    expect(await reversed()).toEqual([[66_667, -46_667]]);
    // What the share and this come to is what the postings come to.
    const postings = (await at.postings(cohort)).filter(({ debtor }) => debtor === at.trust);
    expect(postings.reduce((sum, { net }) => sum + net, 0)).toBe(20_000);
  });

  test('changes no later difference, nor does what stays owed; made again from nothing, that is the same', async () => {
    const cohort = await given();
    await reverse(await postedTo(cohort, at.council), 10_000);
    const decided = (await at.postings(cohort)).filter(({ because }) => because !== undefined);
    expect(decided).toHaveLength(2);
    await at.claim(cohort, at.council);
    await at.consumed(cohort);
    const all = await at.postings(cohort);
    const later = all.filter(({ reason }) => reason === 'places-changed').map(({ debtor, net }) => [debtor, net]);
    expect(new Map(later.map(([debtor, net]) => [debtor, net]))).toEqual(
      new Map([
        [at.council, 50_000 - 33_333],
        [at.trust, 50_000 - 66_667],
      ]),
    );
    const isDecided = ({ id }: Posting) => decided.some((one) => one.id === id);
    await at.table.delete(keys.shares(cohort.id));
    for (const posting of all) if (!isDecided(posting)) await at.table.delete({ pk: posting.pk, sk: posting.sk });
    expect(await at.postings(cohort)).toEqual(decided);
    expect(await postShares(at.table, clock, cohort.id)).toBe(true);
    expect(JSON.stringify(await at.postings(cohort))).toBe(JSON.stringify(all));
  });

  test('stands beside nought where it is of who has no share any more', async () => {
    const cohort = await given();
    const spoilt = await readShares(at.table, cohort.id);
    if (spoilt === undefined) throw new Error('There are no shares');
    const others = spoilt.shares.filter(({ organisation }) => organisation !== at.trust);
    await at.table.put({ ...spoilt, shares: others });
    await reverse(await postedTo(cohort, at.trust));
    const nothing = { organisation: at.trust, net: 0, vat: 0, treatment: 'to-be-confirmed', tickets: [] };
    expect(await seenBy(cohort, at.trust)).toEqual([{ ...nothing, reversed: { net: -66_667, vat: 0 } }]);
    expect((await seenBy(cohort, at.host)).at(-1)?.organisation).toBe(at.host);
  });

  test('control: without what is noted of reversals, or of what remains, another amount would be owed', async () => {
    const cohort = await given();
    await reverse(await postedTo(cohort, at.trust), 50_000);
    const unnoted: Table = {
      ...at.table,
      query: async (options, schema) =>
        options.prefix === keys.reversalsOf(cohort.id).prefix ? [] : await at.table.query(options, schema),
    };
    const withoutRemains: Table = {
      ...at.table,
      query: async (options, schema) =>
        (await at.table.query(options, schema)).map((row) => schema.parse({ ...row, remains: undefined })),
    };
    const owed = async (table: Table) =>
      (await seenBy(cohort, at.trust, table)).map((share) => share.net + takenBack(share));
    expect(await owed(at.table)).toEqual([50_000]);
    expect(await owed(unnoted)).toEqual([66_667]);
    expect(await owed(withoutRemains)).toEqual([0]);
  });
});
