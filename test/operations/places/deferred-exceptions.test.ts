import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeApplicantException } from '../../../shared/applications/make-applicant-exception.ts';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { deferPerson } from '../../../shared/places/defer-person.ts';
import { listCohortPeople } from '../../../shared/places/list-cohort-people.ts';
import { makeException } from '../../../shared/places/make-exception.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { readPlaceRecord } from '../../../shared/places/place-records-items.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import type { Table } from '../../../shared/table/table.ts';
import { givenClosed, openApplications, type ApplicationsTable } from '../../support/applications.ts';
import { givenSessions } from '../../support/attended.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenParties, givenReleased, parties } from '../../support/people.ts';

const clock = movableClock();
const { host, trust } = parties;
/** The people of these tests are nurses of band 8a. */
const audience = { staffGroups: ['doctors' as const], organisationKinds: [], bands: [], requirements: [] };
const stricter = { ...audience, bands: ['9' as const] };
const reason = 'Takes over a team of doctors';
let at: ApplicationsTable;

beforeAll(async () => {
  at = await openApplications(clock);
  await givenParties(at.table, clock);
});
afterAll(async () => {
  await at.close();
});

const refused = (code: string) => expect.objectContaining({ code });
/** A cohort of the same programme, so many days from now, on which the trust has a place. */
async function later(days: number, facts: Partial<Cohort> = {}): Promise<Cohort> {
  const cohort = await givenSessions(at, clock, [days], { audience, ...facts });
  await at.claim(cohort, trust);
  return cohort;
}
/** Somebody who was selected by an exception and is named on a place, and a later cohort. */
async function given(facts: Partial<Cohort> = {}) {
  const { cohort, people, first } = await givenClosed(at, clock, [trust], { audience });
  await makeApplicantException.perform(at.as(host), { cohort: cohort.id, application: first, reason });
  await at.select(cohort, { selected: [first] });
  return { cohort, person: people[0]?.person ?? '', to: await later(300, facts) };
}
const defer = async (cohort: Cohort, to: Cohort, request = {}, table = at.table) =>
  await deferPerson.perform(at.as(trust, request, table), { cohort: cohort.id, ticket: 1, to: to.id });
const exceptionOn = async ({ id }: Cohort) => (await readPlaceRecord(at.table, id, 1))?.exception;
const remove = async (person: string) => {
  await removePerson.perform(contextOf(at.table, clock, personOf(trust), { expectedVersion: 1 }), { person });
};

describe('an exception that the host has made for a person', () => {
  test('goes with them to a later cohort, and to another from there: on record, with where it came from, and told', async () => {
    const { cohort, person, to } = await given();
    await at.relay.relayAll();
    await defer(cohort, to);
    expect(await at.namedOn(to)).toEqual([[1, person]]);
    const made = await exceptionOn(cohort);
    expect(await exceptionOn(to)).toEqual({ ...made, person, from: cohort.id });
    const told = (await at.relay.relayAll()).filter(({ aggregate }) => aggregate.startsWith(to.id));
    expect(told.map(({ type, audience: whom }) => [type, whom])).toEqual(
      expect.arrayContaining([
        ['place.exception-made', [trust, host]],
        ['place.named', [trust, host]],
      ]),
    );
    expect(JSON.stringify(told)).not.toMatch(/per_|Takes over/);
    for (const organisation of [host, trust]) {
      const { people } = await listCohortPeople.perform(at.as(organisation), { cohort: to.id });
      expect(people).toMatchObject([{ exception: reason, exceptionFrom: cohort.id }]);
    }
    const third = await later(400);
    await defer(to, third);
    expect(await exceptionOn(third)).toEqual({ ...made, person, from: cohort.id });
  });

  test('counts there for them alone', async () => {
    const { cohort, person, to } = await given();
    await defer(cohort, to);
    const place = { cohort: to.id, ticket: 1 };
    await unnamePlace.perform(at.as(trust), place);
    const other = await givenReleased(at.table, clock, trust, { cohort: to.id, reference: `OTHER-${to.id}` });
    await expect(namePlace.perform(at.as(trust), { ...place, person: other })).rejects.toEqual(
      refused('person.not-eligible'),
    );
    await namePlace.perform(at.as(trust, { idempotencyKey: 'again' }), { ...place, person });
    expect(await at.namedOn(to)).toEqual([[1, person]]);
  });

  test('does not where more speaks against them there; one for whoever is named on the place stays with the place', async () => {
    const { cohort, person, to } = await given({ audience: stricter });
    await expect(defer(cohort, to)).rejects.toEqual(refused('person.not-eligible'));
    expect(await exceptionOn(to)).toBeUndefined();
    const same = await later(310);
    await makeException.perform(at.as(host), { cohort: cohort.id, ticket: 1, reason: 'Anybody of that team' });
    await expect(defer(cohort, same)).rejects.toEqual(refused('person.not-eligible'));
    expect(await at.namedOn(cohort)).toEqual([[1, person]]);
  });

  test('is there once, wherever the deferral was cut off', async () => {
    for (let write = 1, hasDied = true; hasDied; write += 1) {
      const { cohort, person, to } = await given();
      let written = 0;
      const dying = async <Result>(work: () => Promise<Result>): Promise<Result> => {
        written += 1;
        if (written >= write) throw new Error('Died');
        return await work();
      };
      const table: Table = {
        ...at.table,
        put: async (...what) => await dying(async () => await at.table.put(...what)),
        update: async (...what) => await dying(async () => await at.table.update(...what)),
      };
      const request = { idempotencyKey: `cut-${to.id}` };
      await defer(cohort, to, request, table).catch(() => undefined);
      hasDied = written >= write;
      await defer(cohort, to, request);
      expect(await at.namedOn(to)).toEqual([[1, person]]);
      expect(await exceptionOn(to)).toMatchObject({ reason, person, from: cohort.id });
      const told = (await at.relay.relayAll()).filter(({ aggregate }) => aggregate.startsWith(to.id));
      expect(told.filter(({ type }) => type === 'place.exception-made')).toHaveLength(1);
    }
  });

  test('loses its reason there too when the person is removed, also at the very moment at which it is brought', async () => {
    const [gone, stays] = [await given(), await given()];
    for (const { cohort, to } of [gone, stays]) await defer(cohort, to);
    const third = await later(400);
    await defer(gone.to, third);
    await remove(gone.person);
    for (const place of [gone.cohort, gone.to, third]) {
      expect(await exceptionOn(place)).toMatchObject({ person: gone.person });
      expect(await exceptionOn(place)).not.toHaveProperty('reason');
    }
    // Control: somebody else's stays.
    expect(await exceptionOn(stays.to)).toHaveProperty('reason', reason);
    const meanwhile = await given();
    const removing: Table = {
      ...at.table,
      put: async (item, ...condition) => {
        if (item['pk'] === `COHORT#${meanwhile.to.id}`) await remove(meanwhile.person).catch(() => undefined);
        return await at.table.put(item, ...condition);
      },
    };
    await expect(defer(meanwhile.cohort, meanwhile.to, {}, removing)).rejects.toEqual(refused('person.not-found'));
    expect(await exceptionOn(meanwhile.to)).not.toHaveProperty('reason');
  });
});
