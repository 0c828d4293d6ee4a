import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cohort } from '../../../shared/cohorts/cohort.ts';
import { removePerson } from '../../../shared/people/remove-person.ts';
import { allowLateNaming } from '../../../shared/places/allow-late-naming.ts';
import { listCohortPeople } from '../../../shared/places/list-cohort-people.ts';
import { makeException } from '../../../shared/places/make-exception.ts';
import { namePlace } from '../../../shared/places/name-place.ts';
import { releasePerson } from '../../../shared/places/release-person.ts';
import { replaceNamedPerson } from '../../../shared/places/replace-named-person.ts';
import { unnamePlace } from '../../../shared/places/unname-place.ts';
import { openNaming, type NamingTable } from '../../support/naming.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenPerson, parties } from '../../support/people.ts';
import { toldOf } from '../../support/places.ts';

const clock = movableClock();
const day = 86_400_000;
const { host, trust, council } = parties;
let at: NamingTable;

beforeAll(async () => {
  at = await openNaming(clock);
});
afterAll(async () => {
  await at.close();
});

const replace = async ({ id }: Cohort, person: string, ticket = 1) =>
  await replaceNamedPerson.perform(at.as(trust), { cohort: id, ticket, person });
const people = async ({ id }: Cohort, organisation = trust) =>
  (await listCohortPeople.perform(at.as(organisation), { cohort: id })).people;
const refused = (code: string) => expect.objectContaining({ code });

describe('naming a person', () => {
  test('makes the place theirs; host and holder are told that somebody is named, and nobody who', async () => {
    const cohort = await at.givenPlace();
    const person = await at.released(cohort);
    expect(await at.name(cohort, person)).toEqual({ cohort: cohort.id, ticket: 1, person });
    expect(await at.name(cohort, person)).toEqual({ cohort: cohort.id, ticket: 1, person });
    const told = await at.told(cohort);
    expect(toldOf(told)).toEqual([['place.named', [1], [trust, host]]]);
    expect(JSON.stringify([told, await at.ledger(cohort)])).not.toContain(person);
    expect((await at.seen(cohort)).places[0]).toMatchObject({ ticket: 1, named: true });
    await expect(at.giveBack(cohort, trust, [1])).rejects.toEqual(refused('place.named'));
  });

  test('the host and the own organisation see who it is, with what a host has to know; nobody else does', async () => {
    const cohort = await at.givenPlace();
    const person = await givenPerson(at.table, clock, trust, 'STEP', {
      name: 'Ada Example',
      accessNeeds: 'A seat near the screen',
    });
    await releasePerson.perform(at.as(trust), { cohort: cohort.id, person, backfill: 'being-arranged' });
    await at.name(cohort, person);
    const seen = await people(cohort, host);
    expect(seen).toMatchObject([
      {
        ticket: 1,
        organisation: trust,
        name: 'Ada Example',
        email: 'STEP@example.org'.toLowerCase(),
        accessNeeds: 'A seat near the screen',
        release: { by: 'lead', backfill: 'being-arranged' },
      },
    ]);
    expect(Object.keys(seen[0] ?? {})).not.toContain('reference');
    expect(await people(cohort, trust)).toEqual(seen.map((line) => ({ ...line, person })));
    expect(await people(cohort, council)).toEqual([]);
    const key = { kind: 'client', key: 'key_0123456789ab', organisation: host, scopes: ['people:read'] } as const;
    const read = await listCohortPeople.perform(contextOf(at.table, clock, key), { cohort: cohort.id });
    expect(read.people[0]).not.toHaveProperty('accessNeeds');
  });

  test('once the cohort is over, its host sees neither access needs nor addresses of others’ people any more', async () => {
    const cohort = await at.givenPlace({}, 60);
    const details = { accessNeeds: 'A seat near the screen' };
    const person = await givenPerson(at.table, clock, trust, 'OVER', details);
    await releasePerson.perform(at.as(trust), { cohort: cohort.id, person, backfill: 'arranged' });
    await at.name(cohort, person);
    expect((await people(cohort, host))[0]).toMatchObject(details);
    clock.moveBy(61 * day);
    expect((await people(cohort, host))[0]).not.toHaveProperty('accessNeeds');
    expect((await people(cohort, host))[0]).not.toHaveProperty('email');
    expect((await people(cohort, trust))[0]).toMatchObject(details);
  });

  test.each([
    ['nobody of the organisation', 'person.not-found', async () => await Promise.resolve('per_0123456789abcdef')],
    ['who works elsewhere', 'person.not-found', async (cohort: Cohort) => await at.released(cohort, council)],
    [
      'who was removed',
      'person.not-found',
      async (cohort: Cohort) => {
        const person = await at.released(cohort);
        const context = contextOf(at.table, clock, personOf(trust), { expectedVersion: 1 });
        await removePerson.perform(context, { person });
        return person;
      },
    ],
    [
      'whose manager has not released them',
      'person.not-released',
      async () => await givenPerson(at.table, clock, trust, 'NOT-RELEASED'),
    ],
  ])('%s: refused with %s', async (_who, code, given) => {
    const cohort = await at.givenPlace();
    await expect(at.name(cohort, await given(cohort))).rejects.toEqual(refused(code));
    expect((await at.ledger(cohort)).named).toBeUndefined();
  });

  test('a place that is not there, another’s, or that waits is refused', async () => {
    const cohort = await at.givenPlace();
    const person = await at.released(cohort);
    await expect(at.name(cohort, person, 7)).rejects.toEqual(refused('place.not-found'));
    await expect(at.name(cohort, person, 1, council)).rejects.toEqual(refused('place.not-found'));
    const other = await at.released(cohort, council);
    await expect(at.name(cohort, other, 2, council)).rejects.toEqual(refused('place.not-confirmed'));
  });

  test('on a second place of the cohort is refused, and so is another person on the same place', async () => {
    const cohort = await at.givenPlace({ capacity: 3 });
    await at.claim(cohort, trust);
    const person = await at.released(cohort);
    await at.name(cohort, person);
    await expect(at.name(cohort, person, 3)).rejects.toEqual(refused('person.already-named'));
    await expect(at.name(cohort, await at.released(cohort))).rejects.toEqual(refused('place.named'));
  });

  test('on two places at the same moment: one of the two stands back', async () => {
    for (let race = 0; race < 8; race += 1) {
      const cohort = await at.givenPlace({ capacity: 3 });
      await at.claim(cohort, trust);
      const person = await at.released(cohort);
      const both = await Promise.allSettled([at.name(cohort, person, 1), at.name(cohort, person, 3)]);
      expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
      expect((await people(cohort)).map((line) => line.person)).toEqual([person]);
    }
  });

  test('who is not of the audience is refused with the reasons, unless the host makes an exception', async () => {
    const audience = { staffGroups: ['doctors' as const], organisationKinds: ['mutual' as const] };
    const cohort = await at.givenPlace({ audience: { ...audience, bands: [], requirements: [] } });
    const person = await at.released(cohort);
    const reasons = { facts: { reasons: ['staff-group', 'organisation-kind'] } };
    await expect(at.name(cohort, person)).rejects.toMatchObject({ code: 'person.not-eligible', details: reasons });
    const exception = { cohort: cohort.id, ticket: 1, reason: 'Takes over the practice' };
    await expect(makeException.perform(at.as(trust), exception)).rejects.toEqual(refused('cohort.not-found'));
    await makeException.perform(at.as(host), exception);
    await makeException.perform(at.as(host), { ...exception, reason: 'Another reason' });
    await at.name(cohort, person);
    expect(toldOf(await at.told(cohort))).toEqual([
      ['place.exception-made', undefined, [trust, host]],
      ['place.named', [1], [trust, host]],
    ]);
    expect(await people(cohort)).toMatchObject([{ exception: 'Takes over the practice' }]);
    await expect(makeException.perform(at.as(host), { ...exception, ticket: 2 })).rejects.toEqual(
      refused('place.not-confirmed'),
    );
    await expect(makeException.perform(at.as(host), { ...exception, ticket: 9 })).rejects.toEqual(
      refused('place.not-found'),
    );
  });

  test('on a cancelled cohort, or one that is over, is refused', async () => {
    const cohort = await at.givenPlace({}, 30);
    const person = await at.released(cohort);
    clock.moveBy(31 * day);
    await expect(at.name(cohort, person)).rejects.toEqual(refused('cohort.over'));
  });
});

describe('another name, and none', () => {
  test('a person is replaced without the place ever being free', async () => {
    const cohort = await at.givenPlace();
    const [first, second] = [await at.released(cohort), await at.released(cohort)];
    await expect(replace(cohort, second)).rejects.toEqual(refused('place.not-named'));
    await at.name(cohort, first);
    await at.told(cohort);
    await replace(cohort, second);
    await replace(cohort, second);
    expect(toldOf(await at.told(cohort))).toEqual([['place.person-replaced', undefined, [trust, host]]]);
    expect(await people(cohort)).toMatchObject([{ person: second }]);
    await expect(replace(cohort, 'per_0123456789abcdef')).rejects.toEqual(refused('person.not-found'));
    await expect(replace(cohort, second, 2)).rejects.toEqual(refused('place.not-found'));
  });

  test('a name is taken off; the place stays, is to be named again, and the person is gone from the record', async () => {
    const cohort = await at.givenPlace();
    const person = await at.released(cohort);
    await at.unname(cohort);
    await at.name(cohort, person);
    await at.unname(cohort);
    await at.unname(cohort);
    expect(toldOf(await at.told(cohort)).map(([type]) => type)).toEqual(['place.named', 'place.unnamed']);
    expect(await people(cohort)).toEqual([]);
    expect(await at.standing(cohort)).toEqual({ confirmed: [1], waiting: [2] });
    await at.name(cohort, await at.released(cohort));
    await expect(at.unname(cohort, 9)).rejects.toEqual(refused('place.not-found'));
    await expect(at.unname(cohort, 2)).rejects.toEqual(refused('place.not-found'));
  });

  test('what was done once does nothing when it is sent again with its key, whatever has become of it since', async () => {
    const cohort = await at.givenPlace();
    const [first, second] = [await at.released(cohort), await at.released(cohort)];
    const place = { cohort: cohort.id, ticket: 1 };
    const naming = () => namePlace.perform(at.as(trust, { idempotencyKey: 'name' }), { ...place, person: first });
    const taking = () => unnamePlace.perform(at.as(trust, { idempotencyKey: 'take' }), place);
    const replacing = () =>
      replaceNamedPerson.perform(at.as(trust, { idempotencyKey: 'replace' }), { ...place, person: second });
    await naming();
    await taking();
    await naming();
    expect(await people(cohort)).toEqual([]);
    await at.name(cohort, first);
    await taking();
    expect(await people(cohort)).toMatchObject([{ person: first }]);
    await replacing();
    await replace(cohort, first);
    await replacing();
    expect(await people(cohort)).toMatchObject([{ person: first }]);
  });

  test('from the freeze date on only with the host’s agreement, and until its day', async () => {
    const cohort = await at.givenPlace({}, 30);
    const [first, second, third] = [await at.released(cohort), await at.released(cohort), await at.released(cohort)];
    await at.name(cohort, first);
    clock.moveBy(23 * day);
    await expect(replace(cohort, second)).rejects.toEqual(refused('place.frozen'));
    await expect(at.unname(cohort)).rejects.toEqual(refused('place.frozen'));
    const until = new Date(clock.now().getTime() + day).toISOString().slice(0, 10);
    const late = { cohort: cohort.id, ticket: 1, until };
    await expect(allowLateNaming.perform(at.as(trust), late)).rejects.toEqual(refused('cohort.not-found'));
    await expect(allowLateNaming.perform(at.as(host), { ...late, until: '2020-01-01' })).rejects.toEqual(
      refused('request.invalid'),
    );
    await expect(allowLateNaming.perform(at.as(host), { ...late, ticket: 9 })).rejects.toEqual(
      refused('place.not-found'),
    );
    await expect(allowLateNaming.perform(at.as(host), { ...late, ticket: 2 })).rejects.toEqual(
      refused('place.not-confirmed'),
    );
    await at.told(cohort);
    await allowLateNaming.perform(at.as(host), late);
    expect(toldOf(await at.told(cohort))).toEqual([['place.late-naming-allowed', undefined, [trust, host]]]);
    await replace(cohort, second);
    clock.moveBy(2 * day);
    await expect(replace(cohort, third)).rejects.toEqual(refused('place.frozen'));
  });

  test('a manager releases those whom they manage, and nobody else', async () => {
    const cohort = await at.givenPlace();
    const manager = { reference: 'BOSS', email: 'boss@example.org' };
    await givenPerson(at.table, clock, trust, manager.reference, { email: manager.email });
    const report = { managerReference: manager.reference };
    const theirs = await givenPerson(at.table, clock, trust, 'OWN', report);
    const others = await givenPerson(at.table, clock, trust, 'OTHER', {});
    const actor = personOf(trust, ['manager']);
    const as = () => contextOf(at.table, clock, actor.kind === 'person' ? { ...actor, email: manager.email } : actor);
    const release = { cohort: cohort.id, backfill: 'arranged' };
    expect(await releasePerson.perform(as(), { ...release, person: theirs })).toMatchObject({ by: 'manager' });
    await expect(releasePerson.perform(as(), { ...release, person: others })).rejects.toEqual(
      refused('person.not-found'),
    );
  });
});
