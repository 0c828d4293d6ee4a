import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { financeOf, londonCosts, type Line, type Settlement, type Statement } from './finance.ts';
import { givenProgramme, type Code, type London } from './london.ts';
import type { Party } from './party.ts';
import { financialYearOf, startPassingTime, type PassingTime } from './passing-time.ts';
import { expectRefused } from './refused.ts';

const partners = ['RAT', 'R1H', 'E09000026'] as const satisfies readonly Code[];

let story: PassingTime;
let london: London;

beforeAll(async () => {
  story = await startPassingTime(['RF4', ...partners]);
  ({ london } = story);
  for (const code of ['RF4', ...partners] as const) await financeOf(london[code]).becomeFinance();
}, 90_000);
afterAll(async () => await story.installation.stop());

/** What each organisation bears, as its own finance sees it, in the order of these. */
async function sharesOf(cohort: string, ...codes: readonly Code[]): Promise<(number | undefined)[]> {
  await story.installation.settle();
  const seen = codes.map(async (code) => {
    const { shares } = await financeOf(london[code]).seeShares(cohort);
    return shares.find(({ organisation }) => organisation === london[code].organisation)?.net;
  });
  return await Promise.all(seen);
}

/** The last day of a month (ISO date). */
function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** A cohort that starts in a hundred days, whose names are free until the freeze date, a week before. */
async function givenCosted(host: Party, rule: object, places = 10): Promise<string> {
  const programme = await givenProgramme(host, { title: 'Aspiring Leaders' });
  const { id } = await host.createCohort(programme, {
    name: 'The next one',
    sessions: [{ day: story.dateOn(100), from: '09:30', to: '16:30', venue: 'King George Hospital, Ilford' }],
    capacity: places,
    waitlist: 5,
    limit: 6,
    opensAt: story.clock.now().toISOString(),
    naming: { daysBefore: 1, daysAfterConfirmed: 1, freezeDaysBefore: 7 },
  });
  const policy = { freeDaysBefore: 28, partDaysBefore: 5, partPercent: 50, unattendedPercent: 100 };
  await financeOf(host).setCostPlan(id, 0, { lines: londonCosts, rule, policy });
  await host.open(id);
  return id;
}

describe('the cost of a cohort', () => {
  let cohort: string;

  beforeAll(async () => {
    const { RF4, RAT } = london;
    cohort = await givenCosted(RF4, { by: 'places', host: true });
    // Another one, the other way round: so that there is something to net.
    const other = await givenCosted(RAT, { by: 'fixed-price', price: 100_000 });
    await RF4.claim(other, { quantity: 2 });
  });

  test('is foreseen: to the penny, for whoever has places, and it changes with each claim', async () => {
    const { RAT, R1H, E09000026: redbridge } = london;
    await RAT.claim(cohort, { quantity: 3 });
    expect(await sharesOf(cohort, 'RAT', 'RF4')).toEqual([2_918_333, 0]);
    await redbridge.claim(cohort, { quantity: 2 });
    await R1H.claim(cohort, { quantity: 1 });
    // £29,183.33 by six places: £4,863.888… a place; of the two pennies that are left over, by the largest remainder.
    expect(await sharesOf(cohort, 'RAT', 'E09000026', 'R1H')).toEqual([1_459_166, 972_778, 486_389]);
  });

  test('is posted at the freeze date, once', async () => {
    await story.moveTo(93);
    const { status, shares } = await financeOf(london.RF4).seeShares(cohort);
    expect(status).toBe('posted');
    expect(shares.reduce((sum, { net }) => sum + net, 0)).toBe(2_918_333);
    expect(await sharesOf(cohort, 'RAT', 'E09000026', 'R1H')).toEqual([1_459_166, 972_778, 486_389]);
  });

  test('is shared anew when a place is given back late: it owes its half, the others bear the rest', async () => {
    await london.R1H.giveBack(cohort, [6]);
    // 2,918,333 pence by five places and a half.
    expect(await sharesOf(cohort, 'RAT', 'E09000026', 'R1H')).toEqual([1_591_818, 1_061_212, 265_303]);
  });

  /** All that a partner owes, posting by posting, as both of them see it. */
  async function owedBy(code: Code, host: Code = 'RF4'): Promise<Line[]> {
    const [creditor, debtor] = [london[host], london[code]];
    const years = [...new Set([0, 93, 140].map((days) => financialYearOf(story.dateOn(days))))];
    const lines: Line[] = [];
    for (const year of years) {
      const seen = await financeOf(creditor).seePostings(debtor.organisation, 'owed-to-us', year);
      expect(await financeOf(debtor).seePostings(creditor.organisation, 'owed-by-us', year)).toEqual(seen);
      lines.push(...seen);
    }
    return lines;
  }

  /** Issues all that is owed, month by month. */
  async function statementsFor(code: Code, host: Code = 'RF4'): Promise<Statement[]> {
    const months = [...new Set((await owedBy(code, host)).map(({ period }) => period))].sort();
    const issued: Statement[] = [];
    for (const month of months) {
      issued.push(await financeOf(london[host]).issueStatement(london[code].organisation, month));
    }
    return issued;
  }

  test('is explained for every pound: the event, what there was to share, and the places', async () => {
    for (const code of partners) {
      const lines = await owedBy(code);
      const [share] = await sharesOf(cohort, code);
      expect(lines.reduce((sum, { net }) => sum + net, 0)).toBe(share);
      for (const line of lines) {
        const { before, after, cause } = await financeOf(london[code]).explain(line);
        expect((after?.net ?? 0) - (before?.net ?? 0)).toBe(line.net);
        expect(after?.places.length).toBeGreaterThan(0);
        expect(cause?.event).toBe(line.cause);
      }
    }
    const late = (await owedBy('R1H')).find(({ reason }) => reason === 'places-changed');
    if (late === undefined) throw new Error('The late withdrawal is not posted');
    expect(await financeOf(london.R1H).explain(late)).toMatchObject({
      cause: { type: 'place.given-back' },
      before: { places: [{ ticket: 6, percent: 100, why: 'held' }] },
      after: { places: [{ ticket: 6, percent: 50, why: 'given-back' }] },
    });
    await expectRefused(financeOf(london.RAT).explain(late), 'posting.not-found');
  });

  test('is stated once the month is closed, agreed by its hash, and paid gross', async () => {
    const { RF4, R1H, E09000026: redbridge } = london;
    await story.moveTo(140);
    const [last] = (await owedBy('R1H'))
      .map(({ period }) => period)
      .sort()
      .reverse();
    if (last === undefined) throw new Error('Nothing is owed');
    await expectRefused(financeOf(RF4).issueStatement(R1H.organisation, last), 'statement.period-open');
    await financeOf(RF4).closePeriod(last);
    for (const [code, party] of [
      ['R1H', R1H],
      ['E09000026', redbridge],
    ] as const) {
      for (const statement of await statementsFor(code)) {
        const lines = await financeOf(party).seeLines(statement.id);
        expect(lines.reduce((sum, { net, vat }) => sum + net + vat, 0)).toBe(statement.gross);
        await expectRefused(financeOf(party).agree({ ...statement, hash: '0'.repeat(64) }), 'statement.hash-differs');
        const late = lines.find(({ reason }) => reason === 'places-changed');
        if (code === 'E09000026' && late !== undefined) await disputeAndAnswer(redbridge, statement, late);
        expect(await financeOf(party).agree(statement)).toMatchObject({ status: 'agreed' });
        if (code === 'R1H') await payGross(party, statement);
        else disputed.push(statement);
      }
    }
  });

  /** What the borough has agreed to after its dispute. */
  const disputed: Statement[] = [];

  /** The borough disputes what the other's late withdrawal costs it; the host takes the line back for the end of the month. */
  async function disputeAndAnswer(redbridge: Party, { id }: Statement, { id: posting, period }: Line): Promise<void> {
    const seen = await financeOf(redbridge).dispute(id, posting, 'not-our-place');
    expect(seen).toMatchObject({ status: 'disputed' });
    await expectRefused(financeOf(redbridge).agree(seen), 'statement.under-dispute');
    const reversal = { effectiveOn: lastDayOf(period) };
    const words = 'We bear what the late withdrawal costs';
    const answered = await financeOf(london.RF4).answer(id, { posting, outcome: 'corrected', words, reversal });
    expect(answered).toMatchObject({ status: 'answered', hash: seen.hash, gross: seen.gross });
  }

  /** Pays an agreed statement by itself: a credit note is paid by who issued it. */
  async function payGross(party: Party, { id, gross }: Statement): Promise<Settlement> {
    const settled = await financeOf(party).settle({ statements: [id] });
    expect(settled.payments).toMatchObject([{ pence: Math.abs(gross), clears: [{ statement: id }] }]);
    for (const { number, from } of settled.payments) {
      const [payer, payee] = from === party.organisation ? [party, london.RF4] : [london.RF4, party];
      await financeOf(payer).pay(settled.id, number, story.dateOn(140));
      await financeOf(payee).confirm(settled.id, number);
    }
    expect(await financeOf(party).seeSettlement(settled.id)).toMatchObject({ status: 'settled' });
    await story.installation.settle();
    expect((await financeOf(party).seeStatement(id)).status).toBe('settled');
    return settled;
  }

  test('what was disputed and corrected comes back by a credit note, with its true day, in a later month', async () => {
    const { RF4, E09000026: redbridge } = london;
    const reversal = (await owedBy('E09000026')).find(({ reason }) => reason === 'reversal');
    if (reversal === undefined) throw new Error('Nothing was reversed');
    expect(reversal).toMatchObject({ net: 972_778 - 1_061_212 });
    expect((await financeOf(redbridge).explain(reversal)).behind).toMatchObject([{ reason: 'places-changed' }]);
    await story.moveTo(180);
    await financeOf(RF4).closePeriod(reversal.period);
    const note = await financeOf(RF4).issueStatement(redbridge.organisation, reversal.period);
    expect(note).toMatchObject({ kind: 'credit-note', gross: -88_434, lines: 1 });
    disputed.push(await financeOf(redbridge).agree(note));
  });

  test('netted or gross, the very same debts come to the same: each payment is explained down to the places', async () => {
    const { RF4, E09000026: redbridge } = london;
    await story.installation.settle();
    const { id: netting } = await financeOf(RF4).proposeNetting([redbridge.organisation]);
    await financeOf(redbridge).acceptNetting(netting);
    const through = disputed.at(-1)?.period;
    const netted = await financeOf(redbridge).settle({ netting, through });
    expect(netted.position).toEqual({ owes: 1_061_212, isOwed: 88_434, pays: 972_778, receives: 0 });
    expect(netted.payments).toMatchObject([{ from: redbridge.organisation, to: RF4.organisation, pence: 972_778 }]);
    await expectExplained(redbridge, netted);
    // Nothing is paid yet: it is withdrawn, and the same statements are paid one by one instead.
    await financeOf(RF4).withdraw(netted.id);
    await story.installation.settle();
    const paid: Settlement[] = [];
    for (const statement of disputed) paid.push(await payGross(redbridge, statement));
    expect(paid.flatMap(({ payments }) => payments).map(({ pence }) => pence)).toEqual([1_061_212, 88_434]);
    for (const settled of paid) await expectExplained(redbridge, settled);
    const positionIn = (...settlements: readonly Settlement[]) =>
      settlements.reduce((sum, { position: { pays, receives } }) => sum + receives - pays, 0);
    expect(positionIn(...paid)).toBe(positionIn(netted));
  });

  /** Every pound of every payment: the debts that it clears, their lines, and the places that these come from. */
  async function expectExplained(party: Party, { payments, debts }: Settlement): Promise<void> {
    const cleared = payments.flatMap(({ clears }) => clears);
    for (const { pence, clears } of payments) expect(clears.reduce((sum, one) => sum + one.pence, 0)).toBe(pence);
    for (const { statement, pence, setOff } of debts) {
      const paid = cleared.filter((one) => one.statement === statement).reduce((sum, one) => sum + one.pence, 0);
      expect(paid + setOff).toBe(pence);
      const lines = await financeOf(party).seeLines(statement);
      expect(Math.abs(lines.reduce((sum, { net, vat }) => sum + net + vat, 0))).toBe(pence);
      for (const line of lines) {
        expect((await financeOf(party).explain(line)).after?.places.length).toBeGreaterThan(0);
      }
    }
  }

  test('is netted by two that agree to it: one payment, the difference, which clears both debts down to the places', async () => {
    const { RF4, RAT } = london;
    for (const { period } of await owedBy('RF4', 'RAT')) await financeOf(RAT).closePeriod(period);
    const statements = [...(await statementsFor('RAT')), ...(await statementsFor('RF4', 'RAT'))];
    for (const statement of statements) {
      await financeOf(statement.debtor === RAT.organisation ? RAT : RF4).agree(statement);
    }
    // What is to be netted is found through a view, which follows the last agreement by a moment.
    await story.installation.settle();
    const { id: netting } = await financeOf(RF4).proposeNetting([RAT.organisation]);
    const through = statements
      .map(({ period }) => period)
      .sort()
      .at(-1);
    await expectRefused(financeOf(RF4).settle({ netting, through }), 'netting.not-active');
    expect(await financeOf(RAT).acceptNetting(netting)).toMatchObject({ status: 'active' });
    const netted = await financeOf(RF4).settle({ netting, through });
    expect(netted.payments).toHaveLength(1);
    expect(netted.plan).toEqual({ organisations: 2, payments: 1, atLeast: 1 });
    const { owes, isOwed, pays, receives } = netted.position;
    expect(receives - pays).toBe(isOwed - owes);
    expect(isOwed).toBe(1_591_818);
    expect(owes).toBe(200_000);
    const [payment] = netted.payments;
    if (payment === undefined) throw new Error('There is no payment');
    expect(payment).toMatchObject({ from: RAT.organisation, to: RF4.organisation, pence: 1_391_818 });
    await expectExplained(RAT, netted);
    await financeOf(RAT).pay(netted.id, payment.number, story.dateOn(140));
    await financeOf(RF4).confirm(netted.id, payment.number);
    await story.installation.settle();
    for (const { id } of statements) expect((await financeOf(RF4).seeStatement(id)).status).toBe('settled');
  });
});
