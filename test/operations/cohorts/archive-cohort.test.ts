import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archiveCohort } from '../../../shared/cohorts/archive-cohort.ts';
import { cancelCohort } from '../../../shared/cohorts/cancel-cohort.ts';
import { createCohort } from '../../../shared/cohorts/create-cohort.ts';
import { getCohort } from '../../../shared/cohorts/get-cohort.ts';
import { listOpenCohorts } from '../../../shared/cohorts/list-open-cohorts.ts';
import { listProgrammeCohorts } from '../../../shared/cohorts/list-programme-cohorts.ts';
import { openCohort } from '../../../shared/cohorts/open-cohort.ts';
import { claimPlace } from '../../../shared/places/claim-place.ts';
import { giveBackPlace } from '../../../shared/places/give-back-place.ts';
import { findLedger } from '../../../shared/places/cohort-ledger.ts';
import { listCohortPlaces } from '../../../shared/places/list-cohort-places.ts';
import { listOrganisationPlaces } from '../../../shared/places/list-organisation-places.ts';
import { keys } from '../../../shared/table/keys.ts';
import { openTable, type Table } from '../../../shared/table/table.ts';
import { organisationNamed } from '../../support/cohorts.ts';
import { contextOf, movableClock, personOf } from '../../support/context.ts';
import { givenProgramme } from '../../support/given.ts';
import { streamRelay, type StreamRelay } from '../../support/stream-relay.ts';
import { createTestTable, type TestTable } from '../../support/table.ts';
import { z } from 'zod';

describe('a cohort that is archived', () => {
  const clock = movableClock('2027-01-04T09:00:00.000Z');
  const [host, partner] = [organisationNamed('host'), organisationNamed('partner')];
  let database: TestTable;
  let relay: StreamRelay;
  let programme: string;
  beforeAll(async () => {
    database = await createTestTable();
    relay = streamRelay(database, clock);
    programme = await givenProgramme(database.table, clock, host);
  });
  afterAll(async () => {
    relay.stop();
    await database.remove();
  });
  const as = (organisation = host, table: Table = database.table) => contextOf(table, clock, personOf(organisation));
  const planned = async (day: string) => {
    const sessions = [{ day, from: '09:30', to: '16:30' }];
    const opensAt = '2027-01-01T00:00:00Z';
    const input = { ...createCohort.example, programme, sessions, opensAt };
    return (await createCohort.perform(as(), input)).id;
  };
  const opened = async (day: string) => {
    const cohort = await planned(day);
    await openCohort.perform(as(), { cohort });
    return cohort;
  };
  const archive = async (cohort: string, table?: Table) => await archiveCohort.perform(as(host, table), { cohort });
  const listed = async (archived?: 'true' | 'false') => {
    const { items } = await listProgrammeCohorts.perform(as(), { programme, archived });
    return items.map(({ id }) => id);
  };
  const refused = (code: string) => expect.objectContaining({ code });
  /** The same table as another Lambda has it, which remembers plans of its own. */
  const elsewhere = () => openTable(database.client, database.name);

  test('is over by then, or cancelled: an open one and a draft are not', async () => {
    const cohort = await opened('2027-03-02');
    const draft = await planned('2027-03-02');
    clock.moveTo('2027-03-02T23:59:59.000Z');
    await expect(archive(cohort)).rejects.toEqual(refused('cohort.not-over'));
    clock.moveTo('2027-03-03T00:00:00.000Z');
    expect(await archive(cohort)).toMatchObject({ status: 'open', archived: true, version: 3 });
    await expect(archive(draft)).rejects.toEqual(refused('cohort.not-over'));
    await cancelCohort.perform(as(), { cohort: draft });
    expect(await archive(draft)).toMatchObject({ status: 'cancelled', archived: true });
    const cancelled = await opened('2027-06-01');
    await cancelCohort.perform(as(), { cohort: cancelled });
    expect(await archive(cancelled)).toMatchObject({ status: 'cancelled', archived: true });
    const theirs = archiveCohort.perform(as(partner), { cohort: cancelled });
    await expect(theirs).rejects.toEqual(refused('cohort.not-found'));
    await relay.relayAll();
  });

  test('is left out of the lists of cohorts, and found when the archived ones are asked for', async () => {
    const [cohort, other] = [await opened('2027-04-06'), await opened('2027-04-06')];
    const open = async () => {
      const { items } = await listOpenCohorts.perform(as(partner), { from: '2027-04-06', to: '2027-04-06' });
      return items.map(({ id }) => id);
    };
    await relay.relayAll();
    expect(await open()).toEqual(expect.arrayContaining([cohort, other]));
    clock.moveTo('2027-04-07T09:00:00.000Z');
    await archive(cohort);
    await relay.relayAll();
    expect(await open()).toEqual([other]);
    expect(await listed()).not.toContain(cohort);
    expect(await listed('false')).toContain(other);
    expect(await listed('true')).toContain(cohort);
    expect(await listed('true')).not.toContain(other);
    const wrong = listProgrammeCohorts.perform(as(), { programme, archived: 'yes' });
    await expect(wrong).rejects.toEqual(refused('request.invalid'));
  });

  test('stays readable with its places, which stay in the lists of their holders, and may be given back', async () => {
    const cohort = await opened('2027-05-04');
    await claimPlace.perform(as(partner), { cohort, quantity: 2 });
    clock.moveTo('2027-05-05T09:00:00.000Z');
    await archive(cohort);
    await giveBackPlace.perform(as(partner), { cohort, tickets: [2] });
    await relay.relayAll();
    expect(await getCohort.perform(as(partner), { cohort })).toMatchObject({ archived: true, own: { confirmed: 1 } });
    const { places } = await listCohortPlaces.perform(as(), { cohort });
    expect(places.map(({ ticket }) => ticket)).toEqual([1]);
    const { items } = await listOrganisationPlaces.perform(as(partner), {});
    expect(items).toContainEqual(expect.objectContaining({ cohort, confirmed: [1] }));
    const found = await listOpenCohorts.perform(as(partner), { from: '2027-05-04', to: '2027-05-04' });
    expect(found.items).toEqual([]);
  });

  test('its host is told once, however often it is archived, also by several at the same moment', async () => {
    const cohort = await opened('2027-06-01');
    clock.moveTo('2027-06-02T09:00:00.000Z');
    await relay.relayAll();
    const made = await Promise.all(Array.from({ length: 4 }, async () => await archive(cohort)));
    expect(new Set([...made, await archive(cohort)].map(({ version }) => version))).toEqual(new Set([3]));
    expect((await relay.relayAll()).map(({ type, audience }) => [type, audience])).toEqual([
      ['cohort.archived', [host]],
    ]);
    expect(await findLedger(database.table, cohort)).toMatchObject({ planned: 3, version: 2 });
  });

  test('control: without the condition on its version, it would be archived twice', async () => {
    const cohort = await opened('2027-06-01');
    const late: Table = {
      ...database.table,
      transact: async (writes) => {
        await archive(cohort);
        return await database.table.transact(writes.map((write) => ('put' in write ? { put: write.put } : write)));
      },
    };
    await archive(cohort, late);
    expect(await findLedger(database.table, cohort)).toMatchObject({ version: 3 });
  });

  test('one that is changed again and again refuses with request.busy, and nothing is done', async () => {
    const cohort = await opened('2027-06-01');
    const busy: Table = { ...database.table, transact: async () => await Promise.resolve(false) };
    await expect(archive(cohort, busy)).rejects.toEqual(refused('request.busy'));
    expect((await getCohort.perform(as(), { cohort })).archived).toBeUndefined();
  });

  test('is seen so by who remembers its plan of before', async () => {
    const cohort = await opened('2027-06-01');
    const another = elsewhere();
    const seen = async () => await getCohort.perform(as(host, another), { cohort });
    expect((await seen()).archived).toBeUndefined();
    await archive(cohort);
    expect(await seen()).toMatchObject({ archived: true, version: 3 });
    expect(await archive(cohort, another)).toMatchObject({ version: 3 });
  });

  test('control: a ledger that did not know the version of the plan would not tell; one of before then still can be archived', async () => {
    const cohort = await opened('2027-06-01');
    const forget = async () => {
      const change = { update: 'REMOVE planned', condition: 'attribute_exists(planned)' };
      await database.table.update(keys.ledger(cohort), change, z.unknown());
    };
    await forget();
    const another = elsewhere();
    const seen = async () => await getCohort.perform(as(host, another), { cohort });
    await seen();
    expect(await archive(cohort)).toMatchObject({ archived: true });
    await forget();
    expect((await seen()).archived).toBeUndefined();
  });
});
