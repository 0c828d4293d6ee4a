import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { agreeSuccession, applicantsOf, defer } from './applicants.ts';
import { givenReady, leadOf } from './lead.ts';
import { givenProgramme, type Code, type London } from './london.ts';
import { startPassingTime, ticketsOf, type PassingTime } from './passing-time.ts';
import type { Party } from './party.ts';
import { expectRefused } from './refused.ts';

const codes = ['RF4', 'RAT', 'R1H', 'RWK'] as const satisfies readonly Code[];
let story: PassingTime;
let london: London;
let programme: string;
/** The cohort to which people apply. */
let selective: string;

beforeAll(async () => {
  story = await startPassingTime(codes);
  ({ london } = story);
  programme = await givenProgramme(london.RF4, { title: 'Aspiring Nurse Directors' });
}, 90_000);
afterAll(async () => await story.installation.stop());

/** What was told, each event once: of a thing, by the name under which events have it. */
function toldOf(name: 'application' | 'cohort', id: string) {
  const events = [...new Map(story.installation.announced.map((event) => [event.id, event])).values()];
  return events.filter(({ data }) => data[name] === id);
}
/** The types of what was told of an application, and to whom. */
function storyOf(application: string): [string, unknown][] {
  const codeOf = (id: string) => codes.find((code) => london[code].organisation === id) ?? id;
  return toldOf('application', application).map(({ type, audience }) => [
    type.slice('application.'.length),
    audience === 'all' ? audience : audience.map(codeOf).sort(),
  ]);
}

describe('the life of applications', () => {
  let oona: Party;
  /** The applications of Oona and Ann (North East London), Bob and Cal (Barts), and Dee and Eve (East London). */
  let ids: Record<'oona' | 'ann' | 'bob' | 'cal' | 'dee' | 'eve', string>;
  const by = (party: Party) => applicantsOf(party, selective);
  /** Who is named, as the host sees it, with the reasons of its exceptions. */
  const namedThere = async (): Promise<Record<string, string | undefined>> => {
    const people = await leadOf(london.RF4).seePeople(selective);
    return Object.fromEntries(people.map(({ name = '', exception }) => [name, exception] as const));
  };

  test('people apply or are nominated; also who is not of the audience, and is told so', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    const closesOn = story.dateOn(20);
    selective = await story.givenCohort(programme, { capacity: 2, waitlist: 0, applications: { closesOn } });
    await story.installation.settle();
    const { items } = await RAT.listOpenCohorts();
    expect(items.find(({ id }) => id === selective)).toMatchObject({ claimsOpen: false, applications: { closesOn } });
    await expectRefused(RAT.claim(selective), 'cohort.by-application');

    await leadOf(RAT).addPerson('OONA');
    const { code } = await RAT.inviteMember(['staff']);
    await story.installation.signIn('oona').accept(code);
    oona = story.installation.signIn('oona', RAT.organisation);
    const applied = await by(oona).apply('I lead a team and want to lead a service');
    expect(applied).toMatchObject({ status: 'applied', applicant: { name: 'Example OONA' } });
    await expectRefused(by(oona).apply('I lead a team and would lead more'), 'application.already');
    const nominated = async (party: Party, reference: string, details: object = {}) =>
      await by(party).nominate(await leadOf(party).addPerson(reference, details), `Nominated as ${reference}`);
    const bob = await nominated(R1H, 'BOB', { staffGroup: 'doctors', band: 'medical' });
    expect(bob).toMatchObject({ status: 'nominated', objections: ['staff-group'] });
    ids = {
      oona: applied.id,
      ann: (await nominated(RAT, 'ANN')).id,
      bob: bob.id,
      cal: (await nominated(R1H, 'CAL')).id,
      dee: (await nominated(RWK, 'DEE')).id,
      eve: (await nominated(RWK, 'EVE')).id,
    };
    expect(await by(RF4).list()).toEqual([]);
    await expectRefused(by(RF4).see(ids.oona), 'application.not-found');
    expect(await by(oona).list()).toHaveLength(1);
  });

  test('their organisations endorse, or decline with the reason; only then the host learns of them', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    for (const id of [ids.oona, ids.ann]) await by(RAT).endorse(id);
    for (const id of [ids.bob, ids.cal]) await by(R1H).endorse(id);
    await by(RWK).endorse(ids.eve);
    expect(await by(RWK).decline(ids.dee, 'cannot-be-released')).toMatchObject({ status: 'declined' });
    const seen = await by(RF4).list();
    expect(seen.map(({ id }) => id).sort()).toEqual([ids.oona, ids.ann, ids.bob, ids.cal, ids.eve].sort());
    expect(seen.every(({ person, applicant }) => person === undefined && applicant !== undefined)).toBe(true);
    expect(seen.find(({ id }) => id === ids.bob)).toHaveProperty('objections', ['staff-group']);
    await expectRefused(by(RF4).select({ selected: [ids.oona] }), 'application.not-closed');
  });

  test('after the closing date the host selects, with reasons, alternates in order, and by an exception', async () => {
    const { RF4, RAT, R1H, RWK } = london;
    await story.moveTo(21);
    const notSelected = [{ application: ids.eve, reason: 'needs-experience', words: 'Please apply again next year' }];
    const lists = { selected: [ids.oona, ids.bob], alternates: [ids.ann, ids.cal], notSelected };
    const { facts } = await expectRefused(by(RF4).select(lists), 'person.not-eligible');
    expect(facts).toEqual({ applications: [{ application: ids.bob, reasons: ['staff-group'] }] });
    await expectRefused(by(R1H).makeException(ids.bob, 'He is ours'), 'cohort.not-found');
    await by(RF4).makeException(ids.bob, 'Takes over a service in spring');
    const decision = await by(RF4).select(lists);
    expect(decision).toMatchObject({ unplaced: [], notSelected: [ids.eve] });
    expect(decision.alternates).toEqual([
      { application: ids.ann, rank: 1 },
      { application: ids.cal, rank: 2 },
    ]);
    expect(await by(oona).see(ids.oona)).toMatchObject({ status: 'selected', ticket: expect.any(Number) });
    expect(await by(R1H).see(ids.bob)).toMatchObject({ exception: 'Takes over a service in spring' });
    expect(await by(RWK).see(ids.eve)).toMatchObject({
      reason: 'needs-experience',
      meaning: 'More experience is needed first',
      words: 'Please apply again next year',
    });
    expect(await namedThere()).toEqual({ 'Example BOB': 'Takes over a service in spring', 'Example OONA': undefined });
    expect((await RAT.seeCohort(selective)).own).toMatchObject({ confirmed: 1 });
    await expectRefused(by(oona).withdraw(ids.oona), 'application.decided');
  });

  test('a place that is given up goes to the first alternate who has not withdrawn', async () => {
    const { RF4, RAT, R1H } = london;
    const { ticket = 0 } = await by(RAT).see(ids.oona);
    expect(await by(RAT).withdraw(ids.ann)).not.toHaveProperty('statement');
    await expectRefused(by(RF4).takeAlternate(), 'place.not-enough');
    await leadOf(RAT).unname(selective, ticket);
    await RAT.giveBack(selective, [ticket]);
    const taken = await by(RF4).takeAlternate();
    expect(taken).toEqual({ application: ids.cal, organisation: R1H.organisation, ticket: 3 });
    await expectRefused(by(RF4).takeAlternate(), 'application.no-alternate');
    expect(Object.keys(await namedThere()).sort()).toEqual(['Example BOB', 'Example CAL']);
  });

  test('everybody was told what became of each, and the host of none before it was endorsed', async () => {
    await story.installation.settle();
    const [rat, r1h, rwk] = [['RAT'], ['R1H'], ['RWK']];
    const [withRat, withR1h, withRwk] = [
      ['RAT', 'RF4'],
      ['R1H', 'RF4'],
      ['RF4', 'RWK'],
    ];
    expect(Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, storyOf(id)]))).toEqual({
      oona: [
        ['submitted', rat],
        ['endorsed', withRat],
        ['selected', withRat],
      ],
      ann: [
        ['submitted', rat],
        ['endorsed', withRat],
        ['made-alternate', withRat],
        ['withdrawn', withRat],
      ],
      bob: [
        ['submitted', r1h],
        ['endorsed', withR1h],
        ['exception-made', withR1h],
        ['selected', withR1h],
      ],
      cal: [
        ['submitted', r1h],
        ['endorsed', withR1h],
        ['made-alternate', withR1h],
        ['selected', withR1h],
      ],
      dee: [
        ['submitted', rwk],
        ['declined', rwk],
      ],
      eve: [
        ['submitted', rwk],
        ['endorsed', withRwk],
        ['not-selected', withRwk],
      ],
    });
    const { events } = await london.RWK.readAllEvents();
    const ofOthers = [ids.oona, ids.ann, ids.bob, ids.cal];
    expect(events.filter(({ data }) => ofOthers.some((id) => id === data['application']))).toEqual([]);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['application.declined', 'application.not-selected']),
    );
  });

  test('when they are removed from the record nothing that was written is left to be read', async () => {
    const { RWK } = london;
    const { person = '' } = await by(RWK).see(ids.eve);
    const headers = { 'if-match': '"1"' };
    await RWK.ask(z.object({ status: z.literal('removed') }), `DELETE /v1/people/${person}`, undefined, headers);
    const left = await by(RWK).see(ids.eve);
    expect(left).toMatchObject({ status: 'not-selected', reason: 'needs-experience' });
    for (const text of ['statement', 'words', 'applicant']) expect(left).not.toHaveProperty(text);
  });
});

describe('a person who is deferred, and an organisation that is succeeded', () => {
  let first: string;
  let later: string;

  test('who is named goes over to a later cohort of the programme; their place goes to the next in line', async () => {
    const { RAT, R1H, RWK, RF4 } = london;
    first = await story.givenCohort(programme, { capacity: 1 });
    const session = { from: '09:30', to: '16:30' };
    later = await story.givenCohort(programme, {
      capacity: 3,
      name: 'The one after',
      sessions: [{ day: story.dateOn(200), ...session }],
    });
    await RWK.claim(first);
    await R1H.claim(first);
    const fay = await givenReady(RWK, first, 'FAY');
    await leadOf(RWK).name(first, 1, fay);
    await expectRefused(defer(RWK, first, 1, later), 'place.none-unnamed');
    await RWK.claim(later);
    await expectRefused(defer(RWK, later, 1, first), 'place.not-named');
    await expectRefused(defer(RAT, first, 1, later), 'place.not-found');
    expect(await defer(RWK, first, 1, later)).toEqual({ ticket: 1, person: fay, to: later, ticketThere: 1 });
    expect(await leadOf(RWK).seePeople(first)).toEqual([]);
    expect(await leadOf(RWK).seePeople(later)).toMatchObject([{ ticket: 1, person: fay, release: { by: 'lead' } }]);
    expect(await ticketsOf(RF4, first, 'confirmed')).toEqual([2]);
    await story.installation.settle();
    const told = toldOf('cohort', first).map(({ type, data }) => [type, data['tickets'] ?? data['ticket']]);
    expect(told.slice(-3)).toEqual([
      ['place.unnamed', [1]],
      ['place.given-back', [1]],
      ['place.confirmed', [2]],
    ]);
  });

  test('from the freeze date on nobody is deferred without the host', async () => {
    const { R1H } = london;
    await leadOf(R1H).name(first, 2, await givenReady(R1H, first, 'GUS'));
    await R1H.claim(later);
    await story.moveTo(94);
    await expectRefused(defer(R1H, first, 2, later), 'place.frozen');
  });

  test('on its day an organisation’s places, people and applications pass to its successor, as they stand', async () => {
    const { RF4, R1H, RWK } = london;
    await agreeSuccession(R1H, RWK, story.dateOn(96));
    await story.moveTo(95);
    expect((await R1H.seeCohort(first)).own).toMatchObject({ confirmed: 1 });
    for (const days of [96, 96.01, 96.02, 96.03]) await story.moveTo(days);
    expect(await RF4.seeCohort(first)).toMatchObject({
      confirmed: 1,
      holders: [{ organisation: RWK.organisation, confirmed: 1, waiting: 0 }],
    });
    expect((await RWK.seePlaces(later)).places).toMatchObject([
      { ticket: 1, organisation: RWK.organisation, state: 'confirmed', named: true },
      { ticket: 2, organisation: RWK.organisation, state: 'confirmed' },
    ]);
    expect(await leadOf(RWK).seePeople(first)).toMatchObject([{ ticket: 2, name: 'Example GUS' }]);
    const people = z.object({ items: z.array(z.object({ name: z.string() })) });
    const { items } = await RWK.ask(people, 'GET /v1/people');
    expect(items.map(({ name }) => name).sort()).toEqual(
      ['BOB', 'CAL', 'DEE', 'FAY', 'GUS'].map((name) => `Example ${name}`),
    );
    const passed = toldOf('cohort', first).filter(({ type }) => type === 'place.passed-on');
    expect(passed.map(({ data }) => data['tickets'])).toEqual([[2]]);
    expect(story.installation.announced.map(({ type }) => type)).toContain('organisation.succeeded');
  });

  test('who acted for it acts for the successor, and what was theirs is found there', async () => {
    const { R1H, RWK } = london;
    const refused = await expectRefused(R1H.claim(later), 'organisation.succeeded');
    expect(refused.facts).toEqual({ successor: RWK.organisation });
    const there = story.installation.signIn('R1H', RWK.organisation);
    expect((await there.listOwnPlaces()).items.map(({ cohort }) => cohort)).toEqual(
      expect.arrayContaining([first, later]),
    );
    const applications = applicantsOf(RWK, selective);
    const bob = (await applications.list()).find(({ applicant }) => applicant?.name === 'Example BOB');
    expect(bob).toMatchObject({ organisation: RWK.organisation, status: 'selected', person: expect.any(String) });
    expect(bob).toHaveProperty('exception', 'Takes over a service in spring');
    expect(await leadOf(RWK).seePeople(selective)).toMatchObject([
      { name: 'Example BOB', person: bob?.person, exception: 'Takes over a service in spring' },
      { name: 'Example CAL' },
    ]);
  });
});

test('in all of this nothing failed, and neither an event nor a log names a person', () => {
  const { announced, log } = story.installation;
  expect(log.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).toEqual([]);
  for (const text of [JSON.stringify(announced), log.join('\n')])
    expect(text).not.toMatch(/Example [A-Z]|@example\.org|per_|want to lead|Nominated as|over a service|next year/);
});
