import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import type { PersonActor } from '../../../shared/context.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { getProgramme } from '../../../shared/programmes/get-programme.ts';
import { listProgrammes } from '../../../shared/programmes/list-programmes.ts';
import { publishProgramme } from '../../../shared/programmes/publish-programme.ts';
import { updateProgramme } from '../../../shared/programmes/update-programme.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenMember, givenOrganisation } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';

describe('programmes', () => {
  let database: TestTable;
  let relay: StreamRelay;
  let host: PersonActor;
  let partner: PersonActor;
  let outsider: PersonActor;
  const clock = movableClock();
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    host = await givenFirstOrganisation(database.table, clock);
    partner = await givenOrganisation(database.table, clock, host, 'Partner');
    outsider = await givenOrganisation(database.table, clock, host, 'Outsider');
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const organisationOf = (person: PersonActor) => person.membership?.organisation ?? '';
  const as = (person: PersonActor, request = {}) => contextOf(database.table, clock, person, request);
  const draft = async (given = {}, request = {}) =>
    await createProgramme.perform(as(host, request), { ...createProgramme.example, ...given });
  const publish = async (programme: string) => await publishProgramme.perform(as(host), { programme });
  const update = async (input: Readonly<Record<string, unknown>>, expectedVersion: number) =>
    await updateProgramme.perform(as(host, { expectedVersion }), input);
  const sees = async (person: PersonActor, programme: string) => {
    try {
      await getProgramme.perform(as(person), { programme });
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'programme.not-found' });
      return false;
    }
  };
  const listedFor = async (person: PersonActor) => {
    const { items } = await listProgrammes.perform(as(person), { limit: 100 });
    return items.map(({ id }) => id);
  };

  test('a draft is its host’s alone until it is published to all', async () => {
    const { id, status, version } = await draft();
    expect([status, version]).toEqual(['draft', 1]);
    expect([await sees(host, id), await sees(partner, id)]).toEqual([true, false]);
    expect(await relay.relayAll()).toMatchObject([
      { type: 'programme.created', audience: [organisationOf(host)], data: { programme: id } },
    ]);
    expect([await listedFor(host), await listedFor(partner)].map((ids) => ids.includes(id))).toEqual([true, false]);

    expect(await publish(id)).toMatchObject({ status: 'published', version: 2 });
    expect(await publish(id)).toMatchObject({ status: 'published', version: 2 });
    expect(await sees(outsider, id)).toBe(true);
    expect(await relay.relayAll()).toMatchObject([{ type: 'programme.published', audience: 'all' }]);
    expect(
      [await listedFor(host), await listedFor(outsider)].map((ids) => ids.filter((listed) => listed === id)),
    ).toEqual([[id], [id]]);
  });

  test('one shared by name is seen by its partners, who are not told who else is one', async () => {
    const partners = [organisationOf(partner), organisationOf(host), organisationOf(partner)];
    const { id, sharedWith } = await draft({ sharedWith: partners });
    expect(sharedWith).toEqual([organisationOf(partner)]);
    await publish(id);
    expect([await sees(partner, id), await sees(outsider, id)]).toEqual([true, false]);
    expect((await getProgramme.perform(as(partner), { programme: id })).sharedWith).toBeUndefined();
    const told = await relay.relayAll();
    expect(told.at(-1)).toMatchObject({
      type: 'programme.published',
      audience: [organisationOf(host), organisationOf(partner)],
    });
    const lists = await Promise.all([host, partner, outsider].map(listedFor));
    expect(lists.map((ids) => ids.includes(id))).toEqual([true, true, false]);
  });

  test('one that was stored before audiences had bands and requirements is for all of them', async () => {
    const { id } = await draft({ audience: { staffGroups: ['doctors'], organisationKinds: [] } });
    const removal = { update: 'REMOVE audience.bands, audience.requirements' };
    await database.table.update({ pk: `PROGRAMME#${id}`, sk: 'PROGRAMME' }, removal, z.unknown());
    const { audience } = await getProgramme.perform(as(host), { programme: id });
    expect(audience).toEqual({ staffGroups: ['doctors'], organisationKinds: [], bands: [], requirements: [] });
  });

  test('its audience is copied to its cohorts, as it was published', async () => {
    const audience = {
      staffGroups: ['clinical-managers'],
      organisationKinds: [],
      bands: ['7', '8a'],
      requirements: ['no-line-management-experience'],
    };
    const { id } = await draft({ audience });
    await publish(id);
    const cohort = await createCohort.perform(as(host), { ...createCohort.example, programme: id });
    expect(cohort.audience).toEqual(audience);
    await relay.relayAll();
    const { items } = await listProgrammes.perform(as(partner), { limit: 100 });
    expect(items.find((line) => line.id === id)?.audience).toEqual(audience);
    for (const wrong of [{ bands: ['8e'] }, { requirements: ['charm'] }, { bands: Array(15).fill('7') }]) {
      await expect(draft({ audience: { ...audience, ...wrong } })).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('partners must be organisations here, and others than the host', async () => {
    for (const sharedWith of [['org_0000000'], [organisationOf(host)]]) {
      await expect(draft({ sharedWith })).rejects.toMatchObject({
        code: 'request.invalid',
        details: { fields: [{ field: 'sharedWith' }] },
      });
    }
  });

  test('a repeated request finds the programme as it is now; another with its key is refused', async () => {
    const request = { idempotencyKey: 'draft-once' };
    const { id } = await draft({}, request);
    await publish(id);
    expect(await draft({}, request)).toMatchObject({ id, status: 'published' });
    await expect(draft({ title: 'Another' }, request)).rejects.toMatchObject({ code: 'request.key-reused' });
  });

  test('a draft is changed on condition of the version seen; a published one no longer', async () => {
    const programme = (await draft()).id;
    await relay.relayAll();
    const changed = await update({ programme, title: 'Prepare to Lead' }, 1);
    expect(changed).toMatchObject({ title: 'Prepare to Lead', aim: createProgramme.example['aim'], version: 2 });
    await expect(update({ programme, title: 'Too late' }, 1)).rejects.toMatchObject({ code: 'request.stale' });
    expect(await getProgramme.perform(as(host), { programme })).toEqual(changed);

    const again = as(host, { expectedVersion: 2, idempotencyKey: 'again' });
    const twice = [
      await updateProgramme.perform(again, { programme, aim: 'New' }),
      await updateProgramme.perform(again, { programme, aim: 'New' }),
    ];
    expect(twice.map(({ version }) => version)).toEqual([3, 3]);
    await publish(programme);
    await expect(update({ programme, title: 'Too late' }, 4)).rejects.toMatchObject({ code: 'programme.published' });
    const told = await relay.relayAll();
    expect(told.map(({ type }) => type)).toEqual(['programme.updated', 'programme.updated', 'programme.published']);
  });

  test('of many changes at once from one version, one is made', async () => {
    const programme = (await draft()).id;
    const titles = Array.from({ length: 8 }, (_, index) => `Title ${String(index)}`);
    const outcomes = await Promise.allSettled(titles.map(async (title) => await update({ programme, title }, 1)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await getProgramme.perform(as(host), { programme })).toMatchObject({ version: 2 });
  });

  test('only leads of the host may change or publish, and others are not told that it is there', async () => {
    const programme = (await draft()).id;
    const staff = await givenMember(database.table, clock, { administrator: host, subject: 's', roles: ['staff'] });
    await expect(publishProgramme.perform(as(staff), { programme })).rejects.toMatchObject({
      code: 'actor.not-allowed',
    });
    await expect(publishProgramme.perform(as(partner), { programme })).rejects.toMatchObject({
      code: 'programme.not-found',
    });
    await publish(programme);
    await expect(
      updateProgramme.perform(as(partner, { expectedVersion: 2 }), { programme, title: 'Mine' }),
    ).rejects.toMatchObject({ code: 'programme.not-found' });
  });

  test('the list goes on page by page, each programme once, though two lists hold it', async () => {
    await relay.relayAll();
    const all = await listedFor(host);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listProgrammes.perform(as(host), { limit: 2, after });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(5);
  });
});
