import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { financeOf, londonCosts } from './finance.ts';
import { givenProgramme, type Code, type London } from './london.ts';
import { startPassingTime, type PassingTime } from './passing-time.ts';
import type { Party } from './party.ts';

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

  test('is foreseen: to the penny, for whoever has places, and it changes with each claim', async () => {
    const { RF4, RAT, R1H, E09000026: redbridge } = london;
    cohort = await givenCosted(RF4, { by: 'places', host: true });
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
});
