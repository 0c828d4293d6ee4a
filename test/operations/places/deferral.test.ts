import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { allowLateNaming } from '../../../shared/places/allow-late-naming.ts';
import { deferPerson } from '../../../shared/places/defer-person.ts';
import { listCohortPeople } from '../../../shared/places/list-cohort-people.ts';
import { makeException } from '../../../shared/places/make-exception.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { replaceNamedPerson } from '../../../shared/places/replace-named-person.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import { manyAtOnce } from '../../../shared/table/many-at-once.ts';
import type { Table } from '../../../shared/table/table.ts';
import { givenNamed, givenSessions, host } from '../../support/attended.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenNamedOrganisation, givenReleased } from '../../support/people.ts';
import { disagreementsIn, openPlaces, toldOf, type PlacesTable } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
let at: PlacesTable;
let trust: string;
let council: string;

beforeAll(async () => {
  at = await openPlaces(clock);
  trust = await givenNamedOrganisation(at.table, clock, 'trust');
  council = await givenNamedOrganisation(at.table, clock, 'council', 'local-authority');
});
afterAll(async () => {
  await at.close();
});

/** A cohort whose only place has a person of the trust's and for which the council waits; and a later one with a place. */
async function given(facts: Partial<Cohort> = {}) {
  const cohort = await givenSessions(at, clock, [30], { capacity: 1 });
  const later = await givenSessions(at, clock, [60], facts);
  const { person } = await givenNamed(at, clock, cohort, trust);
  await at.claim(cohort, council);
  await at.claim(later, trust);
  return { cohort, later, person };
}
type Given = Awaited<ReturnType<typeof given>>;
const defer = async ({ cohort, later }: Pick<Given, 'cohort' | 'later'>, request = {}, table = at.table) =>
  await deferPerson.perform(contextOf(table, clock, personOf(trust), request), {
    cohort: cohort.id,
    ticket: 1,
    to: later.id,
  });
const people = async ({ id }: Cohort) =>
  (await listCohortPeople.perform(at.as(trust), { cohort: id })).people.map(({ ticket, person }) => [ticket, person]);
/** How both cohorts stand: who is named on which place, and which tickets hold one here. */
const standing = async ({ cohort, later }: Given) => ({
  here: await people(cohort),
  there: await people(later),
  confirmed: (await at.standing(cohort)).confirmed,
  wrong: [...disagreementsIn(await at.ledger(cohort)), ...disagreementsIn(await at.ledger(later))],
});
const deferred = ({ person }: Given) => ({ here: [], there: [[1, person]], confirmed: [2], wrong: [] });
const untouched = ({ person }: Given) => ({ here: [[1, person]], there: [], confirmed: [1], wrong: [] });
const refused = (code: string) => expect.objectContaining({ code });

describe('a person who is deferred', () => {
  test('has a place on the later cohort, and the one here goes to the next in line', async () => {
    const places = await given();
    const { cohort, later, person } = places;
    await at.relay.relayAll();
    const answer = { cohort: cohort.id, ticket: 1, person, to: later.id, ticketThere: 1 };
    expect(await defer(places, { idempotencyKey: 'once' })).toEqual(answer);
    expect(await standing(places)).toEqual(deferred(places));
    const told = (await at.relay.relayAll()).filter(({ type }) => type.startsWith('place.'));
    expect(toldOf(told)).toEqual(
      expect.arrayContaining([
        ['place.named', [1], [trust, host]],
        ['place.unnamed', [1], [trust, host]],
        ['place.given-back', [1], [trust, host]],
        ['place.confirmed', [2], [council, host]],
      ]),
    );
    expect(told).toHaveLength(4);
    expect(JSON.stringify([told, await at.ledger(later)])).not.toContain(person);
    // Also when the place here is forgotten, a day later.
    clock.moveBy(2 * day);
    expect(await defer(places, { idempotencyKey: 'once' })).toEqual(answer);
    expect(await at.relay.relayAll()).toEqual([]);
  });

  test('brings the release of their manager along', async () => {
    const places = await given();
    await defer(places);
    const [named] = (await listCohortPeople.perform(at.as(host), { cohort: places.later.id })).people;
    expect(named).toMatchObject({ release: { by: 'lead', backfill: 'arranged' } });
  });

  test('is not deferred without a place there, or to what is no later cohort of the programme', async () => {
    const places = await given();
    const before = await givenSessions(at, clock, [20]);
    const other = await givenSessions(at, clock, [60], { programme: 'prg_0123456789ab' });
    const hidden = await givenSessions(at, clock, [60], { sharedWith: [council], host: council });
    for (const [later, code] of [
      [before, 'cohort.not-later'],
      [places.cohort, 'cohort.not-later'],
      [other, 'cohort.not-later'],
      [hidden, 'cohort.not-found'],
      [{ ...places.later, id: 'coh_0123456789ab' }, 'cohort.not-found'],
      [await givenSessions(at, clock, [60]), 'place.none-unnamed'],
    ] as const) {
      await expect(defer({ cohort: places.cohort, later })).rejects.toEqual(refused(code));
    }
    await cancelCohort.perform(at.as(host), { cohort: places.later.id });
    await expect(defer(places)).rejects.toEqual(refused('cohort.already-ended'));
    expect(await people(places.cohort)).toEqual([[1, places.person]]);
  });

  test('has to be named here, by their own organisation, before the freeze date unless the host agrees', async () => {
    const places = await given();
    const { cohort, later } = places;
    const to = { cohort: cohort.id, to: later.id };
    await expect(deferPerson.perform(at.as(council), { ...to, ticket: 1 })).rejects.toEqual(refused('place.not-found'));
    await expect(deferPerson.perform(at.as(council), { ...to, ticket: 2 })).rejects.toEqual(
      refused('place.not-confirmed'),
    );
    clock.moveBy(24 * day);
    await expect(defer(places)).rejects.toEqual(refused('place.frozen'));
    await allowLateNaming.perform(at.as(host), { cohort: cohort.id, ticket: 1, until: cohort.lastDay });
    await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    await expect(defer(places)).rejects.toEqual(refused('place.not-named'));
    const another = await given();
    clock.moveBy(31 * day);
    await expect(defer(another)).rejects.toEqual(refused('cohort.over'));
  });

  test('has to be one who may be named there; nothing is half done when they are not', async () => {
    const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
    const places = await given({ audience });
    const reasons = { facts: { reasons: ['staff-group'] } };
    await expect(defer(places)).rejects.toMatchObject({ code: 'person.not-eligible', details: reasons });
    expect(await standing(places)).toEqual(untouched(places));
    await expect(
      namePlace.perform(at.as(trust), { cohort: places.later.id, ticket: 1, person: places.person }),
    ).rejects.toEqual(refused('person.not-released'));
    await makeException.perform(at.as(host), { cohort: places.later.id, ticket: 1, reason: 'A team of doctors' });
    await defer(places);
    expect(await standing(places)).toEqual(deferred(places));
  });
});

/** A table that dies at one of its writes, before or after it was carried out. */
function dyingAt(write: number, when: 'before' | 'after'): Table & { readonly written: () => number } {
  let written = 0;
  const dying = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    written += 1;
    if (written > write || (written === write && when === 'before')) throw new Error('Died');
    const result = await work();
    if (written === write) throw new Error('Died');
    return result;
  };
  return {
    ...at.table,
    put: async (...given_) => await dying(async () => await at.table.put(...given_)),
    update: async (...given_) => await dying(async () => await at.table.update(...given_)),
    written: () => written,
  };
}
/** As many writes as a deferral has: the note, the release, the draft, the name; the name off, the record, the place back. */
const writes = 7;

describe('a deferral that was cut off', () => {
  test(`at any of its ${String(writes)} writes is finished by the same request, and by that alone`, async () => {
    const cuts = Array.from({ length: writes }, (_none, index) => index + 1).flatMap((write) =>
      (['before', 'after'] as const).map((when) => ({ write, when, idempotencyKey: `cut-${String(write)}-${when}` })),
    );
    const cutOff = await manyAtOnce(cuts, 4, async ({ write, when, ...request }) => {
      const all = await given();
      await expect(defer(all, request, dyingAt(write, when))).rejects.toThrow('Died');
      expect(await Promise.all([all.cohort, all.later].map(people))).toContainEqual([[1, all.person]]);
      return { all, request };
    });
    clock.moveBy(60_000);
    await manyAtOnce(cutOff, 4, async ({ all, request }) => {
      await defer(all, request);
      expect(await standing(all)).toEqual(deferred(all));
      expect(await defer(all, request)).toMatchObject({ person: all.person, ticketThere: 1 });
    });
    const places = await given();
    const table = dyingAt(100, 'before');
    await defer(places, {}, table);
    expect(table.written()).toBe(writes);
  }, 60_000);

  test('control: another request does not finish it', async () => {
    const places = await given();
    await expect(defer(places, {}, dyingAt(5, 'after'))).rejects.toThrow('Died');
    clock.moveBy(60_000);
    await expect(defer(places)).rejects.toEqual(refused('place.not-named'));
  });

  test('keeps others off the name for a minute, and then counts for nothing when they change it', async () => {
    const places = await given();
    const { cohort, later } = places;
    const request = { idempotencyKey: 'kept-off' };
    await expect(defer(places, request, dyingAt(2, 'before'))).rejects.toThrow('Died');
    const reference = `INSTEAD-${cohort.id}`;
    const person = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference });
    const replace = async () =>
      await replaceNamedPerson.perform(at.as(trust), { cohort: cohort.id, ticket: 1, person });
    const unname = async () => await unnamePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1 });
    await expect(replace()).rejects.toEqual(refused('request.busy'));
    await expect(unname()).rejects.toEqual(refused('request.busy'));
    await expect(defer(places)).rejects.toEqual(refused('request.busy'));
    clock.moveBy(60_000);
    await replace();
    await expect(defer(places, request)).rejects.toEqual(refused('place.not-named'));
    await unname();
    await expect(defer(places, request)).rejects.toEqual(refused('place.not-named'));
    await at.giveBack(cohort, trust, [1]);
    await expect(defer(places, request)).rejects.toEqual(refused('place.not-found'));
    expect(await people(later)).toEqual([]);
  });

  test('leaves the place here to whom it was given meanwhile', async () => {
    const places = await given();
    const { cohort } = places;
    const request = { idempotencyKey: 'given-meanwhile' };
    await expect(defer(places, request, dyingAt(6, 'after'))).rejects.toThrow('Died');
    const reference = `MEANWHILE-${cohort.id}`;
    const person = await givenReleased(at.table, clock, trust, { cohort: cohort.id, reference });
    await namePlace.perform(at.as(trust), { cohort: cohort.id, ticket: 1, person });
    await expect(defer(places, request)).rejects.toEqual(refused('place.named'));
    expect(await standing(places)).toEqual({ ...deferred(places), here: [[1, person]], confirmed: [1] });
  });

  test('begins anew with another place when the one there was taken meanwhile', async () => {
    const places = await given();
    const { later } = places;
    const request = { idempotencyKey: 'taken-meanwhile' };
    await expect(defer(places, request, dyingAt(2, 'before'))).rejects.toThrow('Died');
    const reference = `TAKES-${later.id}`;
    const person = await givenReleased(at.table, clock, trust, { cohort: later.id, reference });
    await namePlace.perform(at.as(trust), { cohort: later.id, ticket: 1, person });
    await expect(defer(places, request)).rejects.toEqual(refused('place.named'));
    expect(await people(places.cohort)).toEqual([[1, places.person]]);
    await at.claim(later, trust);
    expect(await defer(places, request)).toMatchObject({ ticketThere: 2 });
    expect(await standing(places)).toMatchObject({ here: [], confirmed: [2], wrong: [] });
  });

  test('and whose cohort here was cancelled is done when the person is named there', async () => {
    const places = await given();
    const request = { idempotencyKey: 'cancelled-meanwhile' };
    await expect(defer(places, request, dyingAt(2, 'before'))).rejects.toThrow('Died');
    await cancelCohort.perform(at.as(host), { cohort: places.cohort.id });
    expect(await defer(places, request)).toMatchObject({ ticketThere: 1 });
    expect(await people(places.later)).toEqual([[1, places.person]]);
  });
});
