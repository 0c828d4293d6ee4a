import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { postShares } from '../../../shared/costs/post-shares.ts';
import { explainPosting } from '../../../shared/postings/explain-posting.ts';
import type { Posting } from '../../../shared/postings/posting.ts';
import { readPostingsOfCohort } from '../../../shared/postings/postings-items.ts';
import { reversePosting } from '../../../shared/postings/reverse-posting.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { movableClock } from '../../support/context.ts';
import { costsOn, lineOf } from '../../support/costs.ts';
import { givenProgramme } from '../../support/given.ts';
import { parties } from '../../support/people.ts';
import { openPlaces, type PlacesTable } from '../../support/places.ts';
import { financeOf, givenPosting } from '../../support/postings.ts';

const { host, trust, council } = parties;
const beforeFreeze = '2027-07-01T09:00:00.000Z';
/** A week before the first day, 14 September 2027. */
const freeze = '2027-09-06T23:00:00.000Z';
const clock = movableClock(beforeFreeze);
let at: PlacesTable;
let as: ReturnType<typeof financeOf>;
let programme: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  as = financeOf(at.table, clock);
  programme = await givenProgramme(at.table, clock, host);
});
afterAll(async () => {
  await at.close();
});

type Named = { readonly id: string; readonly host: string };
/** Brings the shares up to what was done. */
async function posted(cohort: Named): Promise<Posting[]> {
  await at.told(cohort);
  expect(await postShares(at.table, clock, cohort.id)).toBe(true);
  return await readPostingsOfCohort(at.table, cohort.id, 100);
}
/** A cohort that costs £1,000.00, shared by places: the trust has two of them, the council one; frozen. */
async function given() {
  clock.moveTo(beforeFreeze);
  const cohort = await createCohort.perform(at.as(host), { ...createCohort.example, programme });
  const plan = { rule: { by: 'places', host: false }, lines: [lineOf('venue', 'venue', 100_000)] };
  await costsOn(at.table, clock).set(cohort, 0, plan);
  await openCohort.perform(at.as(host), { cohort: cohort.id });
  await at.claim(cohort, trust, { quantity: 2 });
  await at.claim(cohort, council);
  await at.told(cohort);
  clock.moveTo(freeze);
  return cohort;
}
const explain = async (organisation: string, { id: posting, creditor, debtor, period }: Posting) =>
  await explainPosting.perform(as(organisation), { posting, creditor, debtor, period });
function of(postings: readonly Posting[], debtor: string, number = 0): Posting {
  const posting = postings.filter((one) => one.debtor === debtor)[number];
  if (posting === undefined) throw new Error('It was not posted');
  return posting;
}
const held = (ticket: number) => ({ ticket, percent: 100, why: 'held' });
const rule = { by: 'places', host: false };

describe('explain-posting', () => {
  test('a share: the freeze date, what there was to share, the rule, and the places; to both organisations the same', async () => {
    const cohort = await given();
    const posting = of(await posted(cohort), trust);
    const why = await explain(trust, posting);
    expect(why).toMatchObject({
      posting: { id: posting.id, net: 66_667, reason: 'share', tickets: [1, 2], title: expect.any(String) },
      behind: [],
      programme,
      firstDay: '2027-09-14',
      cause: { event: `${cohort.id}.frozen`, type: 'freeze-date', at: freeze },
      before: undefined,
    });
    expect(why.after).toEqual({
      shared: 100_000,
      rule,
      cancelled: false,
      net: 66_667,
      vat: 0,
      treatment: 'to-be-confirmed',
      places: [held(1), held(2)],
      parts: { own: 200, all: 300 },
      organisations: 2,
    });
    expect(await explain(host, posting)).toEqual(why);
  });

  test('a difference: the event that caused it, told to whom it was told, and what it made of the share', async () => {
    const cohort = await given();
    await posted(cohort);
    clock.moveTo('2027-09-08T09:00:00.000Z');
    await at.giveBack(cohort, council, [3]);
    await at.claim(cohort, trust);
    const postings = await posted(cohort);
    const ofCouncil = of(postings, council, 1);
    const [toCouncil, toHost] = [await explain(council, ofCouncil), await explain(host, ofCouncil)];
    expect(toCouncil).toMatchObject({
      posting: { net: -33_333, reason: 'places-changed', tickets: [3] },
      cause: { event: ofCouncil.cause, type: 'place.confirmed', at: '2027-09-08T09:00:00.000Z' },
      before: { net: 33_333, places: [{ ticket: 3, percent: 100, why: 'given-back' }], parts: { own: 100, all: 300 } },
      after: { net: 0, places: [], parts: { own: 0, all: 300 }, organisations: 1 },
    });
    // Whose place that is, the council is not told; the host is.
    expect(toCouncil.cause).not.toHaveProperty('data');
    expect(toHost.cause?.data).toMatchObject({ organisation: trust, tickets: [4] });
    const ofTrust = of(postings, trust, 1);
    const toTrust = await explain(trust, ofTrust);
    expect(toTrust.cause?.data).toMatchObject({ organisation: trust, tickets: [4] });
    const { before, after } = toTrust;
    expect([before?.net, after?.net, ofTrust.net]).toEqual([66_667, 100_000, 33_333]);
  });

  test('every posting is what its explanation comes to, whatever happened', async () => {
    const cohort = await given();
    await posted(cohort);
    await at.giveBack(cohort, trust, [1]);
    await at.claim(cohort, council, { quantity: 3 });
    clock.moveTo('2027-09-10T09:00:00.000Z');
    const lines = [{ ...lineOf('venue', 'venue', 100_000), actual: { net: 90_001 } }];
    await costsOn(at.table, clock).set(cohort, 1, { lines });
    await posted(cohort);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    const postings = await posted(cohort);
    expect(postings.length).toBeGreaterThan(6);
    for (const posting of postings) {
      const { before, after } = await explain(posting.debtor, posting);
      expect((after?.net ?? NaN) - (before?.net ?? 0)).toBe(posting.net);
      expect((after?.vat ?? NaN) - (before?.vat ?? 0)).toBe(posting.vat);
    }
    const last = postings.findLast(({ debtor }) => debtor === trust);
    if (last === undefined) throw new Error('It was not posted');
    expect((await explain(trust, last)).after).toMatchObject({ cancelled: true, net: 0 });
  });

  test('a reversal: what it reverses, and why that was posted; and so on', async () => {
    const cohort = await given();
    const posting = of(await posted(cohort), trust);
    const reverse = async ({ id, debtor, period }: Pick<Posting, 'id' | 'debtor' | 'period'>) => {
      const input = { posting: id, debtor, period, effectiveOn: '2027-09-07', because: 'agreed' };
      return await reversePosting.perform(as(host), input);
    };
    const reversal = await reverse(posting);
    const back = await reverse(reversal);
    const ofCohort = await readPostingsOfCohort(at.table, cohort.id, 100);
    const stored = (id: string) => {
      const found = ofCohort.find((one) => one.id === id);
      if (found === undefined) throw new Error('It was not posted');
      return found;
    };
    const why = await explain(trust, stored(back.id));
    expect(why.behind.map(({ id }) => id)).toEqual([reversal.id, posting.id]);
    expect(why).toMatchObject({ cause: { type: 'freeze-date' }, after: { net: 66_667, places: [held(1), held(2)] } });
    expect((await explain(trust, stored(reversal.id))).behind.map(({ id }) => id)).toEqual([posting.id]);
  });

  test('what stays owed of one that was wrong in part: what it stands in for, and why that was posted', async () => {
    const cohort = await given();
    const { id, debtor, period } = of(await posted(cohort), trust);
    const how = { posting: id, debtor, period, effectiveOn: '2027-09-07', because: 'agreed', remains: 33_334 };
    const { remains } = await reversePosting.perform(as(host), how);
    const adjustment = (await posted(cohort)).find((one) => one.id === remains?.posting);
    if (adjustment === undefined) throw new Error('Nothing remains');
    const why = await explain(trust, adjustment);
    expect(why).toMatchObject({
      posting: { reason: 'adjustment', net: 33_334, cause: id, tickets: [1, 2] },
      behind: [{ id, net: 66_667, reason: 'share', reversed: { remains: { net: 33_334 } } }],
      cause: { event: `${cohort.id}.frozen`, type: 'freeze-date' },
      after: { shared: 100_000, rule, net: 66_667, places: [held(1), held(2)] },
    });
    expect(await explain(host, adjustment)).toEqual(why);
  });

  test('what is not recorded is not made up; and to others there is no such posting', async () => {
    const posting = await givenPosting(at.table, { cause: 'coh_0123456789ab.1.7.place.confirmed' });
    const asked = { ...posting, pk: '', sk: '', gsi1pk: '', gsi1sk: '' };
    const why = await explain(trust, asked);
    expect([why.cause, why.before, why.after]).toEqual([undefined, undefined, undefined]);
    for (const organisation of [council, organisationNamed('stranger')]) {
      await expect(explain(organisation, asked)).rejects.toMatchObject({ code: 'posting.not-found' });
    }
    await expect(explain(host, { ...asked, period: '2026-10' })).rejects.toMatchObject({ code: 'posting.not-found' });
    const { id, creditor, debtor, period } = posting;
    const lead = explainPosting.perform(as(host, {}, ['programme-lead']), { posting: id, creditor, debtor, period });
    await expect(lead).rejects.toMatchObject({ code: 'actor.not-allowed' });
  });
});
