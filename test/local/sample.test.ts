import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { loadSample } from '../../local/sample/load-sample.ts';
import { sampleOrganisations } from '../../local/sample/organisations.ts';
import { sampleProgrammes } from '../../local/sample/programmes.ts';
import { sampleStaff } from '../../local/sample/staff.ts';
import { cohortAnswerSchema } from '../../shared/cohorts/cohort-answer.ts';
import { getSavings } from '../../shared/costs/get-savings.ts';
import { getShares } from '../../shared/costs/get-shares.ts';
import { listApplications } from '../../shared/applications/list-applications.ts';
import { explainPosting } from '../../shared/postings/explain-posting.ts';
import { getPeriods } from '../../shared/postings/get-periods.ts';
import { getSettlement } from '../../shared/settlements/get-settlement.ts';
import { listSettlements } from '../../shared/settlements/list-settlements.ts';
import { getAgeing } from '../../shared/statements/get-ageing.ts';
import { listStatementLines } from '../../shared/statements/list-statement-lines.ts';
import { listStatementsToIssue } from '../../shared/statements/list-statements-to-issue.ts';
import { objectionsTo } from '../../shared/people/eligibility.ts';
import { personAnswerSchema, personDetails } from '../../shared/people/person.ts';
import { organisationDetails } from '../../shared/organisations/organisation.ts';
import { programmeDetails } from '../../shared/programmes/programme.ts';
import { loadedSample, today, type LoadedSample } from './loaded-sample.ts';

let sample: LoadedSample;

beforeAll(async () => {
  sample = await loadedSample();
});
afterAll(async () => await sample.remove());

const idsSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

describe('the sample data', () => {
  test('goes through the API as users would fill it, once', async () => {
    expect(sample.loaded).toBe(true);
    expect([sample.run.clock.now(), sample.run.clock.behind]).toEqual([today, 0]);
    expect(await loadSample(sample.run)).toBe(false);
  });

  const weeks = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / (7 * 86_400_000);
  test.each([
    ['Aspiring Leaders', 20, 6],
    ['Prepare to Lead', 21, 12],
    ['Aspiring Nurse Directors', 14, 12],
    ['Mentoring for Diversity', 12, 18],
    ['Next Generation Chief Executive', 14, 12],
    ['Clinical Directors in Commissioning', 5, 5],
    ['First-line Management for Clinical Managers', 30, 3],
  ])('%s has %i places and runs for %i months, on Tuesdays', async (title, places, months) => {
    // Amara's trust sees all of them, that of named trusts too.
    const { items } = await sample.asked('amara', '/v1/open-cohorts?limit=100', idsSchema);
    expect(items).toHaveLength(sampleProgrammes.length);
    const cohorts = await Promise.all(
      items.map(async ({ id }) => await sample.asked('amara', `/v1/cohorts/${id}`, cohortAnswerSchema)),
    );
    const cohort = cohorts.find((one) => one.title === title);
    if (cohort === undefined) throw new Error(`${title} has no open cohort`);
    expect(cohort.capacity).toBe(places);
    expect(cohort.audience).toEqual(sampleProgrammes.find(({ details }) => details.title === title)?.details.audience);
    expect(Math.abs(weeks(cohort.firstDay, cohort.lastDay) - (months * 52) / 12)).toBeLessThan(1);
    expect(new Set(cohort.sessions.map(({ day }) => new Date(day).getUTCDay()))).toEqual(new Set([2]));
  });

  test('holds four places of Aspiring Leaders for partners until 28 days before, on one of which somebody is named; fifteen of the twenty are taken', async () => {
    const { items } = await sample.asked('amara', '/v1/open-cohorts?limit=100', idsSchema);
    const cohorts = await Promise.all(
      items.map(async ({ id }) => await sample.asked('amara', `/v1/cohorts/${id}`, cohortAnswerSchema)),
    );
    const held = cohorts.flatMap((cohort) => cohort.held.map((holding) => ({ ...holding, title: cohort.title })));
    expect(held.map(({ title, places }) => [title, places])).toEqual(
      [2, 1, 1].map((places) => ['Aspiring Leaders', places]),
    );
    const cohort = cohorts.find(({ title }) => title === 'Aspiring Leaders');
    expect(cohort).toMatchObject({ capacity: 20, heldNow: 3, confirmed: 15, free: 5, waiting: 0 });
    expect(held.map(({ until }) => weeks(until, cohort?.firstDay ?? ''))).toEqual([4, 4, 4]);
  });

  test('has its people on record at their organisations, and they see themselves', async () => {
    const lists = await Promise.all(
      sampleOrganisations.map(async ({ administrator }) => await sample.asked(administrator, '/v1/people', idsSchema)),
    );
    const sizes = lists.map(({ items }) => items.length);
    expect(sizes).toEqual(sampleOrganisations.map(({ label }) => sampleStaff.filter(({ at }) => at === label).length));
    expect(await sample.asked('quentin', '/v1/me/person', personAnswerSchema)).toMatchObject({ name: 'Quentin Ward' });
  });

  test('shows who is eligible for what, and every reason why somebody is not', () => {
    const told = sampleProgrammes.map(({ details }) =>
      sampleStaff.map(({ at, details: given }) => {
        const kind = sampleOrganisations.find(({ label }) => label === at)?.kind;
        return objectionsTo(
          programmeDetails.audience.parse(details.audience),
          z.object(personDetails).parse(given),
          organisationDetails.kind.parse(kind),
        );
      }),
    );
    expect(told.map((people) => people.some((reasons) => reasons.length === 0))).toEqual(told.map(() => true));
    expect(new Set(told.flat(2))).toEqual(
      new Set(['staff-group', 'band', 'organisation-kind', 'manages-people', 'not-commissioning']),
    );
  });
});

describe('the costs of the sample data, in pence worked out by hand', () => {
  const cohortsSchema = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });
  const cohortOf = async (title: string) => {
    const { items } = await sample.asked('amara', '/v1/open-cohorts?limit=100', cohortsSchema);
    return items.find((one) => one.title === title)?.id ?? '';
  };
  /** What each organisation bears, by its label, as somebody is told, net and VAT. */
  const sharesOf = async (title: string, person: string) => {
    const names = await sample.labels();
    const told = await sample.asked(person, `/v1/cohorts/${await cohortOf(title)}/shares`, getShares.output);
    const shares = told.shares.map(({ organisation, net, vat }) => [names.get(organisation) ?? '', net, vat] as const);
    return {
      status: told.status,
      shared: told.shared,
      shares: shares.sort(([one], [other]) => (one < other ? -1 : 1)),
    };
  };

  test('Aspiring Leaders: £29,183.33 by twelve places, £2,431.9441… each, and Redbridge pays a fifth more in VAT', async () => {
    const { shares, ...told } = await sharesOf('Aspiring Leaders', 'owen');
    expect(told).toEqual({ status: 'forecast', shared: 2_918_333 });
    // Eleven that are claimed, and of four that are held the one on which somebody is named. 9,727.7766… twice, 7,295.8325
    // and 2,431.9441…: two pennies are left when all are cut off, and go where .66 of a penny was.
    expect(shares).toEqual([
      ['R1H', 972_778, 0],
      ['RAT', 972_778, 0],
      ['RF4', 0, 0],
      ['RWK', 729_583, 0],
      ['Redbridge', 243_194, 48_639],
    ]);
    expect(shares.reduce((sum, [, net]) => sum + net, 0)).toBe(2_918_333);
    expect((await sharesOf('Aspiring Leaders', 'rosa')).shares).toEqual([['RAT', 972_778, 0]]);
  });

  test('First-line Management: £350.00 a place for eight, and the host bears £7,850.00 of £10,650.00', async () => {
    expect(await sharesOf('First-line Management for Clinical Managers', 'owen')).toEqual({
      status: 'forecast',
      shared: 1_065_000,
      shares: [
        ['RAT', 210_000, 0],
        ['RF4', 785_000, 0],
        ['Wharfside', 70_000, 0],
      ],
    });
  });

  test('Mentoring for Diversity: £12,200.00 less a grant of £5,000.00, a third for each of three', async () => {
    expect(await sharesOf('Mentoring for Diversity', 'priya')).toEqual({
      status: 'forecast',
      shared: 720_000,
      shares: [
        ['Larkfield', 240_000, 0],
        ['Newham', 240_000, 0],
        ['RAT', 240_000, 0],
      ],
    });
  });

  test('sharing Aspiring Leaders saves its partners £14,591.67: for eight places alone a place were £3,647.91625', async () => {
    const path = `/v1/cohorts/${await cohortOf('Aspiring Leaders')}/savings`;
    const viable = { method: 'fewest-viable', fewestViable: 8 };
    // Four places alone are £14,591.665.
    expect((await sample.asked('rosa', path, getSavings.output)).own).toEqual({
      places: 4,
      shared: { net: 972_778, aPlace: 243_195 },
      alone: { ...viable, net: 1_459_167, aPlace: 364_792 },
      saved: { net: 486_389, aPlace: 121_597 },
    });
    // 14,591.67 twice, 10,943.75 and 3,647.92.
    expect((await sample.asked('owen', path, getSavings.output)).all).toEqual({
      organisations: 4,
      places: 12,
      shared: { net: 2_918_333, aPlace: 243_194 },
      alone: { ...viable, net: 4_377_501, aPlace: 364_792 },
      saved: { net: 1_459_168, aPlace: 121_597 },
    });
  });
});

describe('the months before, in pence worked out by hand', () => {
  const listSchema = z.object({
    items: z.array(
      z.object({ id: z.string(), counterparty: z.string(), number: z.string(), gross: z.int(), status: z.string() }),
    ),
  });
  /** What an organisation has stated, as whoever is in its finance is told: to whom, by label. */
  const stated = async (person: string) => {
    const { items } = await sample.asked(person, '/v1/statements?side=owed-to-us', listSchema);
    const labels = await sample.labels();
    return items.map(({ counterparty, ...statement }) => ({ ...statement, debtor: labels.get(counterparty) }));
  };
  const seen = async (person: string) =>
    (await stated(person))
      .map(({ number, debtor, gross, status }) => [number, debtor, gross, status] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));

  test('two pilots are stated, of which one is paid, two are netted, one is disputed and one unpaid; and a credit note', async () => {
    // £9,812.45 by seven places, £1,401.7785… each: 4,205.3357…, 2,803.5571… and 1,401.7785… twice, the host's own among
    // them. Three pennies are left, for .857, .857 and .714 of one; those of North East London were .571. And a fifth of
    // £1,401.78 is £280.356.
    expect(await seen('owen')).toEqual([
      // One of two places is Homerton's now: £1,401.78 is left of £2,803.56.
      ['CRN-000001', 'R1H', 140_178 - 280_356, 'issued'],
      ['INV-000001', 'Redbridge', 140_178 + 28_036, 'disputed'],
      ['INV-000002', 'R1H', 280_356, 'settled'],
      ['INV-000003', 'RAT', 420_533, 'agreed'],
    ]);
    // Two places at £450.00 each, and a fifth of it for the company.
    expect(await seen('rosa')).toEqual([
      ['INV-000001', 'Larkfield', 90_000 + 18_000, 'issued'],
      ['INV-000002', 'RF4', 90_000, 'settled'],
    ]);
  });

  test('what the late withdrawal cost is explained down to the place that another has taken', async () => {
    const note = (await stated('owen')).find(({ number }) => number === 'CRN-000001');
    const { items } = await sample.asked('tobias', `/v1/statements/${note?.id ?? ''}/lines`, listStatementLines.output);
    const [line] = items;
    expect(items).toMatchObject([{ net: -140_178, vat: 0, reason: 'places-changed', tickets: [5] }]);
    const query = `creditor=${line?.creditor ?? ''}&debtor=${line?.debtor ?? ''}&period=${line?.period ?? ''}`;
    const told = await sample.asked('tobias', `/v1/postings/${line?.id ?? ''}?${query}`, explainPosting.output);
    expect(told.cause?.type).toBe('place.given-back');
    expect(told.before?.places.map(({ ticket }) => ticket)).toEqual([4, 5]);
    expect(told.after?.places).toMatchObject([{ ticket: 4, percent: 100, why: 'held' }]);
    const { items: rest } = await sample.asked('owen', '/v1/statements-to-issue', listStatementsToIssue.output);
    const labels = await sample.labels();
    expect(rest.map(({ debtor, gross }) => [labels.get(debtor), gross])).toEqual([['RQX', 140_178]]);
  });

  test('the two that owe each other pay the difference, which is made and not confirmed', async () => {
    const { items } = await sample.asked('owen', '/v1/settlements', listSettlements.output);
    expect(items.map(({ kind, pays, receives, status }) => [kind, pays, receives, status])).toEqual([
      ['gross', 0, 280_356, 'settled'],
      ['netted', 0, 420_533 - 90_000, 'open'],
    ]);
    const settlement = `/v1/settlements/${items[1]?.id ?? ''}`;
    const { payments, position } = await sample.asked('rosa', settlement, getSettlement.output);
    expect(payments).toMatchObject([{ pence: 330_533, status: 'made', clears: [{ pence: 330_533 }] }]);
    expect(position).toMatchObject({ owes: 420_533, isOwed: 90_000, pays: 330_533, receives: 0 });
  });

  test('what is open is overdue in part, by ten days', async () => {
    const ages = async (person: string) => await sample.asked(person, '/v1/ageing', getAgeing.output);
    expect((await ages('owen')).owedToUs.all).toMatchObject({
      days1To30: 168_214,
      notDue: 420_533 - 140_178,
      total: 448_569,
    });
    expect((await ages('rosa')).owedToUs.all).toMatchObject({ days1To30: 108_000, total: 108_000 });
    expect((await ages('samira')).owedByUs.all).toMatchObject({ days1To30: 168_214, total: 168_214 });
    expect(await sample.asked('owen', '/v1/periods', getPeriods.output)).toMatchObject({ through: '2026-12' });
  });
});

describe('cohorts on which places are not simply claimed', () => {
  const openSchema = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });
  const cohortOf = async (title: string) =>
    (await sample.asked('amara', '/v1/open-cohorts?limit=100', openSchema)).items.find((one) => one.title === title)
      ?.id ?? '';

  test('one is allocated, and six wait until it closes', async () => {
    const cohort = await sample.asked(
      'dev',
      `/v1/cohorts/${await cohortOf('Aspiring Nurse Directors')}`,
      cohortAnswerSchema,
    );
    expect(cohort).toMatchObject({ allocation: { method: 'in-turn' }, confirmed: 0, waiting: 6 });
  });

  test('to one people apply: the host sees two who are endorsed, their organisation one who is not yet', async () => {
    const path = `/v1/cohorts/${await cohortOf('Prepare to Lead')}/applications`;
    const seen = async (person: string) =>
      (await sample.asked(person, path, listApplications.output)).items
        .map(({ status, objections }) => [status, objections] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    const endorsed = ['endorsed', undefined];
    const applied = ['applied', ['staff-group']];
    expect(await seen('carys')).toEqual([endorsed, endorsed]);
    expect(await seen('bilal')).toEqual([applied, endorsed]);
    expect(await seen('quentin')).toEqual([applied]);
  });
});
