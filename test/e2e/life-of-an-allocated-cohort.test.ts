import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { givenReady, leadOf } from './lead.ts';
import { givenProgramme, type London } from './london.ts';
import { financialYearOf, startPassingTime, ticketsOf, type PassingTime } from './passing-time.ts';
import { expectRefused } from './refused.ts';

let story: PassingTime;
let london: London;

beforeAll(async () => {
  story = await startPassingTime(['RF4', 'RAT', 'R1H', 'RWK', 'RQX', 'E09000025']);
  ({ london } = story);
}, 90_000);
afterAll(async () => await story.installation.stop());

describe('the life of a cohort whose places are allocated', () => {
  let cohort: string;

  test('claims are collected with their reasons until the closing date; only what is held is given', async () => {
    const { RF4, RAT, R1H, RWK, E09000025: newham } = london;
    const programme = await givenProgramme(RF4, { title: 'Prepare to Lead' });
    cohort = await story.givenCohort(programme, {
      capacity: 4,
      held: [{ organisation: newham.organisation, places: 1, until: story.dateOn(60) }],
      allocation: { closesOn: story.dateOn(20), method: 'in-turn', priorities: [] },
    });
    const first = await leadOf(RAT).addPerson('KIM');
    expect(
      await RAT.claim(cohort, { quantity: 3, reason: 'Opens two wards in spring', people: [first] }),
    ).toMatchObject([2, 3, 4].map((ticket) => ({ ticket, state: 'waiting' })));
    await R1H.claim(cohort, { quantity: 1, reason: 'Has nobody yet' });
    await RWK.claim(cohort, { quantity: 1 });
    const seen = await RF4.seeCohort(cohort);
    expect(seen).toMatchObject({ collecting: true, confirmed: 1, heldNow: 1, free: 3, waiting: 5 });
    expect(seen.seed).toEqual(expect.any(String));
    expect((await leadOf(RF4).seeAllocation(cohort)).state).toBe('collecting');
    await expectRefused(leadOf(RF4).fixAllocation(cohort, [2, 3, 4, 5, 6]), 'allocation.not-closed');
    await expectRefused(leadOf(RAT).seeAllocation(cohort), 'cohort.not-found');
  });

  test('after it an order is proposed, and the host changes it with a reason; one write gives the places', async () => {
    const { RF4, RQX, E09000025: newham } = london;
    await story.moveTo(21);
    await RQX.claim(cohort);
    await story.toldOf(cohort);
    const { state, proposed, late } = await leadOf(RF4).seeAllocation(cohort);
    expect({ state, late }).toEqual({ state: 'closed', late: [7] });
    // In turn, one each: every organisation's first place before anybody's second.
    expect(new Set(proposed.slice(0, 3).map(({ organisation }) => organisation)).size).toBe(3);
    expect(proposed.map(({ getsPlace }) => getsPlace)).toEqual([true, true, true, false, false]);
    expect(proposed.find(({ ticket }) => ticket === 5)).toMatchObject({ reason: 'Has nobody yet' });
    // The host puts North East London's second place before the last of the first round.
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = proposed.map(({ ticket }) => ticket);
    const order = [one, two, four, three, five];
    await expectRefused(leadOf(RF4).fixAllocation(cohort, order), 'request.invalid');
    const adjustments = [{ ticket: four, reason: 'Two people of one ward come together' }];
    expect(await leadOf(RF4).fixAllocation(cohort, order, adjustments)).toMatchObject({
      state: 'fixed',
      order,
      adjustments,
    });
    expect(await story.toldOf(cohort)).toEqual([
      ['cohort.places-allocated', undefined],
      ...(await confirmedByHolder([one, two, four])),
    ]);
    expect((await RF4.seePlaces(cohort)).places).toMatchObject([
      { ticket: 1, organisation: newham.organisation, state: 'confirmed' },
      ...[one, two, four].map((ticket) => ({ ticket, state: 'confirmed' })),
      ...[three, five, 7].map((ticket, index) => ({ ticket, state: 'waiting', position: index + 1 })),
    ]);
    await expectRefused(leadOf(RF4).fixAllocation(cohort, [one, two, three, four, five]), 'allocation.fixed');
  });

  test('a place that was held and is not named goes to the next in the order; the late claim queues behind', async () => {
    const { RF4 } = london;
    const [next = 0] = await ticketsOf(RF4, cohort, 'waiting');
    await nameAll(await ticketsOf(RF4, cohort, 'confirmed'));
    await story.toldOf(cohort);
    await story.moveTo(55);
    expect(await story.toldOf(cohort)).toEqual([['place.naming-due', [1]]]);
    await story.moveTo(62);
    expect((await story.toldOf(cohort)).slice(0, 2)).toEqual([
      ['place.released', [1]],
      ['place.confirmed', [next]],
    ]);
    expect((await ticketsOf(RF4, cohort, 'waiting')).at(-1)).toBe(7);
    await nameAll([next]);
    expect(await ticketsOf(RF4, cohort, 'confirmed')).toHaveLength(4);
  });

  test('it runs, is completed and archived, and the balance counts each place once', async () => {
    const { RF4, RQX, E09000025: newham } = london;
    const { places } = await RF4.seePlaces(cohort);
    const confirmed = places.filter(({ state }) => state === 'confirmed');
    const tickets = confirmed.map(({ ticket }) => ticket);
    await story.moveTo(131);
    await story.toldOf(cohort);
    for (const { id } of (await RF4.seeCohort(cohort)).sessions)
      await leadOf(RF4).recordAttendance(cohort, id, Object.fromEntries(tickets.map((ticket) => [ticket, 'full'])));
    await leadOf(RF4).complete(cohort, tickets, story.dateOn(131));
    expect(await story.toldOf(cohort)).toHaveLength(3 * tickets.length);
    expect(await leadOf(RF4).seeCertificate(cohort, tickets[0] ?? 0)).toMatchObject({
      completedOn: story.dateOn(131),
    });
    await story.moveTo(132);
    expect(await RF4.archive(cohort)).toMatchObject({ archived: true, confirmed: 4, waiting: 2 });
    const inYear = financialYearOf(story.dateOn(100));
    const { given, taken, partners } = await leadOf(RF4).seeBalance(inYear);
    expect({ given, taken }).toEqual({ given: 4, taken: 0 });
    const held = Map.groupBy(confirmed, ({ organisation }) => organisation);
    expect(new Map(partners.map((partner) => [partner.organisation, partner.given]))).toEqual(
      new Map([...held].map(([organisation, own]) => [organisation, own.length])),
    );
    for (const party of [RQX, newham]) expect((await leadOf(party).seeBalance(inYear)).taken).toBe(0);
  });

  /** Names somebody on each of these places, but for the one that is held for Newham. */
  async function nameAll(tickets: readonly number[]): Promise<void> {
    const { places } = await london.RF4.seePlaces(cohort);
    for (const { ticket, organisation } of places.filter(
      (place) => place.ticket > 1 && tickets.includes(place.ticket),
    )) {
      const party = [london.RAT, london.R1H, london.RWK].find((one) => one.organisation === organisation);
      if (party === undefined) throw new Error('Nobody of the story has this place');
      const person = await givenReady(party, cohort, `ALLOCATED-${String(ticket)}`);
      await leadOf(party).name(cohort, ticket, person);
    }
  }

  /** That these places were confirmed, as it is told: an event for each organisation that got some. */
  async function confirmedByHolder(tickets: readonly number[]): Promise<unknown[]> {
    const { places } = await london.RF4.seePlaces(cohort);
    const got = places.filter(({ ticket }) => tickets.includes(ticket));
    return [...Map.groupBy(got, ({ organisation }) => organisation).values()].map((own) => [
      'place.confirmed',
      own.map(({ ticket }) => ticket).sort((one, other) => one - other),
    ]);
  }
});

test('in all of this nothing failed, and neither an event nor a log names a person', () => {
  const { announced, log } = story.installation;
  expect(log.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).toEqual([]);
  for (const text of [JSON.stringify(announced), log.join('\n')])
    expect(text).not.toMatch(/Example [A-Z]|@example\.org|per_|two wards|one ward|nobody yet/);
});
