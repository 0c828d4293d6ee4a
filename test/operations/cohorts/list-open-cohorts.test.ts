import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeCapacity } from '../../../shared/places/change-capacity.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import type { PersonActor } from '../../../shared/context.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { closeCohort } from '../../../shared/cohorts/close-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { listOpenCohorts } from '../../../shared/cohorts/list-open-cohorts.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { createProgramme } from '../../../shared/programmes/create-programme.ts';
import { publishProgramme } from '../../../shared/programmes/publish-programme.ts';
import { contextOf, movableClock } from '../../support/context.ts';
import { givenFirstOrganisation, givenOrganisation } from '../../support/given-organisations.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, databaseClient, type TestTable } from '../../support/table.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { openTable } from '../../../shared/table/table.ts';
import { bands, requirements, skills, staffGroups } from '../../../shared/programmes/programme.ts';
import { organisationKinds } from '../../../shared/organisations/organisation.ts';

describe('the open cohorts that an organisation can see', () => {
  let database: TestTable;
  let relay: StreamRelay;
  let host: PersonActor;
  let partner: PersonActor;
  let outsider: PersonActor;
  const clock = movableClock();
  const cohorts: Record<string, string> = {};
  const applications = { closesOn: '2027-04-30' };
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    host = await givenFirstOrganisation(database.table, clock);
    partner = await givenOrganisation(database.table, clock, host, 'Partner');
    outsider = await givenOrganisation(database.table, clock, host, 'Outsider');
    const forAll = await programme({
      audience: {
        staffGroups: ['managers', 'doctors'],
        organisationKinds: ['trust'],
        bands: ['8a', 'medical'],
        requirements: ['leads-commissioning'],
      },
    });
    const named = await programme({ skills: ['equality'], sharedWith: [partner.membership?.organisation] });
    cohorts['all, March'] = await opened(forAll, '2027-03-02');
    cohorts['named, April'] = await opened(named, '2027-04-06');
    cohorts['all, May'] = await opened(forAll, '2027-05-04', { opensAt: '2027-02-01T09:00:00Z' });
    cohorts['named, June'] = await opened(named, '2027-06-01', { capacity: 2, applications });
    cohorts['closed'] = await opened(forAll, '2027-03-03');
    await closeCohort.perform(as(host), { cohort: cohorts['closed'] });
    cohorts['draft'] = await planned(forAll, '2027-03-04', {});
    cohorts['dropped'] = await planned(forAll, '2027-03-05', {});
    await cancelCohort.perform(as(host), { cohort: cohorts['dropped'] });
    await relay.relayAll();
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const as = (person: PersonActor) => contextOf(database.table, clock, person);

  async function programme(given: Readonly<Record<string, unknown>>): Promise<string> {
    const { id } = await createProgramme.perform(as(host), { ...createProgramme.example, ...given });
    await publishProgramme.perform(as(host), { programme: id });
    return id;
  }
  async function planned(of: string, day: string, given: Readonly<Record<string, unknown>>): Promise<string> {
    const sessions = [
      { day, from: '09:30', to: '16:30' },
      { day: `${day.slice(0, 4)}-12-07`, from: '09:30', to: '16:30' },
    ];
    const opensAt = clock.now().toISOString();
    const input = { ...createCohort.example, programme: of, sessions, opensAt, ...given };
    return (await createCohort.perform(as(host), input)).id;
  }
  async function opened(of: string, day: string, given: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const cohort = await planned(of, day, given);
    await openCohort.perform(as(host), { cohort });
    return cohort;
  }
  const list = async (person: PersonActor, input: Readonly<Record<string, unknown>> = {}) =>
    await listOpenCohorts.perform(as(person), input);
  const seen = async (person: PersonActor, input: Readonly<Record<string, unknown>> = {}) => {
    const { items } = await list(person, input);
    return items.map(({ id }) => Object.keys(cohorts).find((name) => cohorts[name] === id));
  };

  test('are those for all and those shared with it by name, by first day', async () => {
    const everything = ['all, March', 'named, April', 'all, May', 'named, June'];
    expect(await seen(partner)).toEqual(everything);
    expect(await seen(host)).toEqual(everything);
    expect(await seen(outsider)).toEqual(['all, March', 'all, May']);
  });

  test('a line says what is in its programme and its plan', async () => {
    const { items } = await list(partner);
    expect(items.slice(1, 3)).toMatchObject([
      { title: 'Aspiring Leaders', name: 'Autumn 2027', skills: ['equality'], claimsOpen: true, free: 20, waiting: 0 },
      {
        host: host.membership?.organisation,
        audience: {
          staffGroups: ['managers', 'doctors'],
          organisationKinds: ['trust'],
          bands: ['8a', 'medical'],
          requirements: ['leads-commissioning'],
        },
        firstDay: '2027-05-04',
        lastDay: '2027-12-07',
        sessions: 2,
        opensAt: '2027-02-01T09:00:00.000Z',
        claimsOpen: false,
        capacity: 20,
      },
    ]);
    const { items: lines } = await list(host, { skill: 'equality' });
    expect(new Set(lines.map((line) => line.programme)).size).toBe(1);
    expect(lines[0]?.programme).toMatch(/^prg_[0-9a-z]{12}$/);
  });

  test('a line says where people apply, until when, and that no places are claimed there', async () => {
    const { items } = await list(partner, { skill: 'equality' });
    expect(items).toMatchObject([{ claimsOpen: true }, { applications, claimsOpen: false }]);
    expect(items[0]).not.toHaveProperty('applications');
  });

  test.each([
    [{ from: '2027-04-06', to: '2027-05-04' }, ['named, April', 'all, May']],
    [{ from: '2027-06-02' }, []],
    [{ to: '2027-03-01' }, []],
    [{ skill: 'equality' }, ['named, April', 'named, June']],
    [{ staffGroup: 'doctors' }, ['all, March', 'all, May']],
    [{ staffGroup: 'managers' }, ['all, March', 'named, April', 'all, May', 'named, June']],
    [{ band: '8a' }, ['all, March', 'named, April', 'all, May', 'named, June']],
    [{ band: '7' }, ['named, April', 'named, June']],
    [{ organisationKind: 'company' }, ['named, April', 'named, June']],
    [{ free: '3' }, ['all, March', 'named, April', 'all, May']],
  ])('%j', async (filters, wanted) => {
    expect(await seen(partner, filters)).toEqual(wanted);
  });

  test('pages go on where the last one ended, across those for all and those by name', async () => {
    for (const limit of [1, 2, 3]) {
      const names: unknown[] = [];
      let after: string | undefined;
      do {
        const page = await list(partner, { limit, after, from: '2027-01-01', to: '2027-12-31' });
        names.push(...page.items.map(({ firstDay }) => firstDay));
        after = page.next;
      } while (after !== undefined);
      expect(names).toEqual(['2027-03-02', '2027-04-06', '2027-05-04', '2027-06-01']);
    }
    const { next } = await list(partner, { limit: 3 });
    expect(await list(partner, { after: next, to: '2027-02-01' })).toEqual({ items: [] });
  });

  test('bad filters and cursors are refused', async () => {
    for (const bad of [
      { after: 'nonsense' },
      { after: Buffer.from('PROGRAMME#prg_0123456789ab').toString('base64url') },
      { from: '2027-05-01', to: '2027-04-01' },
      { from: 'tomorrow' },
      { skill: 'cooking' },
      { free: -1 },
    ]) {
      await expect(list(partner, bad)).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('the counts follow the ledger, and what is no longer open goes', async () => {
    const cohort = await opened(await programme({}), '2027-11-02', { capacity: 2, waitlist: 5 });
    const line = async () => (await list(outsider, { from: '2027-11-02', to: '2027-11-02' })).items[0];
    expect(await line()).toBeUndefined();
    await relay.relayAll();
    await claimPlace.perform(as(partner), { cohort, quantity: 3 });
    expect(await line()).toMatchObject({ free: 2, waiting: 0 });
    await relay.relayAll();
    expect(await line()).toMatchObject({ free: 0, waiting: 1, capacity: 2 });
    await changeCapacity.perform(as(host), { cohort, capacity: 5 });
    await relay.relayAll();
    expect(await line()).toMatchObject({ free: 2, waiting: 0, capacity: 5 });
    await cancelCohort.perform(as(host), { cohort });
    await relay.relayAll();
    expect(await line()).toBeUndefined();
  });

  test('a hundred of them cost at most 3 read units, with every skill and audience there is', async () => {
    const titles = [
      'Aspiring Leaders',
      'Clinical Directors in Commissioning',
      'First-line Management for Clinical Managers',
    ];
    const audience = { staffGroups, organisationKinds, bands, requirements };
    const programmes = await Promise.all(titles.map(async (title) => await programme({ title, audience, skills })));
    for (let index = 0; index < 100; index += 1) {
      await opened(programmes[index % 3] ?? '', `2028-0${String(1 + (index % 9))}-1${String(index % 10)}`);
    }
    await relay.relayAll();
    const client = databaseClient();
    const meter = meterCapacity(client);
    const context = contextOf(openTable(client, database.name), clock, outsider);
    const { items } = await listOpenCohorts.perform(context, { limit: 100, from: '2028-01-01' });
    client.destroy();
    expect(items).toHaveLength(100);
    const charged = meter.take();
    expect(charged.reduce((sum, { read }) => sum + read, 0)).toBeLessThanOrEqual(3);
  });
});
