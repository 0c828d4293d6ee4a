import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { givenReady, leadOf } from './lead.ts';
import { aspiringLeaders, givenProgramme, type London } from './london.ts';
import { financialYearOf, startPassingTime, ticketsOf, type PassingTime } from './passing-time.ts';
import type { Party } from './party.ts';
import { expectRefused } from './refused.ts';

let story: PassingTime;
let london: London;

beforeAll(async () => {
  story = await startPassingTime(['RF4', 'RAT', 'R1H', 'RWK', 'RQX', 'E09000026', 'E09000025']);
  ({ london } = story);
}, 90_000);
afterAll(async () => await story.installation.stop());

/** Oona, as a manager of an organisation that she has joined. */
async function givenManager(party: Party): Promise<Party> {
  const { code } = await party.inviteMember(['manager']);
  const { organisation } = await story.installation.signIn('oona').accept(code);
  return story.installation.signIn('oona', organisation);
}

describe('the life of a cohort whose places are given first come, first served', () => {
  let cohort: string;
  let programme: string;
  /** Two of North East London's people, and two of Barts'. */
  let people: Record<'amy' | 'ben' | 'cora' | 'dan', string>;

  beforeAll(async () => {
    programme = await givenProgramme(london.RF4, { ...aspiringLeaders });
  });

  test('it opens with four places held for two boroughs, which are theirs and not free', async () => {
    const { RF4, E09000026: redbridge, E09000025: newham } = london;
    cohort = await story.givenCohort(programme, {
      capacity: 8,
      held: [
        { organisation: redbridge.organisation, places: 3, until: story.dateOn(60) },
        { organisation: newham.organisation, places: 1, until: story.dateOn(60) },
      ],
    });
    expect(await RF4.seeCohort(cohort)).toMatchObject({
      capacity: 8,
      heldNow: 4,
      free: 4,
      freezesOn: story.dateOn(93),
    });
    expect((await redbridge.seePlaces(cohort)).places).toMatchObject(
      [1, 2, 3].map((ticket) => ({ ticket, held: true })),
    );
    expect(await story.toldOf(cohort)).toEqual([
      ['cohort.created', undefined],
      ['cohort.opened', undefined],
      ['place.held', [1, 2, 3]],
      ['place.held', [4]],
      ['place.confirmed', [1, 2, 3]],
      ['place.confirmed', [4]],
    ]);
  });

  test('several organisations claim; who comes last waits, until a partner gives back what was held for it', async () => {
    const { RAT, R1H, RWK, E09000025: newham } = london;
    await RAT.claim(cohort, { quantity: 2 });
    await R1H.claim(cohort, { quantity: 2 });
    expect(await RWK.claim(cohort, { quantity: 2 })).toMatchObject([
      { ticket: 9, state: 'waiting', position: 1 },
      { ticket: 10, state: 'waiting', position: 2 },
    ]);
    await newham.giveBack(cohort, [4]);
    expect((await RWK.seePlaces(cohort)).places).toMatchObject([
      { ticket: 9, state: 'confirmed' },
      { ticket: 10, state: 'waiting', position: 1 },
    ]);
    expect((await story.toldOf(cohort)).slice(-2)).toEqual([
      ['place.given-back', [4]],
      ['place.confirmed', [9]],
    ]);
  });

  test('people are put on record, released by their manager, and named; who is not of the audience, by an exception', async () => {
    const { RF4, RAT, R1H, RWK, RQX, E09000026: redbridge } = london;
    const amy = await leadOf(RAT).addPerson('AMY', { managerReference: 'OONA', accessNeeds: 'A hearing loop' });
    await leadOf(RAT).addPerson('OONA');
    const manager = await givenManager(RAT);
    await expectRefused(leadOf(RAT).name(cohort, 5, amy), 'person.not-released');
    expect(await leadOf(manager).releasePerson(cohort, amy)).toMatchObject({ by: 'manager', backfill: 'arranged' });
    await leadOf(RAT).name(cohort, 5, amy);

    const ben = await givenReady(RAT, cohort, 'BEN', { staffGroup: 'doctors', band: 'medical' });
    const refused = await expectRefused(leadOf(RAT).name(cohort, 6, ben), 'person.not-eligible');
    expect(refused.facts).toEqual({ reasons: ['staff-group'] });
    await expectRefused(leadOf(RAT).makeException(cohort, 6, 'We want him'), 'cohort.not-found');
    await leadOf(RF4).makeException(cohort, 6, 'Takes over a service');
    await leadOf(RAT).name(cohort, 6, ben);

    const [cora, dan] = [await givenReady(R1H, cohort, 'CORA'), await givenReady(R1H, cohort, 'DAN')];
    people = { amy, ben, cora, dan };
    await expectRefused(leadOf(R1H).name(cohort, 7, amy), 'person.not-found');
    await leadOf(R1H).name(cohort, 7, cora);
    await leadOf(R1H)
      .name(cohort, 8, cora)
      .then(undefined, () => undefined);
    await leadOf(R1H).name(cohort, 8, dan);
    await leadOf(RWK).name(cohort, 9, await givenReady(RWK, cohort, 'EVE'));
    await leadOf(redbridge).name(cohort, 1, await givenReady(redbridge, cohort, 'FAY'));
    await leadOf(redbridge).name(cohort, 2, await givenReady(redbridge, cohort, 'GIL'));

    expect(await RF4.seeCohort(cohort)).toMatchObject({ heldNow: 1, confirmed: 8, free: 0, waiting: 1 });
    expect(await leadOf(RF4).seePeople(cohort)).toHaveLength(7);
    expect(await leadOf(RAT).seePeople(cohort)).toMatchObject([
      { ticket: 5, name: 'Example AMY', accessNeeds: 'A hearing loop', release: { by: 'manager' } },
      { ticket: 6, person: ben, exception: 'Takes over a service', release: { by: 'lead' } },
    ]);
    expect(await leadOf(RQX).seePeople(cohort)).toEqual([]);
    const told = await story.toldOf(cohort);
    expect(told.filter((event) => JSON.stringify(event).includes('place.named'))).toHaveLength(7);
  });

  test('who is late is reminded a week before the date; then the place goes to the first who waits, by the same write', async () => {
    const { RWK, E09000026: redbridge } = london;
    await story.moveTo(52);
    expect(await story.toldOf(cohort)).toEqual([]);
    await story.moveTo(55);
    expect(await story.toldOf(cohort)).toEqual([['place.naming-due', [3]]]);
    expect((await redbridge.readAllEvents()).events.map(({ type }) => type)).toContain('place.naming-due');
    await story.moveTo(59);
    expect(await story.toldOf(cohort)).toEqual([]);
    await story.moveTo(62);
    const told = await story.toldOf(cohort);
    expect(told.slice(0, 2)).toEqual([
      ['place.released', [3]],
      ['place.confirmed', [10]],
    ]);
    const versions = story.installation.announced.flatMap(({ type, data, aggregateVersion }) =>
      data['cohort'] === cohort && /place.(released|confirmed)/.test(type) ? [aggregateVersion] : [],
    );
    expect(versions.at(-1)).toBe(versions.at(-2));
    expect(await ticketsOf(redbridge, cohort, 'confirmed')).toEqual([1, 2]);
    expect(await ticketsOf(RWK, cohort, 'confirmed')).toEqual([9, 10]);
    await expectRefused(leadOf(redbridge).name(cohort, 3, people.amy), 'place.not-found');
    await leadOf(RWK).name(cohort, 10, await givenReady(RWK, cohort, 'HAL'));
  });

  test('a name is changed until the freeze date; after it only when the host agrees', async () => {
    const { RF4, R1H } = london;
    const lead = leadOf(R1H);
    await story.moveTo(90);
    await story.toldOf(cohort);
    await lead.unname(cohort, 7);
    const [ian, joy] = [await givenReady(R1H, cohort, 'IAN'), await givenReady(R1H, cohort, 'JOY')];
    await lead.name(cohort, 7, ian);
    expect(await story.toldOf(cohort)).toEqual([
      ['place.unnamed', [7]],
      ['place.named', [7]],
    ]);
    await story.moveTo(94);
    expect((await expectRefused(lead.replace(cohort, 7, joy), 'place.frozen')).facts).toEqual({
      freezesOn: story.dateOn(93),
    });
    await expectRefused(lead.unname(cohort, 7), 'place.frozen');
    await expectRefused(lead.allowLateNaming(cohort, 7, story.dateOn(96)), 'cohort.not-found');
    await leadOf(RF4).allowLateNaming(cohort, 7, story.dateOn(96));
    await lead.replace(cohort, 7, joy);
    await expectRefused(lead.replace(cohort, 8, ian), 'place.frozen');
    await story.moveTo(98);
    await expectRefused(lead.replace(cohort, 7, ian), 'place.frozen');
    expect(await story.toldOf(cohort)).toEqual([
      ['place.late-naming-allowed', 7],
      ['place.person-replaced', 7],
    ]);
    expect((await leadOf(RF4).seePeople(cohort)).map(({ ticket }) => ticket)).toEqual([1, 2, 5, 6, 7, 8, 9, 10]);
  });

  test('how each session was attended is noted, and corrected; who completed it has a certificate', async () => {
    const { RF4, RAT, R1H, RQX } = london;
    const host = leadOf(RF4);
    const [first, last] = (await RF4.seeCohort(cohort)).sessions;
    await expectRefused(RF4.archive(cohort), 'cohort.not-over');
    const everybody = { 1: 'full', 2: 'full', 5: 'full', 6: 'none', 7: 'full', 8: 'full', 9: 'partial', 10: 'full' };
    await expectRefused(host.recordAttendance(cohort, first?.id ?? '', everybody), 'session.not-begun');
    await story.moveTo(101);
    await host.recordAttendance(cohort, first?.id ?? '', everybody);
    await host.recordAttendance(cohort, first?.id ?? '', { 9: 'full' });
    await expectRefused(leadOf(RAT).recordAttendance(cohort, first?.id ?? '', { 6: 'full' }), 'cohort.not-found');
    await expectRefused(host.complete(cohort, [5], story.dateOn(101)), 'place.not-complete-yet');
    await story.moveTo(131);
    await host.recordAttendance(cohort, last?.id ?? '', { ...everybody, 9: 'none' });
    await host.complete(cohort, [1, 2, 5, 7, 8, 9, 10], story.dateOn(130));
    await expectRefused(host.complete(cohort, [6], story.dateOn(130)), 'place.not-attended');

    expect((await host.seeAttendance(cohort)).find(({ ticket }) => ticket === 9)).toMatchObject({
      sessions: [
        { attendance: 'full', before: [{ attendance: 'partial' }] },
        { attendance: 'none', before: [] },
      ],
      completed: { on: story.dateOn(130) },
    });
    expect((await leadOf(RAT).seeAttendance(cohort)).map(({ ticket }) => ticket)).toEqual([5, 6]);
    expect(await leadOf(RAT).seeCertificate(cohort, 5)).toMatchObject({
      person: 'Example AMY',
      completedOn: story.dateOn(130),
    });
    await expectRefused(leadOf(RAT).seeCertificate(cohort, 6), 'certificate.not-found');
    for (const other of [R1H, RQX])
      await expectRefused(leadOf(other).seeCertificate(cohort, 5), 'certificate.not-found');
    const told = await story.toldOf(cohort);
    const typed = Object.groupBy(told, (event) => String(Array.isArray(event) ? event[0] : event));
    expect(typed['place.attended']).toHaveLength(17);
    expect(typed['place.completed']).toHaveLength(7);
  });

  test('the balance says who has given and taken how many places, each once', async () => {
    const { RF4, RAT, R1H, RWK, RQX, E09000026: redbridge, E09000025: newham } = london;
    const inYear = financialYearOf(story.dateOn(100));
    const given = await leadOf(RF4).seeBalance(inYear);
    expect(given).toMatchObject({ given: 8, taken: 0, net: 8 });
    const holders = [RAT, R1H, RWK, redbridge].map(({ organisation }) => organisation);
    expect(given.partners.map(({ organisation }) => organisation).sort()).toEqual(holders.sort());
    expect(given.partners).toMatchObject(holders.map(() => ({ given: 2, taken: 0 })));
    for (const party of [RAT, R1H, RWK, redbridge])
      expect(await leadOf(party).seeBalance(inYear)).toMatchObject({ given: 0, taken: 2, net: -2 });
    // What was given back, or was never got, counts for nobody.
    for (const party of [newham, RQX]) expect((await leadOf(party).seeBalance(inYear)).partners).toEqual([]);
  });

  test('when it is over it is archived: out of the lists, and still there to be read', async () => {
    const { RF4, RAT } = london;
    await story.moveTo(132);
    expect(await story.toldOf(cohort)).toEqual([]);
    await expectRefused(RAT.claim(cohort), 'cohort.over');
    expect(await RF4.archive(cohort)).toMatchObject({ archived: true, confirmed: 8 });
    expect(await story.toldOf(cohort)).toEqual([['cohort.archived', undefined]]);
    const listed = async (query: string) =>
      JSON.stringify((await RF4.send(`GET /v1/programmes/${programme}/cohorts${query}`)).body);
    expect(await listed('')).not.toContain(cohort);
    expect(await listed('?archived=true')).toContain(cohort);
    expect(await RAT.seeCohort(cohort)).toMatchObject({ archived: true, own: { confirmed: 2 } });
    await expectRefused(leadOf(RF4).complete(cohort, [6], story.dateOn(131), 'Made up for it'), 'cohort.archived');
    expect(await leadOf(RAT).seeCertificate(cohort, 5)).toMatchObject({ person: 'Example AMY' });
  });
});

test('in all of this nothing failed, and neither an event nor a log names a person', () => {
  const { announced, log } = story.installation;
  expect(log.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).toEqual([]);
  for (const text of [JSON.stringify(announced), log.join('\n')])
    expect(text).not.toMatch(/Example [A-Z]|@example\.org|per_|hearing loop|Takes over/);
});
