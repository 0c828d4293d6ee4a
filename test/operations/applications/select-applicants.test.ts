import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { putSelection } from '../../../shared/applications/applications-items.ts';
import { endorseApplication } from '../../../shared/applications/endorse-application.ts';
import { getApplication } from '../../../shared/applications/get-application.ts';
import { withdrawApplication } from '../../../shared/applications/withdraw-application.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { updatePerson } from '../../../shared/people/update-person.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import {
  givenClosed as givenClosedCohort,
  openApplications,
  type ApplicationsTable,
} from '../../support/applications.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, parties } from '../../support/people.ts';

const clock = movableClock();
const day = 86_400_000;
const { host, trust, council } = parties;
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
const givenClosed = async (organisations: readonly string[], facts: Partial<Cohort> = {}) =>
  await givenClosedCohort(at, clock, organisations, facts);
const because = (...applications: readonly string[]) =>
  applications.map((application) => ({ application, reason: 'others-stronger' }));
const statusOf = async ({ id }: Cohort, application: string, organisation = host) =>
  await getApplication.perform(at.as(organisation), { cohort: id, application });
const change = (organisation: string) => contextOf(at.table, clock, personOf(organisation), { expectedVersion: 1 });
describe('selecting', () => {
  test('gives the selected their organisations’ places, and tells each of the others where they stand and why', async () => {
    const { cohort, people, first, second, third, fourth } = await givenClosed([trust, council, trust, council]);
    await at.relay.relayAll();
    const words = 'Please apply again next year';
    const notSelected = [{ application: third, reason: 'needs-experience', words }];
    const decision = await at.select(cohort, { selected: [first, fourth], alternates: [second], notSelected });
    expect(decision).toEqual({
      cohort: cohort.id,
      selected: expect.arrayContaining([
        { application: first, ticket: expect.any(Number) },
        { application: fourth, ticket: expect.any(Number) },
      ]),
      unplaced: [],
      alternates: [{ application: second, rank: 1 }],
      notSelected: [third],
      withdrawn: [],
    });
    const tickets = new Map(decision.selected.map(({ application, ticket }) => [ticket, application]));
    const person = new Map(people.map((one) => [one.application, one.person]));
    const named = await at.namedOn(cohort);
    expect(named.map(([ticket, who]) => [person.get(tickets.get(ticket) ?? ''), who])).toEqual(
      named.map(([, who]) => [who, who]),
    );
    const { places } = await at.seen(cohort);
    expect(places).toHaveLength(2);
    expect(places).toEqual(
      expect.arrayContaining(
        [trust, council].map((organisation) => expect.objectContaining({ organisation, named: true })),
      ),
    );
    const told = (await at.relay.relayAll()).filter(({ type }) => /^(application|place)\./.test(type));
    const placing = ['place.claimed', 'place.confirmed', 'place.named'];
    const deciding = ['application.selected', 'application.selected', 'application.made-alternate'];
    expect(told.map(({ type }) => type).sort()).toEqual(
      [...placing, ...placing, ...deciding, 'application.not-selected'].sort(),
    );
    expect(told.find(({ type }) => type === 'application.not-selected')).toMatchObject({
      audience: [trust, host],
      data: { application: third, cohort: cohort.id, organisation: trust, reason: 'needs-experience' },
    });
    expect(JSON.stringify(told)).not.toMatch(/per_|again next year|wants to take part/);
    const own = contextOf(at.table, clock, people[2]?.actor ?? personOf(trust));
    expect(await getApplication.perform(own, { cohort: cohort.id, application: third })).toMatchObject({
      status: 'not-selected',
      reason: 'needs-experience',
      meaning: 'More experience is needed first',
      words,
    });
    expect(await statusOf(cohort, second, council)).toMatchObject({ status: 'alternate', rank: 1 });
    const withdrawing = async (application: string) =>
      await withdrawApplication.perform(at.as(trust), { cohort: cohort.id, application });
    await expect(withdrawing(first)).rejects.toEqual(refused('application.decided'));
    const withdrawn = await withdrawing(third);
    expect(withdrawn).toMatchObject({ status: 'withdrawn', reason: 'needs-experience' });
    for (const text of ['statement', 'words']) expect(withdrawn).not.toHaveProperty(text);
  });

  test('sent again it is answered again, and nothing is done twice', async () => {
    const { cohort, first, second } = await givenClosed([trust, council]);
    const lists = { selected: [first], notSelected: because(second) };
    const request = { idempotencyKey: 'select-once' };
    const answers = await Promise.all([at.select(cohort, lists, request), at.select(cohort, lists, request)]);
    expect(await at.select(cohort, lists, request)).toMatchObject({ selected: [{ application: first, ticket: 1 }] });
    expect(answers.map(({ notSelected }) => notSelected)).toEqual([[second], [second]]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [] });
  });

  test('every endorsed application stands in one list, once, and nothing else does', async () => {
    const { cohort, first, second, third } = await givenClosed([trust, council, trust]);
    const wrong = [
      { selected: [first], alternates: [second] },
      { selected: [first, first], alternates: [second, third] },
      { selected: [first], alternates: [first, second, third] },
      { selected: [first, 'app_0123456789ab'], alternates: [second, third] },
      { selected: [first, second], notSelected: [{ application: third, reason: 'other' }] },
      { selected: [first, second], notSelected: [{ application: third, reason: 'cannot-be-released' }] },
    ];
    for (const lists of wrong) await expect(at.select(cohort, lists)).rejects.toEqual(refused('request.invalid'));
    expect(await statusOf(cohort, first)).toMatchObject({ status: 'endorsed' });
  });

  test('who can no longer be named cannot be selected; the refusal says why, of each', async () => {
    const audience = {
      staffGroups: ['nurses-and-midwives' as const],
      organisationKinds: [],
      bands: [],
      requirements: [],
    };
    const held = [{ organisation: trust, places: 1, until: '2099-01-01' }];
    const { cohort, people, first, second, third, fourth } = await givenClosed([trust, trust, trust, trust], {
      audience,
      held,
      capacity: 5,
    });
    const [one, two, three] = people.map(({ person }) => person);
    await removePerson.perform(change(trust), { person: one });
    await updatePerson.perform(change(trust), { person: two, staffGroup: 'doctors' });
    await namePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1, person: three });
    await expect(at.select(cohort, { selected: [first, second, third, fourth] })).rejects.toMatchObject({
      code: 'person.not-eligible',
      details: {
        facts: {
          applications: expect.arrayContaining([
            { application: first, reasons: ['removed'] },
            { application: second, reasons: ['staff-group'] },
            { application: third, reasons: ['already-named'] },
          ]),
        },
      },
    });
    await at.select(cohort, { selected: [fourth], notSelected: because(first, second, third) });
    expect(await at.namedOn(cohort)).toEqual([
      [1, three],
      [2, people[3]?.person],
    ]);
  });

  test('there have to be places for all, and no organisation gets more than it may', async () => {
    const { cohort, first, second, third } = await givenClosed([trust, trust, council], { limit: 1 });
    await expect(at.select(cohort, { selected: [first, second, third] })).rejects.toEqual(refused('place.not-enough'));
    await expect(at.select(cohort, { selected: [first, second], alternates: [third] })).rejects.toEqual(
      refused('place.over-limit'),
    );
    expect(await at.standing(cohort)).toEqual({ confirmed: [], waiting: [] });
  });

  test('only after the closing date, of a cohort that takes applications and is not cancelled', async () => {
    await expect(at.select(await at.given(), { selected: [] })).rejects.toEqual(refused('application.none'));
    const cohort = await at.givenCohort();
    const { application } = await at.endorsed(cohort, trust);
    const lists = { selected: [application] };
    await expect(at.select(cohort, lists)).rejects.toEqual(refused('application.not-closed'));
    clock.moveBy(11 * day);
    await cancelCohort.perform(at.as(host), { cohort: cohort.id });
    await expect(at.select(cohort, lists)).rejects.toEqual(refused('cohort.not-open'));
    clock.moveBy(200 * day);
    await expect(at.select(cohort, lists)).rejects.toEqual(refused('cohort.over'));
  });

  test('a cohort that is closed, which nobody may claim from any more, can still be filled', async () => {
    const { cohort, people, first, second } = await givenClosed([trust, council]);
    await closeCohort.perform(at.as(host), { cohort: cohort.id });
    const decision = await at.select(cohort, { selected: [first], alternates: [second] });
    expect(decision).toMatchObject({ selected: [{ application: first, ticket: 1 }], unplaced: [] });
    expect((await at.takeAlternate(cohort)).application).toBe(second);
    expect((await at.namedOn(cohort)).map(([, person]) => person)).toEqual(people.map(({ person }) => person));
    await expect(at.takeAlternate(cohort)).rejects.toEqual(refused('application.no-alternate'));
  });

  test('a decision as large as its route takes, about a full cohort with reasons in words, has room in its item', async () => {
    const notSelected = Array.from({ length: 500 }, (_, index) => ({
      application: `app_${String(index).padStart(12, '0')}`,
      reason: 'other' as const,
      words: '😊'.repeat(161),
    }));
    const lists = { selected: [], alternates: [], notSelected };
    const size = Buffer.byteLength(JSON.stringify(lists));
    expect(size).toBeGreaterThan(345 * 1024);
    expect(size).toBeLessThanOrEqual(350 * 1024);
    const decided = { ...lists, round: 1, firstRank: 1, request: 'given', done: false };
    expect(await putSelection(at.table, 'coh_largest00000', decided)).toBe(true);
  });

  test('what is endorsed later is decided later, and its alternates stand behind', async () => {
    const { cohort, first, second } = await givenClosed([trust, council]);
    clock.moveBy(-2 * day);
    const late = await at.applied(cohort, trust);
    clock.moveBy(2 * day);
    await at.select(cohort, { selected: [], alternates: [first, second] });
    const endorsement = { cohort: cohort.id, application: late.application, backfill: 'not-needed' };
    await endorseApplication.perform(at.as(trust), endorsement);
    expect(await at.select(cohort, { selected: [], alternates: [late.application] })).toMatchObject({
      alternates: [{ application: late.application, rank: 3 }],
    });
  });
});
